"""Compares the decoded pictures of two files outside a rectangle, without any package beside Python's own."""
import math
import re
import subprocess
import sys
from array import array

# Planes of a pixel format: (horizontal shift, vertical shift, samples beside each other that belong to one pixel).
PACKED = {
    "gray": 1, "rgb24": 3, "bgr24": 3, "rgba": 4, "bgra": 4, "argb": 4, "abgr": 4, "rgb0": 4, "bgr0": 4, "0rgb": 4, "0bgr": 4,
    "rgb48": 3, "bgr48": 3, "rgba64": 4, "ya8": 2, "ya16": 2,
}
SHIFTS = {"420": (1, 1), "422": (1, 0), "444": (0, 0), "440": (0, 1), "411": (2, 0), "410": (2, 2)}


def layout(name):
    """(bytes a sample, depth, planes) of a planar or packed format of whole bytes; a ValueError names any other."""
    plain = re.sub(r"(le|be)$", "", name)
    if plain in ("nv12", "nv16", "nv24", "p010"):
        shift = SHIFTS["420" if plain in ("nv12", "p010") else {"nv16": "422", "nv24": "444"}[plain]]
        return (2, 16, [(0, 0, 1), (*shift, 2)]) if plain == "p010" else (1, 8, [(0, 0, 1), (*shift, 2)])
    match = re.fullmatch(r"(yuvj?|yuva|gbrp|gbrap|gray)(4\d\d)?p?(\d+)?", plain)
    if match and (match[2] or match[1] in ("gbrp", "gbrap") or (match[1] == "gray" and match[3])):
        depth = int(match[3] or 8)
        shift = SHIFTS[match[2]] if match[2] else (0, 0)
        if match[1] == "gray":
            planes = [(0, 0, 1)]
        else:
            planes = [(0, 0, 1), (*shift, 1), (*shift, 1)] + ([(0, 0, 1)] if match[1] in ("yuva", "gbrap") else [])
        return 1 if depth == 8 else 2, depth, planes
    if plain in PACKED:
        deep = plain.endswith(("48", "64", "16"))
        return 2 if deep else 1, 16 if deep else 8, [(0, 0, PACKED[plain])]
    raise ValueError(f"no layout for pixel format {name}")


def decode(path, stream, pixel_format, decoder=None):
    """All frames of a video stream as raw bytes, in stored orientation."""
    command = ["ffmpeg", "-v", "error", "-nostdin", "-noautorotate"] + (["-c:v", decoder] if decoder else [])
    command += ["-i", path, "-map", f"0:{stream}", "-fps_mode", "passthrough", "-f", "rawvideo"]
    return subprocess.run(command + ["-pix_fmt", pixel_format, "-"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def rows_outside(size, pixel_format, rectangle):
    """(start, length) in bytes of the pieces of rows of one frame that lie outside the rectangle; and the frame's bytes."""
    width, height = size
    x, y, w, h = rectangle
    sample, _, planes = layout(pixel_format)
    pieces, start = [], 0
    for across, down, samples in planes:
        columns, rows = -((-width) >> across), -((-height) >> down)
        unit = samples * sample
        left, right = (x >> across) * unit, min(columns, (x + w + (1 << across) - 1) >> across) * unit
        top, bottom = y >> down, (y + h + (1 << down) - 1) >> down
        for row in range(rows):
            line = start + row * columns * unit
            if top <= row < bottom:
                pieces.append((line, left))
                pieces.append((line + right, columns * unit - right))
            else:
                pieces.append((line, columns * unit))
        start += rows * columns * unit
    return [piece for piece in pieces if piece[1] > 0], start


def compare(first, second, size, pixel_format, rectangle):
    """(frames that differ, PSNR in dB of all that lies outside the rectangle); infinity where nothing differs."""
    pieces, frame_bytes = rows_outside(size, pixel_format, rectangle)
    sample, depth, _ = layout(pixel_format)
    if len(first) != len(second):
        raise ValueError(f"{len(first) / frame_bytes:g} frames against {len(second) / frame_bytes:g}")
    kind = "H" if sample == 2 else "B"
    error = count = differing = 0
    for frame in range(0, len(first), frame_bytes):
        differs = False
        for place, length in pieces:
            one, other = first[frame + place:frame + place + length], second[frame + place:frame + place + length]
            count += length // sample
            if one == other:
                continue
            differs = True
            error += sum((a - b) * (a - b) for a, b in zip(array(kind, one), array(kind, other)))
        differing += differs
    peak = (1 << depth) - 1
    return differing, math.inf if error == 0 else 10 * math.log10(peak * peak * count / error)


if __name__ == "__main__":
    if len(sys.argv) != 6:
        sys.exit("usage: compare_pixels.py FIRST SECOND WIDTHxHEIGHT PIXEL_FORMAT X,Y,W,H")
    picture = tuple(int(part) for part in sys.argv[3].split("x"))
    hidden = tuple(int(part) for part in sys.argv[5].split(","))
    print(*compare(decode(sys.argv[1], "v:0", sys.argv[4]), decode(sys.argv[2], "v:0", sys.argv[4]), picture, sys.argv[4], hidden))
