#include "pipeline/stored_shot.hpp"

#include <algorithm>
#include <cmath>

#include "base/cbor_reader.hpp"
#include "base/cbor_writer.hpp"
#include "image/stored_image.hpp"
#include "image/stored_picture.hpp"

namespace invisiblur {
namespace {

using Json = nlohmann::json;

Json json_of(const Rect& r) {
    return Json::array({r.x0, r.y0, r.x1, r.y1});
}

Json json_of(const Camera::Pose& pose) {
    Json json = Json::array({pose.stretch});
    for (const double m : pose.to_start.m) json.push_back(m);
    return json;
}

Json json_of(const FaceArea& area) {
    return Json::array({json_of(area.core), json_of(area.halo), area.fade, area.by_hand, area.text, static_cast<int>(area.chin)});
}

Json json_of(const Letterbox& letterbox) {
    return Json::array({json_of(letterbox.picture), letterbox.colour});
}

/// A rectangle that is not empty and lies in another one.
Rect rect_of(const CborValue& value, const Rect& bounds) {
    const Rect r{value.at(0).number(), value.at(1).number(), value.at(2).number(), value.at(3).number()};
    value.check(!r.empty() && intersect(r, bounds) == r);
    return r;
}

/// A map that has a way back.
Camera::Pose pose_of(const CborValue& value) {
    Camera::Pose pose;
    pose.stretch = value.at(0).number();
    for (std::size_t i = 0; i < pose.to_start.m.size(); ++i) pose.to_start.m[i] = value.at(i + 1).real();
    const Homography back = inverse(pose.to_start);
    value.check(std::ranges::all_of(back.m, [](double m) { return std::isfinite(m); }));
    return pose;
}

FaceArea area_of(const CborValue& value, const Rect& bounds) {
    FaceArea area{rect_of(value.at(0), bounds), rect_of(value.at(1), bounds), value.at(2).single(), value.at(3).flag(), 0, value.at(4).flag()};
    area.chin = static_cast<Chin>(value.at(5).whole(0, static_cast<std::int64_t>(Chin::right)));
    value.check(intersect(area.core, area.halo) == area.core && area.fade > 0 && area.fade <= 1);
    return area;
}

std::shared_ptr<const Letterbox> letterbox_of(const CborValue& value, const Rect& bounds) {
    if (value.size() == 0) return nullptr;
    Letterbox letterbox{rect_of(value.at(0), bounds), {}};
    for (std::size_t c = 0; c < letterbox.colour.size(); ++c) letterbox.colour[c] = value.at(1).at(c).single();
    return std::make_shared<const Letterbox>(letterbox);
}

bool on_grid(const FaceArea& area, const ImageView& image, bool interlaced) {
    return on_chroma_grid(area.core, image, interlaced) == area.core && on_chroma_grid(area.halo, image, interlaced) == area.halo;
}

/// A picture of the layout of those before.
OwnedImage get_picture(CborReader& file, StoredShape& shape) {
    OwnedImage image = get_image(file);
    if (!shape.layout) shape.layout = image.view().layout;
    file.check(same_samples(image.view().layout, *shape.layout));
    return image;
}

/// Ones and zeros.
std::vector<std::uint8_t> get_marks(CborReader& file, std::size_t count) {
    file.check(file.payload_size() == count);
    std::vector<std::uint8_t> marks(count);
    file.payload_bytes(marks);
    file.check(std::ranges::all_of(marks, [](std::uint8_t mark) { return mark <= 1; }));
    return marks;
}

void put_scene(CborWriter& file, const HaloScene& scene) {
    Json known = Json::array();
    for (const auto& map : scene.maps) known.push_back(!map.empty());
    file.value({{"complete", scene.complete}, {"known", known}});
    for (std::size_t i = 0; i < scene.maps.size(); ++i) {
        if (scene.maps[i].empty()) continue;
        file.payload(scene.maps[i]);
        file.payload(scene.hair[i]);
    }
}

std::shared_ptr<const HaloScene> get_scene(CborReader& file, const std::vector<FaceArea>& areas) {
    const CborValue value = file.value(), known = value.at("known");
    HaloScene scene;
    scene.complete = value.at("complete").flag();
    value.check(known.size() == areas.size());
    for (std::size_t i = 0; i < areas.size(); ++i) {
        const Rect& halo = areas[i].halo;
        const auto get = [&] { return get_marks(file, static_cast<std::size_t>(halo.width()) * static_cast<std::size_t>(halo.height())); };
        const bool is_known = known.at(i).flag();
        scene.maps.push_back(is_known ? get() : std::vector<std::uint8_t>());
        scene.hair.push_back(is_known ? get() : std::vector<std::uint8_t>());
    }
    return std::make_shared<const HaloScene>(std::move(scene));
}

void put_reference(CborWriter& file, const ReferenceFrame& reference) {
    const PlateSample& sample = reference.sample;
    Json areas = Json::array();
    for (const FaceArea& area : sample.areas) areas.push_back(json_of(area));
    file.value({{"index", sample.index}, {"pts", sample.picture->pts()}, {"interlaced", sample.picture->interlaced()},
                {"pose", json_of(reference.pose)}, {"areas", areas}, {"scene", sample.scene != nullptr}});
    put_image(file, sample.picture->view());
    if (sample.scene) put_scene(file, *sample.scene);
}

ReferenceFrame get_reference(CborReader& file, StoredShape& shape) {
    const CborValue value = file.value(), areas = value.at("areas");
    ReferenceFrame reference;
    PlateSample& sample = reference.sample;
    sample.index = value.at("index").whole();
    reference.pose = pose_of(value.at("pose"));
    for (std::size_t i = 0; i < areas.size(); ++i) sample.areas.push_back(area_of(areas.at(i), shape.bounds));
    const std::int64_t pts = value.at("pts").whole();
    const bool interlaced = value.at("interlaced").flag(), has_scene = value.at("scene").flag();
    sample.picture = std::make_shared<StoredPicture>(get_picture(file, shape), pts, interlaced);
    const ImageView& view = sample.picture->view();
    file.check(view.bounds() == shape.bounds && std::ranges::all_of(sample.areas, [&](const FaceArea& area) { return on_grid(area, view, interlaced); }));
    if (has_scene) sample.scene = get_scene(file, sample.areas);
    return reference;
}

Plate get_plate(CborReader& file, StoredShape& shape) {
    Plate plate;
    plate.area = rect_of(file.value().at("area"), shape.bounds);
    plate.image = get_picture(file, shape);
    ImageView picture = plate.image.view();
    file.check(picture.width == plate.area.width() && picture.height == plate.area.height());
    picture.width = shape.bounds.width(), picture.height = shape.bounds.height();
    file.check(on_chroma_grid(plate.area, picture, false) == plate.area);
    const std::size_t count = static_cast<std::size_t>(plate.area.width()) * static_cast<std::size_t>(plate.area.height());
    plate.known = get_marks(file, count);
    plate.made_up = get_marks(file, count);
    return plate;
}

void put_plate(CborWriter& file, const Plate& plate) {
    file.value({{"area", json_of(plate.area)}});
    put_image(file, plate.image.view());
    file.payload(plate.known);
    file.payload(plate.made_up.empty() ? std::vector<std::uint8_t>(plate.known.size(), 0) : plate.made_up);
}

void put_piece(CborWriter& file, const MadeUpPiece& piece) {
    file.value({{"frame", piece.frame.sample.index}});
    put_plate(file, piece.plate);
}

/// In: shot, its references; a piece was made up in one of them.
std::shared_ptr<const MadeUpPiece> get_piece(CborReader& file, const ShotRecord& shot, StoredShape& shape) {
    const CborValue value = file.value();
    const std::int64_t index = value.at("frame").whole();
    const auto frame = std::ranges::find(shot.references, index, [](const ReferenceFrame& reference) { return reference.sample.index; });
    value.check(frame != shot.references.end());
    return std::make_shared<const MadeUpPiece>(MadeUpPiece{*frame, get_plate(file, shape)});
}

void skip_items(CborReader& file, int count) {
    for (int i = 0; i < count; ++i) file.skip();
}

void skip_reference(CborReader& file) {
    constexpr int kImage = 2, kMaps = 2;
    const bool has_scene = file.value().at("scene").flag();
    skip_items(file, kImage);
    if (!has_scene) return;
    const CborValue known = file.value().at("known");
    for (std::size_t i = 0; i < known.size(); ++i) skip_items(file, known.at(i).flag() ? kMaps : 0);
}

}  // namespace

void put_shot(CborWriter& file, const ShotRecord& shot) {
    file.value({{"moving", shot.moving}, {"letterbox", shot.letterbox ? json_of(*shot.letterbox) : Json::array()}, {"plate", shot.plate != nullptr}, {"references", shot.references.size()}, {"pieces", shot.pieces.size()}});
    file.rows(shot.poses, [](const Camera::Pose& pose) { return json_of(pose); });
    for (const ReferenceFrame& reference : shot.references) put_reference(file, reference);
    for (const auto& piece : shot.pieces) put_piece(file, *piece);
    if (!shot.plate) return;
    const Plate plate = shot.plate->plate(shot.start, shot.plate_area);  // as it is asked for: from the shot's own area
    put_plate(file, plate);
}

void get_shot(CborReader& file, ShotRecord& shot, std::int64_t end, StoredShape& shape, bool wanted) {
    constexpr int kPlate = 5, kPiece = kPlate + 1;
    /// A few of each reference.
    constexpr std::int64_t kMostPieces = 1 << 16;
    const CborValue value = file.value();
    shot.moving = value.at("moving").flag();
    shot.letterbox = letterbox_of(value.at("letterbox"), shape.bounds);
    const bool has_plate = value.at("plate").flag();
    const std::int64_t references = value.at("references").whole(0, end - shot.start), pieces = value.at("pieces").whole(0, kMostPieces);
    file.rows([&](const CborValue& pose) { shot.poses.push_back(pose_of(pose)); });
    std::int64_t next = shot.start;
    for (std::int64_t i = 0; i < references; ++i) {
        if (!wanted) {
            skip_reference(file);
            continue;
        }
        shot.references.push_back(get_reference(file, shape));
        const std::int64_t index = shot.references.back().sample.index;
        file.check(index >= next && index < end);
        next = index + 1;
    }
    for (std::int64_t i = 0; i < pieces; ++i) {
        if (wanted) {
            shot.pieces.push_back(get_piece(file, shot, shape));
        } else {
            skip_items(file, kPiece);
        }
    }
    if (has_plate && !wanted) skip_items(file, kPlate);
    if (!has_plate || !wanted) return;
    Plate plate = get_plate(file, shape);
    shot.plate_area = plate.area;
    shot.plate = make_still_plate(std::move(plate));
}

}  // namespace invisiblur
