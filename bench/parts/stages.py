"""What each stage of the pipeline costs a frame, which stages are serial, and so how many frames a second more processors would give."""
import os

from parts.growth import tracks_of
from parts.race import ENCODER, fail, measure, repeated

WIDTH, HEIGHT, RATE = 1920, 1080, 30
CORES = (2, 4, 8, 16)
GOAL_MS = 10
# One thread, one frame after the other. Decoder, network and encoder have threads of their own inside, flow and halos go over faces and points side by
# side, frames are erased by a pool.
SERIAL = ("motion", "track", "plates")


def sitting(still, person, frames, room):
    """Three people who sit before a still camera and sway a little."""
    path = room / "sitting.mp4"
    head = f"[0:v]scale={WIDTH}:{HEIGHT},fps={RATE}[scene]"
    bodies, last = [], "scene"
    for i, (across, height) in enumerate(((0.2, 760), (0.5, 700), (0.8, 780))):
        bodies.append(f"[1:v]scale=-2:{height}[p{i}]")
        bodies.append(f"[{last}][p{i}]overlay=x={across}*W-w/2+12*sin(n/{20 + 7 * i}):y=H-h+6+4*sin(n/{31 + i})[s{i}]")
        last = f"s{i}"
    filters = ";".join([head, *bodies])
    _run("-stream_loop", "-1", "-i", still, "-loop", "1", "-i", person, "-filter_complex", filters, "-map", f"[{last}]", "-frames:v", frames, "-c:v", "libx264",
         "-preset", "fast", "-crf", "20", "-pix_fmt", "yuv420p", path)
    return path


def _run(*arguments):
    measure(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)])


def times(transcoder, source, frames, room, *more):
    """{stage: CPU ms a frame}. With one thread each stage's time is its own: no library works for it in threads of theirs."""
    told = room / "stages.txt"
    os.environ["INVISIBLUR_STAGE_TIMES"] = str(told)
    try:
        measure([transcoder, "-q", "-y", "--passes", "1", "--threads", "1", "-c:v", "libx264", "--preset", ENCODER["preset"], "--crf", ENCODER["crf"], *more,
                 "-o", room / "staged.mp4", source])
    finally:
        del os.environ["INVISIBLUR_STAGE_TIMES"]
    rows = [line.split() for line in told.read_text().splitlines()]
    if not rows:
        fail("the program told no times of its stages")
    return {name: float(ms) / frames for name, ms in rows}


def serial_ms(stages):
    return sum(stages[name] for name in SERIAL)


def rate(stages, cores):
    """Frames a second: what all the work allows, and what the serial stages and their share of the flow do."""
    shared = (stages["flow"] + stages["halos"]) / cores
    return min(1000 * cores / sum(stages.values()), 1000 / max(serial_ms(stages) + shared, 1e-3))


def report(clip, still, person, transcoder, frames, room):
    """A Markdown table, and what is missed."""
    street = repeated(clip, frames, room / "street.mp4", (WIDTH, HEIGHT), RATE)
    scenes = [("street, ten people", street, ())]
    if person.exists():
        scenes.append(("three people sitting", sitting(still, person, frames, room), ()))
    scenes.append(("64 faces given", street, ("--tracks", tracks_of(64, frames, RATE, room / "tracks.json"))))
    measured = [(name, times(transcoder, source, frames, room, *more)) for name, source, more in scenes]
    names = list(measured[0][1])
    lines = [f"{WIDTH}x{HEIGHT}, {frames} frames, one pass, CPU ms a frame of each stage; frames a second that so many cores allow:", "",
             "| scene | " + " | ".join(names) + " | serial | " + " | ".join(f"{c} cores" for c in CORES) + " |", "|---|" + "---:|" * (len(names) + 1 + len(CORES))]
    missed = []
    for scene, stages in measured:
        serial = serial_ms(stages)
        lines.append(f"| {scene} | " + " | ".join(f"{stages[n]:.1f}" for n in names) + f" | {serial:.1f} | " + " | ".join(f"{rate(stages, c):.1f}" for c in CORES) + " |")
        if scene.startswith("street") and serial > GOAL_MS:
            missed.append(f"the serial stages take {serial:.1f} ms a frame with ten faces, goal {GOAL_MS}")
    return "\n".join(lines), missed
