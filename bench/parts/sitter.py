"""What stands behind somebody who never leaves: a cut-out person is laid over scenes without one, so that the truth behind the head is known."""
import subprocess
import sys

from . import setting

PERSON = setting.MEDIA / "sitter_a.png"
FRAMES = 100
COLUMNS = ("colour", "texture", "residue_pct", "seam", "flicker")
# What counts for the eye: a distance of colour of 5 is seen beside the truth, one of 9 only when it is looked for.
MOST_STILL = {"colour": 5, "residue_pct": 1, "seam": 2, "flicker": 1.4}
MOST_MOVING = {**MOST_STILL, "colour": 9}
TEXTURE = (0.5, 1.6)


def still_of(clip, room):
    """One frame of a clip, shown for some seconds by a camera that stands still and has noise."""
    picture, film = room / f"{clip.stem}.png", room / f"{clip.stem}_still.mkv"
    setting.ffmpeg("-i", clip, "-map", "0:v:0", "-frames:v", "1", picture)
    setting.ffmpeg("-loop", "1", "-framerate", "25", "-i", picture, "-frames:v", str(FRAMES), "-vf", "noise=alls=4:allf=t,format=yuv420p", "-c:v", "ffv1", film)
    return film


def is_reached(row, most):
    return all(row[name] <= limit for name, limit in most.items()) and TEXTURE[0] <= row["texture"] <= TEXTURE[1]


def measure(real, extra, room):
    """Rows: {name, colour, texture, residue_pct, seam, flicker, reached}."""
    if not PERSON.exists():
        setting.say(f"privacy: no {PERSON}, so nothing is measured behind who never leaves")
        return
    for clip in real:
        for name, film, most in ((f"{clip.stem}, one frame, still", still_of(clip, room), MOST_STILL), (clip.stem, clip, MOST_MOVING)):
            folder = room / f"sitter_{film.stem}"
            made = [sys.executable, str(setting.TOOLS / "sitter.py"), "make", str(film), str(PERSON), str(folder), "--frames", str(FRAMES)]
            subprocess.run(made, check=True)
            setting.transcode(*extra, "--tracks", folder / "tracks.json", "-c:v", "ffv1", "-o", folder / "out.mkv", folder / "comp.mkv")
            row = setting.examine("sitter.py", "score", folder, folder / "out.mkv")
            yield {"name": name, "reached": is_reached(row, most), **{column: row[column] for column in COLUMNS}}
