#pragma once
#include <cstdint>
#include <istream>
#include <vector>

namespace invisiblur::av {

// The lists by which players jump in a file, as they stand in it. libav's readers make up what is missing, and so cannot tell.
// In: a file at any place. What cannot be understood ends the search; none of these throws for what a file holds.

/// The times of Matroska's cue points, in the file's ticks (RFC 9559, 5.1.5); empty where there are none.
std::vector<std::int64_t> matroska_cues(std::istream& file);

/// Entries of an ASF file's simple index objects (ASF specification 6.1).
std::int64_t asf_index_entries(std::istream& file);

/// Pictures that an MXF file's index tables tell the places of (SMPTE ST 377-1, 11.2); the most where all have one length.
std::int64_t mxf_indexed_pictures(std::istream& file);

/// Whether a NUT file ends with an index (NUT specification, "index").
bool has_nut_index(std::istream& file);

}  // namespace invisiblur::av
