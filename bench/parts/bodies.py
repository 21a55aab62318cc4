"""How much of whole people --hide people leaves before a camera that stands still."""
from . import setting, sitter, synthetic, walker

MOST_LEFT, MOST_CHANGED = 1.0, 0.5


def scenes(clips, room):
    """Names and films: a drawn scene, and one frame of each clip, shown by a still camera with noise."""
    yield "drawn room, its lamp flickers", synthetic.make_static(room / "drawn.mkv")
    yield from stills(clips, room)


def stills(clips, room):
    for clip in clips:
        yield f"{clip.stem}, one frame, still", sitter.still_of(clip, room)


def measure(scenes, extra, room):
    """Rows: each scene with each way to walk through it, with the head's boxes given and with those that are found."""
    for name, scene in scenes:
        for way in walker.WAYS:
            folder = room / f"{scene.stem}_{way.split()[0].strip(',')}"
            truth = walker.make(scene, way, folder)
            for heads, tracks in (("given", ["--tracks", folder / "tracks.json"]), ("found", [])):
                result = folder / f"{heads}.mkv"
                setting.transcode("--hide", "people", *tracks, *extra, "-c:v", "ffv1", "-o", result, folder / "film.mkv")
                row = walker.score(folder, result, truth)
                yield row | {"name": name, "way": way, "heads": heads, "reached": row["left"] <= MOST_LEFT and row["changed"] <= MOST_CHANGED}
