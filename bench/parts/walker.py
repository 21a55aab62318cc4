"""A person from head to foot, laid over scenes without one before a still camera: silhouette and scene are known to the pixel."""
import hashlib
import json
import subprocess

import cv2
import numpy as np

from . import setting, sitter

FRAMES, RATE = 100, 25
FACE_PART = 0.065  # the face's height in heights of the picture: the whole person is nearly two thirds of it
# Lengths in statures, as erase/region/body_reach.hpp has them; a face is 0.104.
FACE, CHIN, HIP = 0.104, 0.87, 0.53
SHADOW = 0.72  # of the light is left in the shadow at the feet


def face_of_person():
    picture = cv2.imread(str(sitter.PERSON), cv2.IMREAD_UNCHANGED).astype(np.float32)
    return picture, json.loads(sitter.PERSON.with_suffix(".json").read_text())["face"]


def limb(layer, start, end, width, colour):
    cv2.line(layer, tuple(int(16 * v) for v in start), tuple(int(16 * v) for v in end), colour, max(1, int(width)), cv2.LINE_AA, 4)


def bust(width, height, x, y, face_h):
    """The cut-out with the middle of its face at (x, y): BGRA floats."""
    picture, (fx, fy, fw, fh) = face_of_person()
    scale = face_h / fh
    small = cv2.GaussianBlur(picture, (0, 0), max(0.1, 0.4 / scale))
    return cv2.warpAffine(small, np.float32([[scale, 0, x - scale * (fx + fw / 2)], [0, scale, y - scale * (fy + fh / 2)]]), (width, height))


def person(width, height, x, y, face_h, phase):
    """BGRA floats of a whole person in mid-stride: photographed down to the chest, drawn below. In: y of the face's middle."""
    stature = face_h / FACE
    chin = y + face_h / 2
    hip, foot, chest = chin + (CHIN - HIP) * stature, chin + CHIN * stature, chin + 0.16 * stature
    layer = np.zeros((height, width, 4), np.float32)
    stride = 0.11 * stature * np.sin(phase)
    for side, colour in ((1, (70, 60, 52, 255)), (-1, (96, 82, 70, 255))):
        knee = (x + side * stride * 0.5 + 0.02 * stature, (hip + foot) / 2)
        limb(layer, (x + side * 0.03 * stature, hip - 0.03 * stature), knee, 0.085 * stature, colour)
        limb(layer, knee, (x + side * stride, foot - 0.02 * stature), 0.065 * stature, colour)
        limb(layer, (x + side * stride - 0.02 * stature, foot), (x + side * stride + 0.05 * stature, foot), 0.04 * stature, (30, 28, 26, 255))
        shoulder, hand = (x + side * 0.11 * stature, chin + 0.1 * stature), (x + side * 0.13 * stature - 0.6 * side * stride, chin + 0.46 * stature)
        limb(layer, shoulder, hand, 0.06 * stature, (40, 72, 190, 255))
    torso = np.array([(x - 0.12 * stature, chin + 0.08 * stature), (x + 0.12 * stature, chin + 0.08 * stature), (x + 0.09 * stature, hip), (x - 0.09 * stature, hip)])
    cv2.fillPoly(layer, [np.rint(16 * torso).astype(np.int32)], (44, 80, 205, 255), cv2.LINE_AA, 4)
    head = bust(width, height, x, y, face_h)
    head[int(min(height, chest)):] = 0
    alpha = head[..., 3:] / 255
    return head * alpha + layer * (1 - alpha) if layer.any() else head


WAYS = {
    "walks through": lambda n, w: (w * (1.3 * n / FRAMES - 0.15), n / 2.5),
    "comes, stands, leaves": lambda n, w: (w * (0.5 + 0.7 * min(0, n / 20 - 1) + 0.7 * max(0, n / 20 - 4)) + 2 * np.sin(n / 9), n / 2.5 if n < 20 or n > 80 else 0.3),
    "never leaves": lambda n, w: (w / 2 + 3 * np.sin(n / 9), 0.3),
}


def shaded(frame, x, foot, stature):
    """The scene with the person's shadow on it, and where that is."""
    shade = np.zeros(frame.shape[:2], np.float32)
    cv2.ellipse(shade, (int(x + 0.12 * stature), int(foot)), (max(1, int(0.22 * stature)), max(1, int(0.03 * stature))), 0, 0, 360, 1.0, -1)
    shade = cv2.GaussianBlur(shade, (0, 0), max(1.0, 0.012 * stature))
    return frame * (1 - (1 - SHADOW) * shade[..., None]), shade


def writer(path, width, height):
    return subprocess.Popen(["ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "bgr24", "-s", f"{width}x{height}", "-r", str(RATE), "-i", "-",
                             "-pix_fmt", "yuv420p", "-c:v", "ffv1", str(path)], stdin=subprocess.PIPE)


def make(scene, way, folder):
    """Writes clean.mkv, film.mkv and tracks.json into the folder. Returns the silhouettes and shadows, packed, one a frame."""
    folder.mkdir(parents=True, exist_ok=True)
    outputs, silhouettes, shadows, boxes = None, [], [], []
    for n, frame in enumerate(setting.leaks().frames(str(scene))):
        if n >= FRAMES:
            break
        height, width = (v // 2 * 2 for v in frame.shape[:2])
        frame = frame[:height, :width].astype(np.float32)
        outputs = outputs or [writer(folder / name, width, height) for name in ("clean.mkv", "film.mkv")]
        face_h = FACE_PART * height
        x, phase = WAYS[way](n, width)
        y = height * 0.3 + 0.1 * face_h * np.sin(2 * phase)
        layer = person(width, height, x, y, face_h, phase)
        stature = face_h / FACE
        lit, shade = shaded(frame, x, y + face_h / 2 + CHIN * stature, stature)
        alpha = layer[..., 3:] / 255
        film = lit * (1 - alpha) + layer[..., :3] * alpha
        for output, picture in zip(outputs, (frame, film)):
            output.stdin.write(np.clip(np.rint(picture), 0, 255).astype(np.uint8).tobytes())
        silhouettes.append(np.packbits(alpha[..., 0] > 0.5))
        shadows.append(np.packbits((shade > 0.5) & (alpha[..., 0] < 0.1)))
        _, (_, _, fw, fh) = face_of_person()
        face_w = face_h * fw / fh
        boxes.append((n, x - face_w / 2, y - face_h / 2, face_w, face_h))
    for output in outputs:
        output.stdin.close()
        output.wait()
    source = {"sha256": hashlib.sha256((folder / "film.mkv").read_bytes()).hexdigest(), "width": width, "height": height, "time_base": [1, 1000], "frames": len(boxes)}
    rows = [{"pts": n * 1000 // RATE, "x": x, "y": y, "w": w, "h": h} for n, x, y, w, h in boxes if x + w > 0 and x < width]
    (folder / "tracks.json").write_text(json.dumps({"format": "invisiblur-tracks", "version": 1, "source": source, "tracks": [{"id": 1, "boxes": rows}]}))
    return silhouettes, shadows


# Eight-bit steps: from so many on a person's pixel differs from the scene so that it is seen, and below so few it is what it was.
SEEN, SAME = 20, 6
NEAR_PX = 24


def score(folder, result, truth):
    """Shares in percent: of the silhouette what is left as it was, and what does not look like the scene; of the shadow what is left; of all that is farther than
    NEAR_PX from the person what changed; frames with more than 2 % of the silhouette left."""
    sums = dict.fromkeys(("person", "left", "off", "shadow", "shadow_left", "far", "changed"), 0)
    frames = open_frames = 0
    leaks = setting.leaks()
    for n, (clean, film, out) in enumerate(zip(*(leaks.frames(str(path)) for path in (folder / "clean.mkv", folder / "film.mkv", result)), strict=True)):
        height, width = film.shape[:2]
        silhouette, shadow = (np.unpackbits(part[n])[:height * width].reshape(height, width).astype(bool) for part in truth)
        difference = lambda a, b: np.abs(a.astype(np.int16) - b).max(2)
        visible = difference(film, clean) >= SEEN
        left = silhouette & visible & (difference(out, film) < SAME)
        blurred = difference(cv2.GaussianBlur(out, (0, 0), 3), cv2.GaussianBlur(clean, (0, 0), 3))
        far = cv2.dilate((silhouette | shadow).astype(np.uint8), np.ones((2 * NEAR_PX + 1, 2 * NEAR_PX + 1), np.uint8)) == 0
        sums["person"] += int(silhouette.sum())
        sums["left"] += int(left.sum())
        sums["off"] += int((silhouette & (blurred >= SEEN)).sum())
        sums["shadow"] += int((shadow & visible).sum())
        sums["shadow_left"] += int((shadow & visible & (difference(out, film) < SAME)).sum())
        sums["far"] += int(far.sum())
        sums["changed"] += int((far & (difference(out, film) > SAME)).sum())
        frames += bool(silhouette.any())
        open_frames += bool(left.sum() > 0.02 * max(1, silhouette.sum()))
    part = lambda a, b: 100 * sums[a] / max(1, sums[b])
    return {"left": part("left", "person"), "off": part("off", "person"), "shadow": part("shadow_left", "shadow"), "changed": part("changed", "far"), "frames": frames, "open": open_frames}
