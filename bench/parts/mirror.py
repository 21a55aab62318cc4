"""Clips mirrored and played backwards, with all that is known about them: footage that no threshold was chosen on, with the same faces."""
import csv
import json
import subprocess

from . import clips, race, setting


def is_meant(clip):
    """True for clips whose faces are known, whose pictures are whole (a reversed interlaced clip has its fields in the wrong order) and stand upright."""
    asked = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=field_order", "-of", "csv=p=0", str(clip)]
    order = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip().strip(",")
    faces = clip.with_name(clip.name + ".faces.json").exists() or clip.with_suffix(".gt.csv").exists()
    return faces and not clips.has_no_face(clip) and not clips.has_no_reference(clip) and order in ("progressive", "unknown", "") and clips.rotation(clip) == 0


def make(clip, room):
    """The clip, lossless, in `room`, and its references beside it under the same endings."""
    made = room / f"{clip.stem}_mirrored.mkv"
    setting.ffmpeg("-i", clip, "-map", "0:v:0", "-vf", "hflip,reverse", "-fps_mode", "passthrough", "-c:v", "ffv1", made)
    width, _, frames = race.probe(made)
    for name in (".faces.json", ".hard.csv", ".false.csv"):
        turn_file(clip.with_name(clip.name + name), made.with_name(made.name + name), width, frames)
    for name in (".gt.csv", ".ignore.csv", ".noface.csv"):
        turn_file(clip.with_suffix(name), made.with_suffix(name), width, frames)
    return made


def turn_file(source, target, width, frames):
    if not source.exists():
        return
    if source.suffix == ".json":
        turned = {str(frames - 1 - int(frame)): [[width - x - w, y, w, h] for x, y, w, h in boxes] for frame, boxes in json.loads(source.read_text()).items()}
        target.write_text(json.dumps(turned))
        return
    with source.open() as read, target.open("w", newline="") as written:
        rows = csv.DictReader(read)
        out = csv.DictWriter(written, rows.fieldnames)
        out.writeheader()
        for row in rows:
            if "first" in row:
                row["first"], row["last"] = frames - 1 - int(row["last"]), frames - 1 - int(row["first"])
            else:
                row["frame"], row["x"] = frames - 1 - int(row["frame"]), round(width - float(row["x"]) - float(row["w"]), 1)
            out.writerow(row)
