"""What the program writes, read by others. usage: read.py ROOM PROGRAM"""
import contextlib
import csv
import io
import json
import pathlib
import subprocess
import sys
import xml.etree.ElementTree

import motmetrics
import pycocotools.coco
import pympi

ROOM, PROGRAM = pathlib.Path(sys.argv[1]), sys.argv[2]
FRAMES = 40


def make():
    """A film, its tracks, and the same in all formats. Returns the tracks as {id: {frame: (x, y, w, h)}}."""
    film = ROOM / "film.mkv"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25", "-frames:v", str(FRAMES), "-c:v", "ffv1", film], check=True)
    boxes = {1: {n: (20.25 + n, 30.5, 40 + n / 8, 50) for n in range(3, 30)}, 5: {n: (200.125, 60 + n / 4, 24, 32.75) for n in range(10, FRAMES)}}
    tracks = [{"id": i, "boxes": [{"pts": 40 * n, **dict(zip("xywh", box)), "score": 0.5, "from": "detector"} for n, box in way.items()]} for i, way in boxes.items()]
    (ROOM / "tracks.json").write_text(json.dumps({"format": "invisiblur-tracks", "version": 1, "source": {"time_base": [1, 1000]}, "tracks": tracks}))
    for name, spans in (("boxes.xml", "spans.vtt"), ("boxes.csv", "spans.eaf"), ("boxes.json:coco", "other.vtt")):
        subprocess.run([PROGRAM, "-q", "--progress", "none", "--tracks", ROOM / "tracks.json", "--analyse-only", "--plate", "none", "--boxes-out", f"{ROOM}/{name}",
                        "--spans-out", ROOM / spans, film], check=True)
    return boxes


def near(a, b):
    return all(abs(x - y) < 1e-4 for x, y in zip(a, b, strict=True))


def check_coco(boxes):
    with contextlib.redirect_stdout(io.StringIO()):
        coco = pycocotools.coco.COCO(str(ROOM / "boxes.json"))
        again = coco.loadRes([{k: a[k] for k in ("image_id", "category_id", "bbox", "score")} for a in coco.dataset["annotations"]])
    assert len(coco.getImgIds()) == FRAMES and len(again.getAnnIds()) == sum(map(len, boxes.values()))
    assert [c["name"] for c in coco.loadCats(coco.getCatIds())] == ["face"]
    for frame in range(FRAMES):
        there = {a["track_id"]: a["bbox"] for a in coco.loadAnns(coco.getAnnIds(imgIds=[frame + 1]))}
        assert there.keys() == {i for i in boxes if frame in boxes[i]} and all(near(there[i], boxes[i][frame]) for i in there)


def check_mot(boxes):
    table = motmetrics.io.loadtxt(ROOM / "boxes.csv", fmt="mot15-2D")
    assert len(table) == sum(map(len, boxes.values()))
    for (frame, track), row in table.iterrows():
        assert near((row.X, row.Y, row.Width, row.Height), boxes[track][frame - 1]) and row.Confidence == 0.5


def check_cvat(boxes):
    """As CVAT's documentation describes its XML: <track> with id and label, <box> with frame, corners, outside, occluded and keyframe."""
    root = xml.etree.ElementTree.parse(ROOM / "boxes.xml").getroot()
    assert root.tag == "annotations" and root.findtext("version") == "1.1" and root.findtext("meta/task/size") == str(FRAMES)
    labels = {label.findtext("name"): {a.findtext("name") for a in label.iter("attribute")} for label in root.iter("label")}
    assert [t.get("id") for t in root.iter("track")] == ["1", "5"]
    for track in root.iter("track"):
        way = boxes[int(track.get("id"))]
        for box in track.iter("box"):
            x0, y0, x1, y1 = (float(box.get(k)) for k in ("xtl", "ytl", "xbr", "ybr"))
            assert box.get("occluded") == "0" and box.get("keyframe") == "1"
            assert {a.get("name") for a in box.iter("attribute")} <= labels[track.get("label")]
            frame = int(box.get("frame"))
            assert box.get("outside") == "1" and frame == max(way) + 1 or near((x0, y0, x1 - x0, y1 - y0), way[frame])


def check_spans(boxes):
    eaf = pympi.Elan.Eaf(str(ROOM / "spans.eaf"))
    assert sorted(eaf.get_tier_names()) == ["face 1", "face 5"]
    for track, way in boxes.items():
        [(start, end, value)] = [a[:3] for a in eaf.get_annotation_data_for_tier(f"face {track}")]
        assert (start, end, value) == (40 * min(way), 40 * (max(way) + 1), "hidden")
    asked = ["ffprobe", "-v", "error", "-show_entries", "packet=pts_time,duration_time", "-of", "csv=p=0", ROOM / "spans.vtt"]
    cues = [tuple(map(float, row[:2])) for row in csv.reader(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines())]
    assert cues == [(0.04 * min(way), round(0.04 * len(way), 3)) for way in boxes.values()], cues


def main():
    boxes = make()
    for check in (check_coco, check_mot, check_cvat, check_spans):
        check(boxes)
        print("exchange:", check.__name__.removeprefix("check_"), "is read as it was meant")


main()
