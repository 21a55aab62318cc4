"""deface at its defaults, so that what it covers can be read: a green picture stands in for its blur.

That is kind to it: the picture fills the rectangle around the ellipse that it would blur.
"""
import subprocess
import sys

import cv2
import numpy as np

from . import clips, setting

SOLID = "00FF00"
# Frames at a constant rate from 0 on, as many as there are: its reader would repeat or drop some otherwise.
PLAIN = ("-map", "0:v:0", "-fps_mode", "passthrough", "-vf", "setpts=N/25/TB", "-r", "25", "-c:v", "ffv1")
TURN_BACK = {-90: "transpose=2", 90: "transpose=1", 180: "hflip,vflip", -180: "hflip,vflip"}


def hidden(clip, room):
    """The path of `clip` as deface 1.5.0 leaves it at its defaults, frame by frame, without loss, upright; one that stands in `room` is used again."""
    result = room / "deface_hidden.mkv"
    if result.exists():
        return result
    plain, half = room / "plain.mkv", room / "half.mkv"
    setting.ffmpeg("-i", clip, *PLAIN, plain)
    config = '{"codec": "ffv1", "macro_block_size": 1, "pixelformat": "yuv444p"}'
    subprocess.run([sys.executable, "-m", "deface.deface", "--ffmpeg-config", config, "-o", str(half), str(plain)],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    half.rename(result)
    plain.unlink()
    return result


def masked(clip, room):
    """The path of `clip`, frame by frame, with green where deface 1.5.0 would blur; one that stands in `room` is used again."""
    result = room / "deface.mkv"
    if result.exists():
        return result
    plain, upright, green = room / "plain.mkv", room / "deface_upright.mkv", room / "green.png"
    setting.ffmpeg("-i", clip, *PLAIN, plain)
    cv2.imwrite(str(green), np.full((8, 8, 3), (0, 255, 0), np.uint8))
    config = '{"codec": "ffv1", "macro_block_size": 1, "pixelformat": "yuv444p"}'
    command = [sys.executable, "-m", "deface.deface", "--replacewith", "img", "--replaceimg", str(green), "--ffmpeg-config", config]
    subprocess.run([*command, "-o", str(upright), str(plain)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    turn = TURN_BACK.get(clips.rotation(clip))
    if turn:
        setting.ffmpeg("-i", upright, "-vf", turn, "-c:v", "ffv1", room / "turned.mkv")
        (room / "turned.mkv").rename(upright)
    upright.rename(result)
    plain.unlink()
    return result
