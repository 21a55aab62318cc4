"""What the program writes, read by others. usage: read.py ROOM PROGRAM"""
import contextlib
import csv
import io
import json
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree

import datumaro.components.annotation
import datumaro.components.dataset
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


def near(a, b, within=1e-4):
    return all(abs(x - y) < within for x, y in zip(a, b, strict=True))


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
    """As datumaro reads CVAT for video."""
    root = xml.etree.ElementTree.parse(ROOM / "boxes.xml").getroot()
    assert root.tag == "annotations" and root.findtext("version") == "1.1" and root.findtext("meta/task/size") == str(FRAMES)
    (ROOM / "cvat").mkdir(exist_ok=True)
    shutil.copy(ROOM / "boxes.xml", ROOM / "cvat" / "annotations.xml")
    dataset = datumaro.components.dataset.Dataset.import_from(str(ROOM / "cvat"), "cvat")
    labels = dataset.categories()[datumaro.components.annotation.AnnotationType.label]
    assert [(label.name, label.attributes) for label in labels] == [("face", {"score", "from", "pts", "person"})]
    there, gone = {}, {}
    for item in dataset:
        for box in item.annotations:
            assert box.type == datumaro.components.annotation.AnnotationType.bbox and labels[box.label].name == "face" and box.attributes["keyframe"] and not box.attributes["occluded"]
            (gone if box.attributes["outside"] else there).setdefault(box.attributes["track_id"], {})[item.attributes["frame"]] = box
    assert there.keys() == boxes.keys()
    for track, way in boxes.items():
        assert there[track].keys() == way.keys() and all(near(there[track][n].get_bbox(), way[n], 0.02) for n in way)  # it rounds to hundredths
        assert all(box.attributes["score"] == "0.5" and box.attributes["from"] == "detector" and box.attributes["pts"] == str(40 * n) for n, box in there[track].items())
        assert list(gone.get(track, [])) == ([max(way) + 1] if max(way) + 1 < FRAMES else [])


def check_elan_rules(root):
    """What EAF's schema asks for besides what pympi reads: the order of the parts, required attributes, and references that lead somewhere."""
    parts = [child.tag for child in root]
    order = ["HEADER", "TIME_ORDER", "TIER", "LINGUISTIC_TYPE"]
    assert sorted(parts, key=order.index) == parts and {"AUTHOR", "DATE", "FORMAT", "VERSION"} <= set(root.keys())
    assert root.find("HEADER").get("TIME_UNITS") == "milliseconds" and {"MEDIA_URL", "MIME_TYPE"} <= set(root.find("HEADER/MEDIA_DESCRIPTOR").keys())
    slots = {slot.get("TIME_SLOT_ID"): int(slot.get("TIME_VALUE")) for slot in root.iter("TIME_SLOT")}
    spans = list(root.iter("ALIGNABLE_ANNOTATION"))
    names = [*slots, *(span.get("ANNOTATION_ID") for span in spans)]
    assert len(set(names)) == len(names) == len(spans) * 3
    assert all(slots[span.get("TIME_SLOT_REF1")] < slots[span.get("TIME_SLOT_REF2")] for span in spans)
    types = {kind.get("LINGUISTIC_TYPE_ID") for kind in root.iter("LINGUISTIC_TYPE")}
    tiers = [tier.get("TIER_ID") for tier in root.iter("TIER")]
    assert len(set(tiers)) == len(tiers) and all(tier.get("LINGUISTIC_TYPE_REF") in types for tier in root.iter("TIER"))


def check_spans(boxes):
    check_elan_rules(xml.etree.ElementTree.parse(ROOM / "spans.eaf").getroot())
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
