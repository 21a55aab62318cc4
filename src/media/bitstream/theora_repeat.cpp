#include "media/bitstream/theora_repeat.hpp"

#include <algorithm>

namespace invisiblur::av {
namespace {

/// The first bit of a byte is its highest.
class BitWriter {
public:
    void put(std::uint32_t value, int count) {
        for (int i = count - 1; i >= 0; --i, ++bits_) {
            if (bits_ % 8 == 0) bytes_.push_back(0);
            if (value >> i & 1) bytes_.back() |= static_cast<std::uint8_t>(0x80 >> bits_ % 8);
        }
    }
    Bytes take() { return std::move(bytes_); }

private:
    Bytes bytes_;
    std::size_t bits_ = 0;
};

struct RunCode {
    std::uint32_t start;  ///< of the lengths that it tells
    std::uint32_t prefix;
    int prefix_bits;
    int more_bits;
};

/// Table 7.7, the longest first.
constexpr RunCode kLongRuns[] = {{34, 0b111111, 6, 12}, {18, 0b111110, 6, 4}, {10, 0b11110, 5, 3}, {6, 0b1110, 4, 2}, {4, 0b110, 3, 1}, {2, 0b10, 2, 1}, {1, 0b0, 1, 0}};
constexpr std::uint32_t kLongestRun = 34 + 4095;

/// 7.2.1: so many zeros.
void put_zeros(BitWriter& bits, std::uint32_t count) {
    bits.put(0, 1);
    while (count > 0) {
        const std::uint32_t run = std::min(count, kLongestRun);
        const RunCode& code = *std::ranges::find_if(kLongRuns, [&](const RunCode& c) { return c.start <= run; });
        bits.put(code.prefix, code.prefix_bits);
        bits.put(run - code.start, code.more_bits);
        count -= run;
        if (run == kLongestRun && count > 0) bits.put(0, 1);  // behind the longest run the value is told anew
    }
}

/// Super blocks of 32x32 samples, of which the last ones may reach beyond the plane.
std::uint32_t super_blocks(int width, int height) {
    return static_cast<std::uint32_t>((width + 31) / 32) * static_cast<std::uint32_t>((height + 31) / 32);
}

}  // namespace

Bytes theora_repeat(int width, int height, int log2_chroma_width, int log2_chroma_height) {
    const int coded_width = (width + 15) / 16 * 16, coded_height = (height + 15) / 16 * 16;
    const std::uint32_t blocks = super_blocks(coded_width, coded_height) + 2 * super_blocks(coded_width >> log2_chroma_width, coded_height >> log2_chroma_height);
    BitWriter bits;
    bits.put(0, 1);             // a picture, not a header
    bits.put(1, 1);             // inter
    bits.put(63, 6);            // quality, of nothing
    bits.put(0, 1);             // one quality only
    put_zeros(bits, blocks);    // no super block is coded in part
    put_zeros(bits, blocks);    // and none whole
    bits.put(1, 3);             // an order of the macro blocks' modes, of which none is told
    bits.put(0, 1);             // how motion would be told
    for (int i = 0; i < 4; ++i) bits.put(0, 4);  // Huffman tables of coefficients, which there are none of
    return bits.take();
}

}  // namespace invisiblur::av
