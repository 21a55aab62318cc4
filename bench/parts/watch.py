"""Frame by frame: which reference faces are covered, of what kind they are, whom they belong to; and how much the fill flickers."""
import csv
import math
from dataclasses import dataclass

import cv2
import numpy as np

from . import setting

SMALLEST_PX = 16
COVERED = 0.9  # a face of which less is masked is not covered: as in coverage.py
SAME_COLOUR = 16  # steps, as there
RING_PX = 16
# A picture that differs this much from the one before, on average in 8-bit steps, follows a cut: as in leaks.py.
CUT = 25
# A face is that whose box overlaps its own so much, both doubled, in one of the last frames.
SAME_FACE, LONGEST_GAP = 0.3, 12
# Half a step: less than 8 bits can show is no flicker to compare with.
LEAST_RING = 0.25


@dataclass
class Record:
    clip: str
    frame: int
    box: tuple
    covered: bool
    why: str  # why detectors miss it, "" where they do not
    track: int = -1
    speed: float = 0.0  # of its own size from frame to frame


@dataclass
class Seen:
    records: list
    flicker: float | None


class Flicker:
    """Temporal variation inside masks over that in the ring around them, both of pictures without their noise."""

    def __init__(self):
        self.last = None
        self.sums = np.zeros(2)
        self.counts = np.zeros(2)

    def add(self, picture, mask):
        gray = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (0, 0), 2).astype(np.float32)
        near = cv2.dilate(mask, np.ones((2 * RING_PX + 1, 2 * RING_PX + 1), np.uint8)) > mask
        if self.last is not None:
            change = np.abs(gray - self.last[0])
            for i, (now, then) in enumerate(((mask > 0, self.last[1]), (near, self.last[2]))):
                both = now & then
                if change.mean() < CUT and (mask > 0).any():
                    self.sums[i] += change[both].sum()
                    self.counts[i] += both.sum()
        self.last = (gray, mask > 0, near)

    def ratio(self):
        if not self.counts.all():
            return None
        inside, ring = self.sums / self.counts
        return float(inside / max(ring, LEAST_RING))


def reasons(clip):
    """{(frame, box): why} of the faces set by hand."""
    path = clip.with_name(clip.name + ".hard.csv")
    if not path.exists():
        return {}
    with path.open() as file:
        return {(int(r[0]), tuple(map(float, r[1:5]))): r[5] for r in csv.reader(file) if r and r[0].isdigit()}


def watch(clip, solid, erased, colour, empty):
    leaks = setting.leaks()
    reference = {} if empty else leaks.reference(str(clip), SMALLEST_PX)
    why = reasons(clip)
    bgr = np.array([int(colour[k:k + 2], 16) for k in (4, 2, 0)], np.int16)
    records, cuts, flicker, last = [], set(), Flicker(), None
    shown = leaks.frames(str(erased)) if erased else None
    for index, masked in enumerate(leaks.frames(str(solid))):
        mask = (np.abs(masked - bgr).max(2) <= SAME_COLOUR).astype(np.uint8)
        picture = next(shown, None) if shown else masked
        small = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (64, 36), interpolation=cv2.INTER_AREA).astype(float)
        if last is not None and np.abs(small - last).mean() > CUT:
            cuts.add(index)
        last = small
        if shown and mask.any():
            flicker.add(picture, mask)
        records += look(clip, index, reference.get(index, []), mask, why)
    link(records, cuts)
    return Seen(records, flicker.ratio() if shown else None)


def look(clip, index, boxes, mask, why):
    height, width = mask.shape
    for box in boxes:
        x, y, w, h = box
        x0, y0, x1, y1 = (int(round(v)) for v in (max(0, x), max(0, y), min(width, x + w), min(height, y + h)))
        if x1 - x0 < 4 or y1 - y0 < 4 or min(w, h) < SMALLEST_PX:
            continue
        yield Record(clip.stem, index, tuple(box), bool(mask[y0:y1, x0:x1].mean() >= COVERED), why.get((index, tuple(box)), ""))


def grown(box):
    """Twice as large: a fast face may jump by its own size."""
    x, y, w, h = box
    return x - w / 2, y - h / 2, 2 * w, 2 * h


def link(records, cuts):
    """Gives each record the track of the face that it overlaps most in the frames before, and its speed."""
    iou = setting.leaks().iou
    tracks = []
    for frame in sorted({r.frame for r in records}):
        now = [r for r in records if r.frame == frame]
        near = [t for t in tracks if frame - t[-1].frame <= LONGEST_GAP and not any(t[-1].frame < cut <= frame for cut in cuts)]
        pairs = sorted(((iou(grown(r.box), grown(t[-1].box)), i, j) for i, r in enumerate(now) for j, t in enumerate(near)), reverse=True)
        for overlap, i, j in pairs:
            if overlap >= SAME_FACE and now[i].track < 0 and near[j][-1].frame < frame:
                now[i].track = near[j][0].track
                near[j].append(now[i])
        for record in now:
            if record.track < 0:
                record.track = len(tracks)
                tracks.append([record])
    for track in tracks:
        measure_speed(track)


def measure_speed(track):
    """Over two frames on each side: boxes that detectors set jitter."""
    for i, record in enumerate(track):
        a, b = track[max(0, i - 2)], track[min(len(track) - 1, i + 2)]
        if b.frame == a.frame:
            continue
        dx, dy = (b.box[k] + b.box[k + 2] / 2 - a.box[k] - a.box[k + 2] / 2 for k in (0, 1))
        record.speed = math.hypot(dx, dy) / (b.frame - a.frame) / math.sqrt(record.box[2] * record.box[3])
