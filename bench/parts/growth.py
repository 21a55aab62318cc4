"""How time and memory grow with the size of the picture and with the number of faces."""
import json

from parts.race import ENCODER, fail, measure, repeated

SIZES = [(640, 360), (960, 540), (1280, 720), (1920, 1080), (2560, 1440), (3840, 2160)]
FACES = [1, 2, 4, 8, 16, 32, 64]
PEAK_2160_MB = 1600


def transcode(transcoder, source, out, *more):
    return [transcoder, "-q", "-y", "-c:v", "libx264", "--preset", ENCODER["preset"], "--crf", ENCODER["crf"], *more, "-o", out, source]


def by_size(clip, transcoder, frames, room):
    """[(label, CPU seconds a frame, the same for a million pixels, peak MB)]"""
    rows = []
    for width, height in SIZES:
        source = repeated(clip, frames, room / f"{height}.mp4", (width, height))
        _, cpu, peak = measure(transcode(transcoder, source, room / "out.mp4"))
        rows.append((f"{width}x{height}", cpu / frames, cpu / frames / (width * height / 1e6), peak))
        source.unlink()
    return rows


def tracks_of(count, frames, rate, path):
    """`count` faces of 48x60 pixels that sway, in rows over a 1920x1080 picture."""
    tracks = []
    for i in range(count):
        x, y = 60 + (i % 11) * 165, 60 + i // 11 * 160
        boxes = [{"pts": n * 1000 // rate, "x": x + n % 20, "y": y, "w": 48, "h": 60} for n in range(0, frames + rate, rate // 2)]
        tracks.append({"id": i + 1, "boxes": boxes})
    path.write_text(json.dumps({"format": "invisiblur-tracks", "version": 1, "source": {"time_base": [1, 1000]}, "tracks": tracks}))
    return path


def by_faces(clip, transcoder, frames, room):
    """[(faces, CPU seconds a frame, the same for a face)]: hiding and encoding; finding does not depend on their number."""
    rows = []
    source = repeated(clip, frames, room / "faces.mp4", (1920, 1080))
    for count in FACES:
        tracks = tracks_of(count, frames, 30, room / "tracks.json")
        _, cpu, _ = measure(transcode(transcoder, source, room / "out.mp4", "--tracks", tracks))
        rows.append((count, cpu / frames, cpu / frames / count))
    return rows


def report(clip, transcoder, frames, room):
    """The tables as Markdown, the rows for a plot, and whether the goals are met."""
    if frames < 30:
        fail("growth needs 30 frames at least")
    sizes, faces = by_size(clip, transcoder, frames, room), by_faces(clip, transcoder, frames, room)
    lines = [f"By size, two passes, {frames} frames:", "", "| size | CPU ms a frame | for a million pixels | peak MB |", "|---|---:|---:|---:|"]
    lines += [f"| {label} | {1000 * cpu:.0f} | {1000 * each:.0f} | {peak:.0f} |" for label, cpu, each, peak in sizes]
    lines += ["", f"By number of faces of 48x60 pixels in 1920x1080, {frames} frames, faces given:", "", "| faces | CPU ms a frame | for a face |", "|---:|---:|---:|"]
    lines += [f"| {count} | {1000 * cpu:.0f} | {1000 * each:.0f} |" for count, cpu, each in faces]
    missed = []
    if sizes[-1][3] > PEAK_2160_MB:
        missed.append(f"2160p takes {sizes[-1][3]:.0f} MB, more than {PEAK_2160_MB}")
    if sizes[-1][2] > 1.5 * sizes[2][2]:
        missed.append("time grows faster than the pixels")
    if faces[-1][1] > 64 * faces[0][1]:
        missed.append("time grows faster than the faces")
    return "\n".join(lines), (sizes, faces), missed
