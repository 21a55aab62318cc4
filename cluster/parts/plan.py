"""Makes the plan: which recordings, with which options, and what each will need."""
import concurrent.futures
import csv
import hashlib
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys

from parts import store

# Files of these kinds are taken from a folder; a list may name any.
KINDS = set(".3gp .asf .avi .dv .flv .m2ts .m4v .mkv .mov .mp4 .mpeg .mpg .mts .mxf .nut .ogv .ts .vob .webm .wmv".split())
RESULT = "_invisible"
# What a name's ending means to libav, where pieces must know before there is a file of that name.
FORMATS = {".mp4": "mp4", ".m4v": "mp4", ".mov": "mov", ".mkv": "matroska", ".webm": "webm", ".ts": "mpegts", ".m2ts": "mpegts", ".mpg": "mpeg", ".mxf": "mxf", ".nut": "nut"}
# Two passes of 1080p with faces on two cores do about five frames a second: 0.2 s a frame, 0.1 s a megapixel. Corrected by what is measured.
SECONDS_PER_MEGAPIXEL = 0.1
START_SECONDS = 3
# A job is ended by the cluster after this many times its estimate: footage full of faces takes longer than footage without.
PATIENCE = 4
MEMORY_MB = (700, 450)  # of any job, and of each megapixel of a frame: two networks, plates, frames between the stages, the encoder


def identity(path):
    return hashlib.sha1(os.fsencode(path)).hexdigest()[:16]


def from_folder(folder, out):
    """Recordings below a folder: not results, not hidden ones, nothing of the output folder."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith(".") and (pathlib.Path(where) / f).resolve() != out.resolve())
        for name in sorted(names):
            path = pathlib.Path(where) / name
            if path.suffix.lower() in KINDS and not name.startswith(".") and not path.stem.endswith(RESULT):
                yield {"file": str(path), "options": ""}


def from_list(path):
    """Rows of a CSV file with the columns file and, if wanted, options, width, height, fps, seconds; names are relative to the list."""
    with open(path, newline="") as text:
        rows = csv.DictReader(text)
        if "file" not in (rows.fieldnames or []):
            sys.exit(f"run: {path} has no column \"file\": its first line must name the columns, such as file,options")
        for row in rows:
            yield {**row, "file": str(path.parent / row["file"]), "options": row.get("options") or ""}


def probe(row):
    """(width, height, fps, seconds, problem) of the largest video stream."""
    if row.get("width"):
        return int(row["width"]), int(row["height"]), float(row["fps"]), float(row["seconds"]), None
    command = ["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=width,height,avg_frame_rate,duration:format=duration", "-of", "json",
               f'file:{row["file"]}']
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
        known = json.loads(answer.stdout or "{}")
        stream = max(known["streams"], key=lambda s: s.get("width", 0) * s.get("height", 0))
        top, bottom = (int(part) for part in stream["avg_frame_rate"].split("/"))
        seconds = float(stream.get("duration") or known["format"]["duration"])
        return stream["width"], stream["height"], (top / bottom if top and bottom else 25.0), seconds, None
    except (KeyError, ValueError, subprocess.TimeoutExpired):
        # Not a reason to leave it out: the program says better what is wrong, and in the same place as of all others.
        return None, None, None, None, None
    except FileNotFoundError:
        sys.exit("run: ffprobe is missing: install the package ffmpeg")


def estimate(width, height, fps, seconds, correction=1.0):
    """(cores, MB, seconds): what one job will need."""
    megapixels = (width or 1920) * (height or 1080) / 1e6
    work_s = START_SECONDS + (seconds or 600) * (fps or 25) * megapixels * SECONDS_PER_MEGAPIXEL * correction
    return (2 if megapixels > 0.5 else 1), round(MEMORY_MB[0] + MEMORY_MB[1] * megapixels), work_s


def correction(base, room):
    """Measured time over estimated time, the median of what is done: the estimate knows neither this machine nor this footage."""
    ratios = []
    for row in base.execute("select * from files where width is not null"):
        status = store.read_status(room, row["id"])
        if status and status["state"] == "done" and status.get("elapsed_s"):
            ratios.append(status["elapsed_s"] / estimate(row["width"], row["height"], row["fps"], row["seconds"])[2])
    return min(max(statistics.median(ratios), 0.1), 10.0) if ratios else 1.0


def is_known(old, path):
    return old is not None and old["width"] is not None and (old["bytes"], old["changed"]) == (path.stat().st_size, path.stat().st_mtime)


def output_of(path, source, out):
    """The tree below the output folder is that of the source; a file outside of it goes to the top."""
    below = os.path.relpath(path.parent, source if source.is_dir() else source.parent)
    folder = out if below.startswith("..") else out / below
    return folder / f"{path.stem}{RESULT}{path.suffix}", out / "reports" / os.path.relpath(folder, out) / f"{path.name}.report.json"


def make(source, out, room, options, at_once):
    """Writes the plan for what `source` names; says how long it will take. Earlier knowledge of the same files is kept."""
    source, out = pathlib.Path(source), pathlib.Path(out)
    rows = list(from_folder(source, out) if source.is_dir() else from_list(source))
    base = store.connect(room / "plan.sqlite")
    old = {row["id"]: row for row in base.execute("select * from files")}
    factor = correction(base, room)

    def measured(row):
        path, known = pathlib.Path(row["file"]), old.get(identity(row["file"]))
        if not path.exists() and not row.get("width"):
            return None, None, None, None, "there is no such file"
        return (known["width"], known["height"], known["fps"], known["seconds"], None) if path.exists() and is_known(known, path) else probe(row)

    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        found = list(pool.map(measured, rows))
    total_s, taken = 0.0, {}
    base.execute("update files set wanted = 0")
    for row, (width, height, fps, seconds, problem) in zip(rows, found):
        path = pathlib.Path(row["file"])
        output, report = output_of(path, source, out)
        if taken.setdefault(output, path) != path:
            sys.exit(f"run: {taken[output]} and {path} would both be written to {output}: give them folders of their own")
        cores, memory, work_s = estimate(width, height, fps, seconds, factor)
        total_s += work_s
        facts = path.stat() if path.exists() else None
        base.execute("insert or replace into files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)",
                     (identity(row["file"]), row["file"], str(output), str(report), f'{options} {row["options"]}'.strip(), facts and facts.st_size,
                      facts and facts.st_mtime, width, height, fps, seconds, cores, memory, math.ceil(work_s * PATIENCE / 60) + 5, problem))
    base.commit()
    base.close()
    print(f"run: {len(rows)} files, about {total_s / 3600:.1f} hours of work in all (estimates times {factor:.2f}, from what is done)")
    return len(rows)
