"""Recall by kinds of faces: by size, by pose, by motion."""

SIZES = (("16 to 32 px", 16, 32), ("32 to 64 px", 32, 64), ("64 px and more", 64, float("inf")))
SPEEDS = (("slow: below 2 % of its size a frame", 0, 0.02), ("2 to 10 %", 0.02, 0.1), ("fast: 10 % and more", 0.1, float("inf")))
POSES = {"": "frontal, or found by detectors", "profile": "turned", "covered": "covered", "tilt": "tilted", "border": "cut by the border",
         "blur": "blurred"}


def size_of(record):
    return min(record.box[2:])


def between(table, value):
    return next((name for name, low, high in table if low <= value < high), None)


GROUPINGS = {
    "size (shorter side of its box)": ([name for name, _, _ in SIZES], lambda r: between(SIZES, size_of(r))),
    "pose (what the reference says of it)": ([*POSES.values(), "other"], lambda r: POSES.get(r.why, "other")),
    "motion blur (measured as its speed in the picture)": ([name for name, _, _ in SPEEDS], lambda r: between(SPEEDS, r.speed)),
}


def count(records):
    """(faces, faces not covered, tracks, tracks with a face not covered)."""
    tracks = {(r.clip, r.track) for r in records}
    open_ones = [r for r in records if not r.covered]
    return len(records), len(open_ones), len(tracks), len({(r.clip, r.track) for r in open_ones})


def share(part, whole):
    return f"{part} ({100 * part / whole:.2f} %)" if whole else "-"


def lines(title, names, group_of, records_by_way):
    """A Markdown table: a row for each group, for each way the faces and the tracks that are not covered throughout."""
    ways = list(records_by_way)
    yield f"| {title} | faces | {' | '.join(ways)} | tracks | {' | '.join(ways)} |"
    yield "| --- |" + " --- |" * (2 * len(ways) + 2)
    for name in [*names, "all"]:
        counts = [count([r for r in records if name in ("all", group_of(r))]) for records in records_by_way.values()]
        if not counts[0][0]:
            continue
        faces = " | ".join(share(c[1], c[0]) for c in counts)
        tracks = " | ".join(share(c[3], c[2]) for c in counts)
        yield f"| {name} | {counts[0][0]} | {faces} | {counts[0][2]} | {tracks} |"


def tables(records_by_way):
    """One table for each kind of group. `records_by_way`: {title: records}."""
    for title, (names, group_of) in GROUPINGS.items():
        yield from lines(title, names, group_of, records_by_way)
        yield ""
