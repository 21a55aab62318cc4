// Writes what the fuzzers of our own files and of TIFFs begin with. usage: make_seeds FOLDER
#include <tiffio.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "base/atomic_file.hpp"
#include "pipeline/analysis_file.hpp"
#include "summed_file.hpp"
#include "support/small_analysis.hpp"
#include "support/small_piece.hpp"
#include "support/tiff_maker.hpp"

using namespace invisiblur;
using namespace invisiblur::test;

namespace {

void put(const std::string& path, const std::string& content) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << content;
}

/// Takes the sum away, which the fuzzer sets.
void take_sum(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(file), {}};
    put(path, whole.substr(0, whole.size() - cbor_form::kEndSize));
}

void make_analysis(const std::string& path) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    PendingFile file(path);
    save_analyses(file, {"", ""}, {small_analysis()});
    file.commit();
    take_sum(path);
}

void make_piece(const std::string& path) {
    std::filesystem::create_directories(std::filesystem::path(path).parent_path());
    av::ShardHead head = small_head();
    head.source = "";
    take_sum(save_small_piece(path, head));
}

void make_tiffs(const std::string& folder) {
    const TiffShape shapes[] = {{},
                                {.depth = 16, .compression = COMPRESSION_LZW, .tile = 16},
                                {.samples = 4, .compression = COMPRESSION_ADOBE_DEFLATE, .separate = true},
                                {.samples = 1, .photometric = PHOTOMETRIC_PALETTE, .compression = COMPRESSION_PACKBITS},
                                {.samples = 1, .depth = 16, .photometric = PHOTOMETRIC_MINISWHITE, .compression = COMPRESSION_LZW},
                                {.photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG, .subsampling = 2},
                                {.compression = COMPRESSION_JPEG, .separate = true, .tile = 16},
                                {.samples = 1, .depth = 1, .photometric = PHOTOMETRIC_MINISBLACK, .compression = COMPRESSION_CCITTFAX4},
                                {.samples = 1, .depth = 4, .photometric = PHOTOMETRIC_PALETTE, .tile = 16},
                                {.depth = 12, .compression = COMPRESSION_LZW, .big = true},
                                {.depth = 32, .tile = 16, .format = SAMPLEFORMAT_IEEEFP},
                                {.samples = 4, .photometric = PHOTOMETRIC_SEPARATED, .compression = COMPRESSION_LZW},
                                {.depth = 16, .photometric = PHOTOMETRIC_CIELAB},
                                {.photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG, .subsampling = 2, .pages = 3},
                                {.samples = 5, .photometric = PHOTOMETRIC_YCBCR, .compression = COMPRESSION_JPEG, .separate = true}};
    for (const TiffShape& shape : shapes) {
        const auto bytes = make_tiff(shape);
        put(folder + "/seed" + std::to_string(&shape - shapes), {bytes.begin(), bytes.end()});
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const std::string folder = argv[1];
    make_analysis(folder + "/analysis/seed");
    make_piece(folder + "/piece/seed");
    make_tiffs(folder + "/tiff");
}
