"""The sample's scenes, drawn: a study with a table, and a long library wall for the panning camera."""
import cv2
import numpy as np


def noise(rng, height, width, octaves, fall=0.5):
    """Smooth noise in about [-1, 1]; octave k has cells of width / 2^k."""
    total, weight, norm = np.zeros((height, width), np.float32), 1.0, 0.0
    for octave in octaves:
        cells = rng.standard_normal((max(2, height >> octave), max(2, width >> octave))).astype(np.float32)
        total += weight * cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC)
        norm += weight
        weight *= fall
    return total / norm


def shade(picture, factor):
    picture *= factor[..., None] if factor.ndim == 2 else factor


def plaster(rng, height, width, colour):
    """A wall: stains, grain, lighter where the window's light falls."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    wall = np.ones((height, width, 3), np.float32) * np.array(colour, np.float32)
    light = 0.74 + 0.36 * np.exp(-(((x - 0.72 * width) / (0.55 * width)) ** 2 + ((y - 0.2 * height) / (0.8 * height)) ** 2))
    shade(wall, light * (1 + 0.05 * noise(rng, height, width, (7, 6, 5)) + 0.035 * noise(rng, height, width, (2, 1))))
    return wall


def wood(rng, height, width, colour, lengthwise=True):
    """Boards: grain stretched along them, a darker line where two meet."""
    long, short = (width, height) if lengthwise else (height, width)
    grain = cv2.resize(rng.standard_normal((short, max(2, long // 48))).astype(np.float32), (long, short), interpolation=cv2.INTER_CUBIC)
    grain = 0.6 * cv2.GaussianBlur(grain, (0, 0), 1.0) + 0.5 * noise(rng, short, long, (6, 5))
    tone = 1 + 0.13 * grain
    for line in range(short // 3, short, max(8, short // 3)):
        tone[line:line + 2] *= 0.72
    tone = tone if lengthwise else tone.T
    return np.ones((height, width, 3), np.float32) * np.array(colour, np.float32) * tone[..., None]


def books(rng, picture, left, top, right, bottom):
    """A board's worth of books, spines of many colours, some leaning dark gaps."""
    x = left
    palette = np.array([(52, 64, 132), (96, 70, 44), (60, 96, 70), (150, 150, 160), (40, 46, 60), (70, 120, 160), (110, 96, 140), (46, 40, 96), (120, 130, 90)])
    while x < right - 6:
        width = int(rng.integers(9, 26))
        tall = int((bottom - top) * rng.uniform(0.68, 0.95))
        end = min(x + width, right)
        colour = palette[rng.integers(len(palette))] * rng.uniform(0.8, 1.15)
        if rng.random() < 0.08:
            x += width
            continue
        across = np.linspace(-1, 1, end - x, dtype=np.float32)
        spine = np.ones((tall, end - x, 3), np.float32) * colour.astype(np.float32)
        shade(spine, np.tile(1.08 - 0.45 * across ** 2, (tall, 1)) * (1 + 0.05 * rng.standard_normal((tall, end - x)).astype(np.float32)))
        for band in rng.uniform(0.12, 0.88, 2):
            row = int(band * tall)
            spine[row:row + 3] = spine[row:row + 3] * 0.4 + np.array((120, 190, 215), np.float32) * 0.5
        picture[bottom - tall:bottom, x:end] = spine
        x = end + 1


def shelf(rng, picture, left, top, right, bottom, boards):
    """A bookshelf with its own shadow on the wall."""
    height, width = bottom - top, right - left
    shadow = np.ones(picture.shape[:2], np.float32)
    shadow[top + 8:bottom + 14, left - 12:right + 6] = 0.55
    shade(picture, cv2.GaussianBlur(shadow, (0, 0), 9))
    picture[top:bottom, left:right] = wood(rng, height, width, (42, 62, 88), lengthwise=False) * 0.45
    gap = height // boards
    for board in range(boards):
        floor = top + (board + 1) * gap - 8
        books(rng, picture, left + 10, top + board * gap + 6, right - 10, floor)
        picture[floor:floor + 8, left:right] = wood(rng, 8, width, (60, 92, 128))
    for x in (left, right - 9):
        picture[top:bottom, x:x + 9] = wood(rng, height, 9, (56, 86, 120), lengthwise=False)


def framed(rng, picture, left, top, width, height):
    """A small landscape in a frame."""
    sky = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    view = (1 - sky) * np.array((215, 178, 128), np.float32) + sky * np.array((178, 205, 222), np.float32)
    view = np.repeat(view, width, axis=1)
    hills = (height * (0.55 + 0.13 * noise(rng, 2, width, (5, 4))[0])).astype(int)
    for x, hill in enumerate(hills):
        view[hill:, x] = np.array((64, 112, 86), np.float32) * (0.8 + 0.4 * (np.arange(height - hill) / height))[:, None]
    shade(view, 1 + 0.06 * noise(rng, height, width, (3, 2)))
    picture[top - 9:top + height + 9, left - 9:left + width + 9] = wood(rng, height + 18, width + 18, (36, 48, 70))
    picture[top:top + height, left:left + width] = view


def mug(picture, x, y, size, colour):
    """A mug that stands at (x, y), lit from the right."""
    for column in range(-size, size + 1):
        bend = np.sqrt(1 - (column / (size + 0.5)) ** 2)
        tone = 0.55 + 0.5 * np.exp(-((column / size - 0.45) / 0.4) ** 2)
        foot, rim = int(y + 0.28 * size * bend), int(y - 2.1 * size - 0.22 * size * bend)
        picture[rim:foot, x + column] = np.array(colour, np.float32) * tone
    cv2.ellipse(picture, (x, int(y - 2.1 * size)), (size, int(0.26 * size)), 0, 0, 360, (34, 40, 52), -1)
    cv2.ellipse(picture, (x + size + 4, int(y - 1.05 * size)), (int(0.5 * size), int(0.6 * size)), 0, -100, 100, tuple(c * 0.8 for c in colour), 5, cv2.LINE_AA)


def study(seed, height, width):
    """Scene 1 at twice its size: (what is behind the person, the table in front, the table's alpha)."""
    rng = np.random.default_rng(seed)
    height, width = 2 * height, 2 * width
    wall = plaster(rng, height, width, (176, 190, 198))
    shelf(rng, wall, 70, 60, 470, height - 60, 4)
    framed(rng, wall, 960, 110, 190, 130)
    table, cover = np.zeros_like(wall), np.zeros((height, width), np.float32)
    edge = height - 118
    table[edge:] = wood(rng, height - edge, width, (70, 108, 150))
    table[edge:edge + 7] *= 1.25
    table[edge + 84:] *= 0.6
    cover[edge:] = 1
    before = table.copy()
    mug(table, 1010, edge + 40, 34, (150, 96, 60))
    cover[np.abs(table - before).sum(2) > 0] = 1
    return [cv2.resize(layer, (width // 2, height // 2), interpolation=cv2.INTER_AREA) for layer in (wall, table, cover)]


def library(seed, height, width):
    """Scene 2: a wall of shelves, pillars and pictures, `width` wide for the camera to pan over."""
    rng = np.random.default_rng(seed)
    high, wide = 2 * height, 2 * width
    wall = plaster(rng, high, wide, (150, 172, 186))
    wall[high - 90:] = wood(rng, 90, wide, (52, 78, 112)) * 0.8
    wall[high - 98:high - 90] = 70
    x = 40
    while x < wide - 420:
        shelf(rng, wall, x, 40, x + 360, high - 90, 5)
        if x + 640 < wide:
            framed(rng, wall, x + 430, 150, 130, 170)
        x += 640
    y, across = np.mgrid[0:high, 0:wide].astype(np.float32)
    for lamp in range(220, wide, 640):
        shade(wall, 0.9 + 0.28 * np.exp(-(((across - lamp) / 260) ** 2 + ((y - 90) / 300) ** 2)))
    return cv2.resize(wall, (width, height), interpolation=cv2.INTER_AREA)


def folder(seed, height, width):
    """The thing that hides the face for a while: a marbled document folder with a label."""
    rng = np.random.default_rng(seed)
    sheet = np.ones((height, width, 3), np.float32) * np.array((88, 62, 30), np.float32)
    shade(sheet, 1 + 0.22 * noise(rng, height, width, (4, 3, 2)))
    sheet[:, :8] *= 0.6
    cv2.rectangle(sheet, (width // 4, height // 5), (width * 3 // 4, height // 3), (196, 214, 220), -1)
    for line in range(3):
        row = height // 5 + 7 + line * 7
        cv2.line(sheet, (width // 4 + 8, row), (width * 3 // 4 - 8 - 9 * line, row), (90, 90, 96), 2)
    return sheet
