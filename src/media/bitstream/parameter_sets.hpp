#pragma once
#include <set>

#include "media/bitstream/nal_units.hpp"
#include "media/libav/handles.hpp"

namespace invisiblur::av {

/// What a NAL unit is, as far as joining streams must know. Kinds of pictures: IDR stands alone and nothing before it is shown after it;
/// an open one (HEVC's CRA) stands alone, but pictures that are shown before it may refer to what came earlier (RASL, here `skipped`).
enum class NalKind { parameter_set, idr, open_key, skipped, picture, other };
NalKind nal_kind(AVCodecID codec, ByteView unit);

/// The numbers that a stream gives its parameter sets. A second encoder must use others.
struct ParameterSetIds {
    std::set<std::uint32_t> video, sequence, picture;  ///< VPS (HEVC only), SPS, PPS

    /// Notes the id where the unit is a parameter set.
    void add(AVCodecID codec, ByteView unit);
};

/// How a stream's packets hold their NAL units: bytes of length before each, 0 for start codes. In: its extradata.
int nal_length_size(AVCodecID codec, ByteView extradata);

/// All parameter sets in extradata of either form (avcC, hvcC or start codes).
std::vector<ByteView> sets_in_extradata(AVCodecID codec, ByteView extradata);

/// Extradata with further parameter sets in it, in the form it has. A reader of avcC learns the higher profile and level.
/// Errors: std::runtime_error where that form has no number for so many sets (31 sequence parameter sets in avcC).
Bytes add_to_extradata(AVCodecID codec, ByteView extradata, const std::vector<Bytes>& sets);

/// Gives the HEVC encoder's own sets and pictures, which are all numbered 0, other numbers.
/// The picture set's number lies in [15, 30] and the sequence set's is 15: as Exp-Golomb codes these are 9 bits long where 0 is 1 bit, so
/// that all behind them moves by whole bytes and stays as it is.
struct HevcNumbers {
    std::uint32_t video = 15, sequence = 15, picture = 15;

    /// Numbers that `taken` does not have. Errors: std::runtime_error where none is left.
    static HevcNumbers besides(const ParameterSetIds& taken);

    Bytes apply(ByteView unit) const;
};

/// Changes the first byte of an open key picture's unit (CRA) to say that pictures it may refer to are not there (BLA_W_RADL).
void make_broken_link(std::uint8_t& hevc_unit_head);

/// The lowest number that neither a sequence nor a picture set of an H.264 stream has: x264 gives both the same.
/// Errors: std::runtime_error where none is left.
std::uint32_t free_h264_number(const ParameterSetIds& taken);

}  // namespace invisiblur::av
