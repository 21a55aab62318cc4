"""Scenes without a face that are the same on every machine: a room's worth of texture and edges, seen by a still or a panning camera."""
import subprocess

import cv2
import numpy as np

WIDTH, HEIGHT, FRAMES, RATE = 640, 360, 150, 25
OVERSIZE = 2  # the panorama is drawn larger than it is shown, so that a camera can move by parts of a pixel


def drawn_scene(width, height, seed=7):
    """Clouds of all sizes, as natural pictures have them, and things with sharp edges before them. Returns float BGR, 0 to 255."""
    rng = np.random.default_rng(seed)
    picture = np.full((height, width, 3), 120, np.float32)
    for cells in (3, 6, 12, 24, 48, 96):
        noise = rng.normal(size=(cells, cells * width // height + 1, 1)) + 0.3 * rng.normal(size=(cells, cells * width // height + 1, 3))
        picture += cv2.resize(noise.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC) * (60 / cells + 2)
    for _ in range(90):
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = (int(v) for v in rng.integers(height // 24, height // 4, 2))
        colour = rng.uniform(40, 215) + rng.uniform(-25, 25, 3)
        shade = np.linspace(0.9, 1.1, h, dtype=np.float32)[:, None, None]
        part = picture[y:y + h, x:x + w]
        part[:] = 0.25 * part + 0.75 * (colour * shade[:part.shape[0]])
    return np.clip(picture, 5, 250)


def write(path, frames):
    command = ["ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "-",
               "-pix_fmt", "yuv420p", "-c:v", "ffv1", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as ffmpeg:
        for frame in frames:
            ffmpeg.stdin.write(np.clip(np.rint(frame), 0, 255).astype(np.uint8).tobytes())
        ffmpeg.stdin.close()
    if ffmpeg.returncode:
        raise RuntimeError(f"cannot write {path}")
    return path


def noisy(frame, rng, sigma):
    return frame + rng.normal(0, sigma, frame.shape).astype(np.float32)


def make_static(path):
    """A still camera, a lamp that flickers by 2 %, noise of one step."""
    scene, rng = drawn_scene(WIDTH, HEIGHT), np.random.default_rng(11)
    light = [1 + 0.015 * np.sin(n / 6) + 0.005 * rng.normal() for n in range(FRAMES)]
    return write(path, (noisy(scene * factor, rng, 1) for factor in light))


def make_pan(path, speed):
    """A camera that pans by `speed` pixels a frame and sways, noise of one and a half steps. The face that fill.py pastes goes to the left by up to
    4 pixels a frame for most of the time: a picture that moves to the left, too (speed > 0), shows what is behind it late or never.
    """
    rng = np.random.default_rng(13)
    scene = cv2.GaussianBlur(drawn_scene(OVERSIZE * 1060, OVERSIZE * 420), (0, 0), OVERSIZE / 2)

    def view(n):
        left = OVERSIZE * (10 + speed * (n if speed > 0 else n - FRAMES + 1))
        top = OVERSIZE * (30 + 12 * np.sin(n / 20))
        where = np.array([[OVERSIZE, 0, left], [0, OVERSIZE, top]], np.float32)
        return cv2.warpAffine(scene, where, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP)

    return write(path, (noisy(view(n), rng, 1.5) for n in range(FRAMES)))
