#include "support/jobs.hpp"

#include <cstdio>
#include <filesystem>

#include "erase/compositor.hpp"
#include "support/process.hpp"

namespace invisiblur::test {
namespace {

Track random_track(Random& random, int id, const StreamShape& shape, int frames) {
    Track track{id, {}, {}};
    const int first = random.between(0, frames / 2), last = random.chance(50) ? frames - 1 : random.between(first, frames - 1);
    const bool walks = random.chance(60);
    Box box{static_cast<float>(random.between(-8, shape.width - 8)), static_cast<float>(random.between(-8, shape.height - 8)),
            static_cast<float>(random.between(6, shape.width / 3)), static_cast<float>(random.between(6, shape.height / 3))};
    const float vx = walks ? static_cast<float>(random.between(-40, 40)) / 10 : 0,
                vy = walks ? static_cast<float>(random.between(-20, 20)) / 10 : 0;
    for (int n = first; n <= last; ++n) {
        track.boxes.push_back({n, box, 1.0F, BoxSource::hand});
        box.x += vx, box.y += vy;
    }
    return track;
}

void choose_options(Random& random, GivenClip& clip) {
    const char* plates[] = {"auto", "auto", "auto", "first", "none"};
    clip.options.plate = plates[random.between(0, 4)];
    const char* fills[] = {"scene", "scene", "scene", "smooth", "solid=20A040"};
    clip.options.fill = fills[random.between(0, 4)];
    clip.options.margin = random.between(0, 30) / 100.0;
    clip.options.halo = random.between(0, 80) / 100.0;
    clip.options.threshold = random.between(1, 12);
    clip.options.radius_px = random.between(1, 8);
    clip.options.lookahead_frames = random.between(0, 12);
    if (random.chance(20)) clip.options.regions.push_back({{10, 10, 14, 12}, {}, {}});
}

void draw_frames(Random& random, GivenClip& clip, const NamedLayout& named, int frames, bool interlaced) {
    const int cut = random.chance(50) ? random.between(1, frames - 1) : frames;
    const int pan_x = random.chance(50) ? random.between(-3, 3) : 0, pan_y = random.chance(30) ? random.between(-2, 2) : 0;
    const int flicker = random.chance(40) ? random.between(1, 15) : 0, noise = random.between(0, 4);
    for (int n = 0; n < frames; ++n) {
        auto picture = std::make_shared<TestPicture>(named.layout, clip.shape.width, clip.shape.height, n, interlaced);
        draw_scene(picture->view(), n < cut ? 11 : 60, n * pan_x, n * pan_y, random.between(-flicker, flicker));
        add_noise(picture->view(), random, noise);
        clip.pictures.push_back(picture);
    }
}

}  // namespace

GivenClip random_clip(std::uint64_t seed) {
    Random random(seed);
    GivenClip clip;
    const NamedLayout& named = all_layouts()[static_cast<std::size_t>(random.between(0, static_cast<int>(all_layouts().size()) - 1))];
    clip.shape = {random.between(33, 121), random.between(31, 97), 0, 1, 25, 25};
    const int frames = random.between(2, 30);
    const bool interlaced = random.chance(25);
    choose_options(random, clip);
    draw_frames(random, clip, named, frames, interlaced);
    for (int id = random.between(1, 3); id > 0; --id) clip.tracks.tracks.push_back(random_track(random, id, clip.shape, frames));
    clip.tracks.source = {"", clip.shape.width, clip.shape.height, 1, 25, frames, ""};
    clip.what = "seed " + std::to_string(seed) + ": " + named.name + (interlaced ? " interlaced " : " ") +
                std::to_string(clip.shape.width) + "x" + std::to_string(clip.shape.height) + ", " + std::to_string(frames) + " frames, " +
                print_options(clip.options);
    return clip;
}

std::vector<std::vector<FaceArea>> areas_of(const GivenClip& clip) {
    const FaceAreas areas(clip.options, clip.shape);
    std::vector<std::vector<FaceArea>> all;
    for (const TestPicturePtr& picture : clip.pictures) {
        std::vector<TrackedFace> faces;
        for (const Track& track : clip.tracks.tracks) {
            for (const TrackBox& box : track.boxes) {
                if (box.pts == picture->pts()) faces.push_back({track.id, box});
            }
        }
        all.push_back(areas.of_frame(faces, picture->pts(), picture->view(), picture->interlaced()));
    }
    return all;
}

GivenClip with_other_faces(const GivenClip& clip, std::uint64_t seed) {
    GivenClip other = clip;
    Random random(seed);
    const auto areas = areas_of(clip);
    for (std::size_t n = 0; n < clip.pictures.size(); ++n) {
        const ImageView& from = clip.pictures[n]->view();
        auto picture =
            std::make_shared<TestPicture>(from.layout, from.width, from.height, clip.pictures[n]->pts(), clip.pictures[n]->interlaced());
        const auto samples = samples_of(from);
        for (int c = 0; c < from.layout.component_count; ++c) {
            write_component(picture->view(), c, in_component(from.bounds(), from.layout, c), samples[static_cast<std::size_t>(c)].data());
        }
        for (const FaceArea& face : areas[n]) {
            if (seed % 3 == 0) paint(picture->view(), face.core, 0);
            if (seed % 3 == 1) paint(picture->view(), face.core, random.between(0, 255));
            if (seed % 3 == 2) scramble(picture->view(), face.core, random);
        }
        other.pictures[n] = picture;
    }
    return other;
}

std::vector<FrameSamples> erase_all(const GivenClip& clip, int passes) {
    const TempDir folder;
    Options options = clip.options;
    options.tracks = (std::filesystem::path(folder.path()) / "tracks.json").string();
    write_tracks_file(options.tracks, clip.tracks);
    std::unique_ptr<FaceStage> stage;
    if (passes == 2) {
        AnalysisBuilder builder(options, clip.shape);
        for (const TestPicturePtr& picture : clip.pictures) builder.push(picture);
        stage = make_given_stage(options, clip.shape, builder.finish());
    } else {
        stage = make_live_stage(options, clip.shape);
    }
    const Compositor compositor(options, clip.shape);
    std::vector<FrameSamples> results;
    const auto take = [&] {
        while (std::optional<FrameRecord> frame = stage->pop()) {
            const OwnedImage copy = copy_of(frame->picture->view());
            if (compositor.needs_erasing(*frame)) compositor.erase(copy.view(), *frame);
            results.push_back(samples_of(copy.view()));
        }
    };
    for (const TestPicturePtr& picture : clip.pictures) {
        stage->push(picture);
        take();
    }
    stage->finish();
    take();
    return results;
}

}  // namespace invisiblur::test
