"""Text of known content in scenes that have none: signs, number plates of five countries, a terminal, subtitles; upright, tilted, moving, blurred."""
import dataclasses
import math

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONTS = "/usr/share/fonts/truetype/dejavu/DejaVu"
SANS, BOLD, MONO = FONTS + "Sans.ttf", FONTS + "Sans-Bold.ttf", FONTS + "SansMono.ttf"
FRAMES = 75


@dataclasses.dataclass
class Item:
    """A line, or some, on a board. Units: height of the letters and places in pixels, motion in pixels a frame, frames [first, end)."""
    lines: list
    height: int
    x: float
    y: float
    font: str = SANS
    ink: tuple = (20, 20, 20)
    board: tuple = (240, 240, 240)
    band: tuple = None
    tilt: float = 0
    move: tuple = (0, 0)
    blur: float = 0
    first: int = 0
    end: int = FRAMES

    def __post_init__(self):
        font = ImageFont.truetype(self.font, round(self.height / 0.73))  # capitals have that part of the font's size
        pad, step = max(2, self.height // 3), round(self.height * 1.6)
        band = self.height if self.band else 0
        width = max(round(font.getlength(line)) for line in self.lines) + 2 * pad + band
        size = (width, step * len(self.lines) + pad)
        picture = Image.new("RGBA", size, (*self.board, 255) if self.board else (0, 0, 0, 0))
        draw = ImageDraw.Draw(picture)
        if self.band:
            draw.rectangle((0, 0, band, size[1]), fill=self.band)
        outline = {} if self.board else {"stroke_width": max(1, self.height // 10), "stroke_fill": (0, 0, 0)}
        self.places = []
        for i, line in enumerate(self.lines):
            at = (pad + band, pad + i * step + self.height)
            draw.text(at, line, font=font, fill=self.ink, anchor="ls", **outline)
            self.places.append((pad + band, pad + i * step, pad + band + font.getlength(line), pad + i * step + self.height))
        self.sprite = np.array(picture)

    def map_at(self, n):
        """From the sprite to the picture, as a 2 x 3 matrix."""
        h, w = self.sprite.shape[:2]
        angle = math.radians(self.tilt)
        c, s = math.cos(angle), math.sin(angle)
        x, y = self.x + self.move[0] * n, self.y + self.move[1] * n
        return np.float32([[c, -s, x + w / 2 - c * w / 2 + s * h / 2], [s, c, y + h / 2 - s * w / 2 - c * h / 2]])

    def paint(self, picture, n):
        if not self.first <= n < self.end:
            return
        size = (picture.shape[1], picture.shape[0])
        sprite = self.sprite.astype(np.float32)
        sprite[:, :, :3] *= sprite[:, :, 3:] / 255
        laid = cv2.warpAffine(sprite, self.map_at(n), size, flags=cv2.INTER_LINEAR)
        if self.blur:
            laid = cv2.GaussianBlur(laid, (0, 0), self.blur)
        picture[:] = np.clip(picture * (1 - laid[:, :, 3:] / 255) + laid[:, :, 2::-1], 0, 255).astype(np.uint8)

    def cut(self, picture, n, line):
        """A line of it straightened out of a picture, with the room that a recogniser wants; None where it is not wholly in it."""
        x0, y0, x1, y1 = self.places[line]
        room = 0.3 * (y1 - y0)
        corners = np.float32([[x0 - room, y0 - room], [x1 + room, y0 - room], [x0 - room, y1 + room]])
        there = corners @ self.map_at(n)[:, :2].T + self.map_at(n)[:, 2]
        ends = np.vstack([there, there[1] + there[2] - there[0]])
        if ends.min() < 0 or (ends >= (picture.shape[1], picture.shape[0])).any():
            return None
        scale = 48 / (y1 - y0 + 2 * room)
        size = (max(48, round((x1 - x0 + 2 * room) * scale)), 48)
        flat = np.float32([[0, 0], [size[0], 0], [0, size[1]]])
        return cv2.warpAffine(picture, cv2.getAffineTransform(there.astype(np.float32), flat), size, flags=cv2.INTER_CUBIC)


def plate(text, height, x, y, **more):
    return Item([text], height, x, y, font=BOLD, **more)


def subtitles(width, height, px):
    said = ["The witness came in at nine", "and left by the back door", "Nobody saw him again", "until the next morning"]
    part = FRAMES // len(said)
    for i, line in enumerate(said):
        item = Item([line], px, 0, height - 2.2 * px, ink=(255, 255, 255), board=None, first=i * part, end=(i + 1) * part if i + 1 < len(said) else FRAMES)
        item.x = (width - item.sprite.shape[1]) / 2
        yield item


TERMINAL = ["$ ssh admin@10.4.17.22", "password for alice:", "uid=1007 gid=1007", "cat keys/alice.txt", "sk-live-93fa0c77e1", "logout 14:32:07"]


def scenes(width, height):
    """{name: items} for pictures of a size."""
    w, h = width, height
    green = {"font": MONO, "ink": (90, 240, 110), "board": (12, 16, 12)}
    return {
        "signs, 12 to 80 px": [Item(["Main Street"], 12, 20, 20), Item(["Dr. A. Weber"], 20, w * 0.55, 20, ink=(255, 255, 255), board=(20, 60, 160)),
                               Item(["EXIT 27"], 40, 30, h * 0.28), Item(["NORTH"], 80, w * 0.3, h * 0.55, ink=(255, 255, 255), board=(0, 90, 50))],
        "plates, five countries": [plate("B-KA 4711", 18, 30, 30, band=(0, 51, 153)), plate("AB12 CDE", 24, w * 0.5, 40, board=(250, 210, 40)),
                                   plate("7ABC123", 30, 40, h * 0.4, ink=(30, 40, 120)), plate("AA-123-BC", 14, w * 0.6, h * 0.5, band=(0, 51, 153)),
                                   plate("MH 12 DE 1433", 16, w * 0.35, h * 0.78)],
        "plates that drive by": [plate("B-KA 4711", 16, -40, h * 0.3, move=(4, 0.3)), plate("AB12 CDE", 20, w * 0.8, h * 0.5, move=(-3, -0.5), board=(250, 210, 40)),
                                 plate("AA-123-BC", 26, w * 0.3, h * 0.65, move=(1.2, 0.8), band=(0, 51, 153))],
        "tilted": [Item(["Police Line"], 16, 40, 60, tilt=12), Item(["Room 4.117"], 24, w * 0.5, h * 0.3, tilt=-18), Item(["Maria Lopez"], 20, 60, h * 0.6, tilt=30, move=(0.8, 0))],
        "blurred": [Item(["Central Bank"], 16, 30, 40, blur=1.2), Item(["Invoice 88213"], 24, w * 0.4, h * 0.3, blur=2.2), Item(["Ward 7"], 40, 60, h * 0.6, blur=3.5, move=(1, 0))],
        "terminal": [Item(TERMINAL, 12, w * 0.2, h * 0.15, **green)],
        "subtitles": list(subtitles(w, h, 18)),
    }
