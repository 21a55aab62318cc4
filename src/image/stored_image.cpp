#include "image/stored_image.hpp"

#include <algorithm>

#include "base/cbor_reader.hpp"
#include "base/cbor_writer.hpp"

namespace invisiblur {
namespace {

using Json = nlohmann::json;

constexpr int kMostSide = 1 << 16;
constexpr int kMostStep = 16;
constexpr int kMostChroma = 3;  ///< log2

Json json_of(const PixelLayout& layout) {
    Json components = Json::array();
    for (int c = 0; c < layout.component_count; ++c) {
        const Component& k = layout.components[static_cast<std::size_t>(c)];
        components.push_back(Json::array({k.plane, k.step_bytes, k.offset_bytes, k.shift, k.depth, k.subsampled}));
    }
    return {{"components", components},
            {"planes", layout.plane_count},
            {"chroma", {layout.log2_chroma_width, layout.log2_chroma_height}},
            {"bytes", layout.bytes_per_sample},
            {"rgb", layout.rgb},
            {"full_range", layout.full_range},
            {"weights", {layout.kr, layout.kb}}};
}

/// A component whose samples lie within its steps, each a whole word.
Component component_of(const CborValue& value, const PixelLayout& layout, bool chroma) {
    const int word = layout.bytes_per_sample;
    Component component;
    component.plane = value.at(0).number(0, layout.plane_count - 1);
    component.step_bytes = value.at(1).number(word, kMostStep);
    component.offset_bytes = value.at(2).number(0, component.step_bytes - word);
    component.depth = value.at(4).number(8, 8 * word);
    component.shift = value.at(3).number(0, 8 * word - component.depth);
    component.subsampled = value.at(5).flag();
    value.check(component.step_bytes % word == 0 && component.offset_bytes % word == 0 && (chroma || !component.subsampled));
    return component;
}

PixelLayout layout_of(const CborValue& value) {
    PixelLayout layout;
    const CborValue components = value.at("components"), chroma = value.at("chroma"), weights = value.at("weights");
    value.check(components.size() >= 1 && components.size() <= layout.components.size());
    layout.component_count = static_cast<int>(components.size());
    layout.plane_count = value.at("planes").number(1, layout.component_count);
    layout.log2_chroma_width = chroma.at(0).number(0, kMostChroma);
    layout.log2_chroma_height = chroma.at(1).number(0, kMostChroma);
    layout.bytes_per_sample = value.at("bytes").number(1, 2);
    layout.rgb = value.at("rgb").flag();
    layout.full_range = value.at("full_range").flag();
    layout.kr = weights.at(0).single();
    layout.kb = weights.at(1).single();
    for (std::size_t c = 0; c < components.size(); ++c) {
        layout.components[c] = component_of(components.at(c), layout, !layout.rgb && (c == 1 || c == 2));
        value.check(layout.components[c].depth == layout.components[0].depth);
    }
    value.check(layout.components[1].subsampled == layout.components[2].subsampled && (!layout.rgb || layout.component_count >= 3));
    return layout;
}

}  // namespace

void put_image(CborWriter& file, const ImageView& image) {
    file.value({{"width", image.width}, {"height", image.height}, {"layout", json_of(image.layout)}});
    file.payload(copy_image(image).bytes());
}

OwnedImage get_image(CborReader& file) {
    const CborValue value = file.value();
    const PixelLayout layout = layout_of(value.at("layout"));
    const int width = value.at("width").number(1, kMostSide), height = value.at("height").number(1, kMostSide);
    file.check(file.payload_size() == OwnedImage::bytes_of(layout, width, height));
    OwnedImage image(layout, width, height);
    file.payload_bytes(image.bytes());
    return image;
}

}  // namespace invisiblur
