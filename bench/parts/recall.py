"""What one way of working leaves of the faces of a clip."""
import dataclasses
import json
import math

from . import clips, faceghost_peer, peer, setting, watch

SOLID = "00FF00"
PEER = "deface"
# Other programs: their version, and how what they cover is shown.
PEERS = {PEER: ("1.5.0", peer.masked), "faceghost": ("0.1.5", faceghost_peer.masked)}
# The ways a clip can be done, and what the program is told for each.
WAYS = {"2": ("two passes", ["--passes", "2"]), "1": ("one pass", ["--passes", "1"]),
        "causal": ("one pass, no look-ahead", ["--passes", "1", "--lookahead", "0"])}


def title(way):
    return f"{way} {PEERS[way][0]}" if way in PEERS else WAYS[way][0]


def process(clip, way, options, quick, room):
    """The clip as a user gets it (None where that is not asked for), and with a solid colour in place of the faces."""
    erased, solid, tracks = (room / f"{way}.{name}" for name in ("erased.mkv", "solid.mkv", "tracks.json"))
    showing_masks = ["--fill", f"solid={SOLID}", "-c:v", "ffv1", "-o", solid, clip]
    if quick:
        setting.transcode(*options, "--save-tracks", tracks, *showing_masks)
        return None, solid
    setting.transcode(*options, "--save-tracks", tracks, "-o", erased, clip)
    setting.transcode(*options, "--tracks", tracks, *showing_masks)
    return erased, solid


def measure_once(clip, way, extra, quick, room):
    """measure(), unless its row stands in `room` already."""
    kept = room / f"{way}.row.json"
    if kept.exists():
        row = json.loads(kept.read_text())
        return row | {"records": [watch.Record(**r) for r in row["records"]]}
    row = measure(clip, way, extra, quick, room)
    kept.write_text(json.dumps(row | {"records": [dataclasses.asdict(r) for r in row["records"]]}))
    return row


def measure(clip, way, extra, quick, room):
    """One row: the figures of coverage.py and leaks.py, flicker, and a record for each reference face. `extra`: further options;
    `quick`: only what the masks show.
    """
    empty = clips.has_no_face(clip)
    erased = None
    if way in PEERS:
        solid = PEERS[way][1](clip, room)
    else:
        erased, solid = process(clip, way, [*WAYS[way][1], *extra], quick, room)
    by_index = ["--by-index"] if way in PEERS else []
    cover = setting.examine("coverage.py", clip, solid, "--solid", SOLID, *by_index, *(["--noface"] if empty else []))
    leak = {"retained": None, "seen": None, "faces": 0, "blaze_pct": None, "blaze_source_pct": None}
    if erased and not empty:
        leak = setting.examine("leaks.py", clip, erased)
    seen = watch.watch(clip, solid, erased, SOLID, empty)
    if way not in PEERS:
        solid.unlink()
    return {"clip": clip.stem, "empty": empty, **cover, "retained": leak["retained"], "seen": leak["seen"], "looked_at": leak["faces"],
            "blaze_pct": leak["blaze_pct"], "blaze_source_pct": leak["blaze_source_pct"],
            "flicker": seen.flicker, "records": seen.records}


def mean(values):
    known = [v for v in values if v is not None and not math.isnan(v)]
    return sum(known) / len(known) if known else None


def share(rows, key):
    """The percentage of all faces that were looked at, from each row's own."""
    faces = sum(r["looked_at"] for r in rows)
    return sum(r[key] * r["looked_at"] for r in rows) / faces if faces else None


def percent(part, whole):
    return 100 * part / whole if whole else None


def totals(rows):
    """(figure, value or None where it was not measured, goal)."""
    faces = [r for r in rows if not r["empty"] and r["faces"]]
    empty = [r for r in rows if r["empty"]]
    examined = [r for r in faces if r["looked_at"]]
    add = lambda key, some=faces: sum(r[key] for r in some)
    masked = sum(r["frames"] * r["frames_masked_pct"] / 100 for r in empty)
    return [
        ("faces not covered, %", percent(add("uncovered"), add("faces")), 0.18),
        ("hard faces not covered, %", percent(add("hard_uncovered"), add("hard")), 4),
        ("retained, %", percent(add("retained", examined), add("looked_at", examined)), 0.1),
        ("seen again, %", percent(add("seen", examined), add("looked_at", examined)), 0.1),
        ("seen by BlazeFace, %", share(examined, "blaze_pct"), 0.1),
        ("longest run of leaking frames", max([r["longest_run"] for r in faces], default=None), 3),
        ("frames masked in clips without a face, %", percent(masked, add("frames", empty)), 0.5),
        ("mask over face, mean", mean([r["mask_over_face"] for r in faces]), 3.5),
        ("flicker, mean", mean([r["flicker"] for r in faces]), 1.2),
    ]
