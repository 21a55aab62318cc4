#pragma once
#include <optional>
#include <vector>

#include "base/bytes.hpp"

namespace invisiblur::still {

/// The list of pictures in the first JPEG of an MPO (CIPA DC-007, 5.2.3).
class MpfIndex {
public:
    /// One picture. Units: offset from the file's begin.
    struct Entry {
        std::uint32_t attribute = 0;
        std::size_t offset = 0;
        std::size_t size = 0;
        std::size_t at = 0;  ///< where the entry itself stands in the file

        /// What the picture is.
        enum class Kind { view, preview, unsaid };
        /// Panorama, stereo and several angles are views.
        Kind kind() const { return (attribute & 0x00FFFFFF) == 0 ? Kind::unsaid : (attribute >> 16 & 0xFF) == 2 ? Kind::view : Kind::preview; }
        bool is_main() const { return offset == 0; }
    };

    /// Nothing where the JPEG that begins here has none, or one that does not fit the file.
    static std::optional<MpfIndex> find(ByteView file);

    const std::vector<Entry>& entries() const { return entries_; }

    /// Leaves only these in the list, in this order, with the sizes they have now.
    /// In: jpeg, a JPEG with this index's segment at any place, which is changed. kept, numbers of entries; sizes of the pictures, one for each; they
    ///     follow each other, `jpeg` first.
    static void rewrite(Bytes& jpeg, const std::vector<std::size_t>& kept, const std::vector<std::size_t>& sizes);

private:
    struct Field {
        std::size_t at = 0;  ///< of its twelve bytes in the file
        std::uint32_t count = 0;
        std::size_t value = 0;  ///< where its value stands
    };
    std::uint32_t number(ByteView file, std::size_t at, int bytes) const;
    void set_number(Bytes& file, std::size_t at, std::uint32_t value, int bytes) const;
    bool read_fields(ByteView file, std::size_t base, std::size_t end);
    bool read_entries(ByteView file);

    std::size_t base_ = 0;  ///< from which offsets count
    bool big_ = false;
    Field number_, list_, ids_;
    std::vector<Entry> entries_;
};

}  // namespace invisiblur::still
