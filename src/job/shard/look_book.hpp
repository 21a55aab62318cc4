#pragma once
#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "invisiblur/detector.hpp"

namespace invisiblur {
class PendingFile;
}

namespace invisiblur::av {

/// What a detector answered to pictures, by their content: runs over stretches of a long file fill one each, and a run over the whole
/// file asks them before it asks the detector. The answers are the detector's own, so that its tracks are those of a run without.
/// Method:  MurmurHash3, 128 bits, over size and pixels.
/// Memory:  some 100 bytes for each look of the detector.
/// Threads: one thread at a time.
class LookBook {
public:
    using Key = std::array<std::uint8_t, 16>;
    /// What was asked about a picture: the answers differ.
    enum class Kind : std::uint8_t { look, glance, text };
    static Key key_of(const RgbView& picture, Kind kind = Kind::look);

    const std::vector<Face>* find(const Key& key) const;
    void add(const Key& key, std::vector<Face> faces) { looks_.insert_or_assign(key, std::move(faces)); }

    /// Adds the looks of a file.
    /// In:     detector, who must have had them.
    /// Errors: as CborReader; std::runtime_error where it was another detector.
    void load(const std::string& path, const std::string& detector);

    /// Format: CborWriter's. First {"detector"}; then [key, [[x, y, w, h, score], …]] for each look; last an empty array.
    /// Errors: as CborWriter.
    void save(PendingFile& file, const std::string& detector) const;

    static bool is_book(const std::string& path);

private:
    std::map<Key, std::vector<Face>> looks_;
};

/// A detector that knows the answers of a book, and notes its own.
class RememberingDetector : public Detector {
public:
    /// Owns: the detector; books are shared. In: kind, of its looks; known, null or asked first; noted, null or told all answers.
    RememberingDetector(std::unique_ptr<Detector> detector, LookBook::Kind kind, std::shared_ptr<const LookBook> known, std::shared_ptr<LookBook> noted)
        : detector_(std::move(detector)), kind_(kind), known_(std::move(known)), noted_(std::move(noted)) {}

    std::vector<Face> detect(const RgbView& picture) override { return answer(picture, kind_); }
    std::vector<Face> glance(const RgbView& picture) override { return answer(picture, detector_->has_glance() ? LookBook::Kind::glance : kind_); }
    bool has_glance() const override { return detector_->has_glance(); }
    std::string name() const override { return detector_->name(); }

private:
    std::vector<Face> answer(const RgbView& picture, LookBook::Kind kind);

    std::unique_ptr<Detector> detector_;
    LookBook::Kind kind_;
    std::shared_ptr<const LookBook> known_;
    std::shared_ptr<LookBook> noted_;
};

}  // namespace invisiblur::av
