"""faceghost 0.1.5 at its defaults, so that what it covers can be read: its own detector's rectangles, filled with green.

That is kind to it: it blurs no more than the ellipse within each.
"""
import subprocess

import numpy as np

from . import clips, setting

GREEN_BGR = (0, 255, 0)


def painted(picture, quarter_turns, predict):
    """The picture with green where a face was found in it; looked at upright."""
    upright = np.rot90(picture, quarter_turns).copy()
    for x0, y0, x1, y1 in (found[:4].astype(int) for found in predict(upright)):
        upright[max(0, y0):y1, max(0, x0):x1] = GREEN_BGR
    return np.ascontiguousarray(np.rot90(upright, -quarter_turns))


def masked(clip, room):
    """The path of `clip`, frame by frame, with green where it would blur; one that stands in `room` is used again."""
    from faceghost.yolo_infer import predict

    result, half = room / "faceghost.mkv", room / "faceghost_half.mkv"
    if result.exists():
        return result
    turns, writer = clips.rotation(clip) // 90, None
    for picture in setting.leaks().frames(str(clip)):
        if writer is None:
            height, width = picture.shape[:2]
            given = ["-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-i", "-"]
            writer = subprocess.Popen(["ffmpeg", "-v", "error", "-y", *given, "-c:v", "ffv1", "-pix_fmt", "bgr0", str(half)], stdin=subprocess.PIPE)
        writer.stdin.write(painted(picture, turns, predict).tobytes())
    writer.stdin.close()
    if writer.wait():
        raise subprocess.CalledProcessError(writer.returncode, writer.args)
    half.rename(result)
    return result
