#pragma once
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "still/metadata_cleaner.hpp"

namespace invisiblur::still {

/// A marker segment that the result gets.
struct JpegSegment {
    int marker = 0;
    Bytes content;
};

/// Decides about each marker segment of a source.
/// Threads: as MetadataCleaner.
class JpegSegments {
public:
    /// In: keeps_index, whether the list of further pictures (MPF, CIPA DC-007) stays, since they do.
    JpegSegments(const Policy& policy, bool keeps_index) : cleaner_(policy), keeps_index_(keeps_index) {}

    /// In: the marker's number as libjpeg has it, and what stands behind its length.
    void add(int marker, ByteView content);

    /// Photoshop's resources may go over several segments; they are one block. Order: behind the last add().
    void finish();

    MetadataCleaner& cleaner() { return cleaner_; }
    const std::vector<JpegSegment>& kept() const { return kept_; }

private:
    void keep(int marker, Bytes content) { kept_.push_back({marker, std::move(content)}); }
    void add_cleaned(int marker, std::string_view head, const Bytes& cleaned);
    void reject(int marker, ByteView content);

    MetadataCleaner cleaner_;
    bool keeps_index_;
    std::vector<JpegSegment> kept_;
    Bytes resources_;
};

}  // namespace invisiblur::still
