"""Draws the sample's frames and pipes them into ffmpeg; writes the face's box of each frame beside it.

usage: make.py ASTRONAUT.png OUT.y4m-to-be GT.csv
"""
import sys

import cv2
import numpy as np

import person
import scene

WIDTH, HEIGHT, RATE = 640, 360, 25
CUT, END = 132, 200  # frames: where the second shot starts, and how many there are
HIDDEN = (74, 98)    # the folder goes up, stays, goes down
NOISE = 2.2          # steps of 255, standard deviation


def ease(value, start, end):
    """0 before start, 1 after end, smooth between."""
    t = np.clip((value - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def study_pose(n):
    """Comes in from the right after a second, wanders, leaves to the left."""
    x = 860 - 530 * ease(n, 22, 52) + 50 * ease(n, 56, 72) - 70 * ease(n, 96, 108) - 500 * ease(n, 104, 131)
    y = 150 + 3.5 * np.sin(n * 0.62) * (1 - ease(n, 50, 58) + ease(n, 100, 108)) + 3 * np.sin(n * 0.11)
    scale = 0.92 + 0.10 * ease(n, 40, 70) - 0.04 * ease(n, 100, 125)
    return person.pose(x, y, scale, 5 * np.sin(n * 0.09) - 4 * ease(n, 104, 116), 1 - 0.14 * ease(n, 98, 110))


def library_pose(n, view):
    """Walks slowly in the library while the camera overtakes her."""
    x = 430 + 1.3 * n - view[0]
    return person.pose(x, 158 + 2.5 * np.sin(n * 0.45) - view[1], 0.80, 3 * np.sin(n * 0.12))


class Shots:
    def __init__(self, picture_path):
        self.picture, self.alpha = person.cut_out(picture_path)
        self.wall, self.table, self.table_cover = scene.study(7, HEIGHT, WIDTH)
        self.library = scene.library(11, HEIGHT + 16, WIDTH + 330)
        self.folder = scene.folder(3, 190, 150)

    def study(self, n):
        frame, matrix = self.wall.copy(), study_pose(n)
        self.shadow(frame, matrix)
        person.lay(frame, self.picture, self.alpha, matrix, 0.97)
        hidden = self.hide(frame, n, matrix)
        frame += self.table_cover[..., None] * (self.table - frame)
        light = 1 + 0.012 * np.sin(n * 0.21) + 0.004 * np.sin(n * 1.9)
        return frame * light, matrix, hidden

    def shadow(self, frame, matrix):
        """What she takes from the light behind her."""
        moved = matrix.copy()
        moved[:, 2] += (-16, 10)
        cover = cv2.warpAffine(self.alpha, moved, (WIDTH, HEIGHT))
        frame *= 1 - 0.22 * cv2.GaussianBlur(cover, (0, 0), 11)[..., None]

    def hide(self, frame, n, matrix):
        """Holds the folder before the face; how much of the face it covers, in [0, 1]."""
        up = ease(n, HIDDEN[0], HIDDEN[0] + 6) - ease(n, HIDDEN[1] - 6, HIDDEN[1])
        if up <= 0:
            return 0.0
        height, width = self.folder.shape[:2]
        x, y, w, h = person.face_box(matrix)
        place = np.array([[1, 0.05, x + w / 2 - width / 2], [-0.05, 1, y + h / 2 - height / 2 + (1 - up) * 210]])
        cover = cv2.GaussianBlur(cv2.warpAffine(np.ones((height, width), np.float32), place, (WIDTH, HEIGHT)), (0, 0), 0.8)
        frame += cover[..., None] * (cv2.warpAffine(self.folder, place, (WIDTH, HEIGHT)) - frame)
        inside = cover[max(0, int(y)):int(y + h), max(0, int(x)):int(x + w)]
        return float(inside.mean()) if inside.size else 0.0

    def pan(self, n):
        view = (300 * ease(n, -14, END - CUT + 10), 8 + 4 * np.sin(n * 0.17))
        look = np.array([[1, 0, -view[0]], [0, 1, -view[1]]])
        frame = cv2.warpAffine(self.library, look, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC)
        matrix = library_pose(n, view)
        person.lay(frame, self.picture, self.alpha, matrix, 0.9)
        return frame, matrix, 0.0


def visible(matrix, hidden):
    """The face's box inside the picture as a row's text, or None where less than half of it can be seen."""
    x, y, w, h = person.face_box(matrix)
    left, top, right, bottom = max(0, x), max(0, y), min(WIDTH, x + w), min(HEIGHT, y + h)
    if right - left <= 0 or (right - left) * (bottom - top) < 0.5 * w * h or hidden > 0.5:
        return None
    return f"{left:.1f},{top:.1f},{right - left:.1f},{bottom - top:.1f}"


def main():
    picture_path, frames_path, boxes_path = sys.argv[1:]
    shots, rng = Shots(picture_path), np.random.default_rng(1)
    with open(frames_path, "wb") as frames, open(boxes_path, "w") as boxes:
        boxes.write("frame,x,y,w,h\n")
        for n in range(END):
            frame, matrix, hidden = shots.study(n) if n < CUT else shots.pan(n - CUT)
            frame = cv2.GaussianBlur(frame, (0, 0), 0.55)
            grain = cv2.GaussianBlur(rng.standard_normal(frame.shape[:2]).astype(np.float32), (0, 0), 0.6)
            frame += (NOISE / 0.5 * grain)[..., None]
            frames.write(np.clip(frame + 0.5, 0, 255).astype(np.uint8).tobytes())
            row = visible(matrix, hidden)
            if row:
                boxes.write(f"{n},{row}\n")


if __name__ == "__main__":
    main()
