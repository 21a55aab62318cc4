#pragma once
#include <set>
#include <string>

#include "still/still_file.hpp"

namespace invisiblur::still {

/// Goes through a picture's metadata block by block. What could show the picture once more is taken out whatever the options say; places and
/// all else only where the policy drops them; names of people are told. A block in which nothing must go stays byte for byte; one that
/// may hold a picture and cannot be taken apart is left out whole.
/// Threads: one thread at a time; different objects at the same time.
class MetadataCleaner {
public:
    explicit MetadataCleaner(Policy policy) : policy_(std::move(policy)) {}

    /// An Exif block, from its "II" or "MM" on. In: upright, the pixels are turned already, so that no orientation may be left.
    /// Returns: "" where nothing of it stays; in the functions below too.
    Bytes exif(ByteView block, bool upright = false);

    /// An XMP packet.
    Bytes xmp(ByteView packet);

    /// IPTC records as they are in a TIFF or behind Photoshop's block 1028.
    Bytes iptc(ByteView records);

    /// Photoshop's image resources ("8BIM" and so on).
    Bytes photoshop(ByteView resources);

    /// Whether comments and other free text stay.
    bool keeps_text() const { return !policy_.drop_metadata; }

    /// As the last Exif block has it; 1 without one.
    int orientation() const { return orientation_; }

    /// Whether anything was left out up to now.
    bool took_out() const { return !removed_.empty(); }

    /// Something besides metadata that is left out, for tell(): "the film of a motion photo".
    void left_out(const std::string& what) { removed_.insert(what); }

    /// Says in the policy's notes what was left out and that names stay.
    void tell() const;

private:
    Bytes reject(const std::string& what);

    Policy policy_;
    int orientation_ = 1;
    std::set<std::string> removed_;
    std::set<std::string> names_;
};

}  // namespace invisiblur::still
