"""A face recogniser's attack on what was hidden: who is it, asked of the place where the face was, with clear pictures of everybody at hand."""
import subprocess
import sys

import cv2
import numpy as np

from . import clips, peer, recall, setting, watch

# What the attacker brings: the models by which the program itself tells people apart.
DESCRIPTOR, LANDMARKS = (setting.ROOT / "models" / name for name in ("face_descriptor.onnx", "face_landmarks_5.dat"))
CHIP_PX = 150
ROOM = setting.ROOT / ".venv" / "attack"
# A face is clear from this size on, and where detectors find it; a person counts with so many of them, half for the gallery, half as probes.
CLEAR_PX, FEWEST, MOST = 40, 4, 20
# The peers' masks over the face's box grown by this on each side; blurred by this part of its width, or in so many blocks across.
GROWN, BLUR, BLOCKS = 0.15, 0.12, 10
CONTROL = "the source itself"


def compiled():
    """The program that cuts faces out, made where it is not there yet."""
    missing = [path.name for path in (DESCRIPTOR, LANDMARKS) if not path.exists()]
    if missing:
        sys.exit(f"privacy: {' and '.join(missing)} not in models/: run scripts/setup")
    ROOM.mkdir(parents=True, exist_ok=True)
    program, source = ROOM / "attack", setting.ROOT / "bench" / "attack.cpp"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        setting.say("compiling the attacker's program")
        subprocess.run(["c++", "-std=c++20", "-O2", source, "-o", program, "-ldlib", "-llapack", "-lblas", "-lpng", "-lpthread"], check=True)
    return [program, LANDMARKS]


def describe(chips):
    """The descriptors of faces that were cut out: n x 128."""
    network = cv2.dnn.readNetFromONNX(str(DESCRIPTOR))
    described = np.empty((len(chips), 128), np.float32)
    for n, chip in enumerate(chips):
        network.setInput(cv2.dnn.blobFromImage(chip))
        described[n] = network.forward().ravel()
    return described


def people(clip):
    """[[record, ...], ...]: each person's clear faces, evenly spaced."""
    leaks = setting.leaks()
    why = watch.reasons(clip)
    records = [watch.Record(clip.stem, frame, tuple(box), True, why.get((frame, tuple(box)), ""))
               for frame, boxes in sorted(leaks.reference(str(clip), watch.SMALLEST_PX).items()) for box in boxes]
    cuts, last = set(), None
    for index, picture in enumerate(leaks.frames(str(clip))):
        small = cv2.resize(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), (64, 36), interpolation=cv2.INTER_AREA).astype(float)
        if last is not None and np.abs(small - last).mean() > watch.CUT:
            cuts.add(index)
        last = small
    watch.link(records, cuts)
    clear = [r for r in records if min(r.box[2:]) >= CLEAR_PX and not r.why]
    tracks = [[r for r in clear if r.track == track] for track in sorted({r.track for r in clear})]
    return [[t[i] for i in np.unique(np.linspace(0, len(t) - 1, MOST).astype(int))] for t in tracks if len(t) >= FEWEST]


def square(picture, box, by):
    """Box grown by a part of itself, within the picture: x0, y0, x1, y1."""
    x, y, w, h = box
    height, width = picture.shape[:2]
    return max(0, int(x - by * w)), max(0, int(y - by * h)), min(width, int(x + w + by * w)), min(height, int(y + h + by * h))


def blurred(picture, box):
    x0, y0, x1, y1 = square(picture, box, GROWN)
    result = picture.copy()
    result[y0:y1, x0:x1] = cv2.GaussianBlur(picture, (0, 0), BLUR * box[2])[y0:y1, x0:x1]
    return result


def in_blocks(picture, box):
    x0, y0, x1, y1 = square(picture, box, GROWN)
    result = picture.copy()
    few = cv2.resize(picture[y0:y1, x0:x1], (BLOCKS, max(1, round(BLOCKS * (y1 - y0) / (x1 - x0)))), interpolation=cv2.INTER_AREA)
    result[y0:y1, x0:x1] = cv2.resize(few, (x1 - x0, y1 - y0), interpolation=cv2.INTER_NEAREST)
    return result


def body(picture, box):
    """A modest attacker's view of the person: a histogram of the colours below the chin, and the size. Roots, so that distances are Hellinger's."""
    x, y, w, h = box
    x0, y0, x1, y1 = square(picture, (x - w, y + h, 3 * w, 4 * h), 0)
    if y1 - y0 < 2 or x1 - x0 < 2:
        return np.zeros(257)
    hsv = cv2.cvtColor(picture[y0:y1, x0:x1], cv2.COLOR_BGR2HSV)
    colours = cv2.calcHist([hsv], [0, 1, 2], None, [8, 8, 4], [0, 180, 0, 256, 0, 256]).ravel()
    return np.append(np.sqrt(colours / colours.sum()), np.log(w) / 4)


def described(clip, results, program, room):
    """[(track, which of the person's faces, {way: (face, body)})]; `results`: {way: video}."""
    wanted = [(r, i, k) for k, person in enumerate(people(clip)) for i, r in enumerate(person)]
    ways = [CONTROL, *results, "Gaussian blur", "mosaic"]
    found, lines = [], []
    leaks = setting.leaks()
    # The peer's result has times of its own; it has each frame of the source.
    pairs = {way: ((None, f) for f in leaks.frames(str(path))) if way == recall.PEER else leaks.aligned(str(clip), str(path))
             for way, path in results.items()}
    for index, picture in enumerate(leaks.frames(str(clip))):
        outputs = {way: next(frames, (None, None))[1] for way, frames in pairs.items()}
        for record, i, k in (w for w in wanted if w[0].frame == index):
            shown = {CONTROL: picture, **outputs, "Gaussian blur": blurred(picture, record.box), "mosaic": in_blocks(picture, record.box)}
            if any(p is None for p in shown.values()):
                continue
            x0, y0, x1, y1 = square(picture, record.box, 1)
            names = [room / f"{len(found)}.{n}.png" for n in range(len(ways))]
            for name, way in zip(names, ways):
                cv2.imwrite(str(name), shown[way][y0:y1, x0:x1])
            x, y, w, h = (round(v) for v in record.box)
            lines.append(f'{" ".join(map(str, names))}\n{x - x0} {y - y0} {w} {h}\n')
            found.append((f"{clip.stem} {k}", i, {way: body(shown[way], record.box) for way in ways}))
    chips = np.frombuffer(subprocess.run(program, input="".join(lines).encode(), check=True, stdout=subprocess.PIPE).stdout, np.uint8)
    faces = describe(chips.reshape(-1, CHIP_PX, CHIP_PX, 3)).reshape(len(found), len(ways), 128)
    return [(who, i, {way: (faces[n][w], bodies[way]) for w, way in enumerate(ways)}) for n, (who, i, bodies) in enumerate(found)]


def ranks(found, way, part):
    """For each probe: how many others are nearer than the person itself, and its distance from the person's nearest face."""
    gallery = [(who, seen[CONTROL][part]) for who, i, seen in found if i % 2 == 0]
    for who, i, seen in found:
        if i % 2 == 0:
            continue
        nearest = {}
        for name, known in gallery:
            nearest[name] = min(nearest.get(name, np.inf), float(np.linalg.norm(known - seen[way][part])))
        yield sum(d < nearest[who] for d in nearest.values()), nearest[who]


def print_table(title, found, part):
    persons = len({who for who, _, _ in found})
    control = list(ranks(found, CONTROL, part))
    graded = [n for n, (rank, _) in enumerate(control) if rank == 0]
    print(f"\n{title}: {persons} people-tracks, {len(control)} probes; graded: the {len(graded)} that the attacker knows in the source\n")
    print("| what is looked at | rank 1 | rank 5 | distance: 5 % | median | 95 % |\n| --- | --- | --- | --- | --- | --- |")
    for way in found[0][2]:
        those = list(ranks(found, way, part))
        those = those if way == CONTROL else [those[n] for n in graded]
        within = [100 * np.mean([rank < most for rank, _ in those]) for most in (1, 5)]
        low, middle, high = np.percentile([d for _, d in those], (5, 50, 95))
        print(f"| {way} | {within[0]:.1f} % | {within[1]:.1f} % | {low:.2f} | {middle:.2f} | {high:.2f} |")
    print(f"| chance | {100 / persons:.1f} % | {100 * min(5, persons) / persons:.1f} % | | | |", flush=True)


def run(all_clips, way, extra, with_peer, room):
    """Processes the clips and prints both tables."""
    program = compiled()
    found = []
    for clip in (c for c in all_clips if not clips.has_no_face(c) and clips.rotation(c) == 0):
        folder = room / clip.stem
        folder.mkdir(parents=True, exist_ok=True)
        erased = folder / f"{way}.erased.mkv"
        if not erased.exists():
            setting.transcode(*recall.WAYS[way][1], *extra, "-o", erased, clip)
        results = {"ours": erased} | ({recall.PEER: peer.hidden(clip, folder)} if with_peer else {})
        found += described(clip, results, program, folder)
        for picture in folder.glob("*.png"):
            picture.unlink()
        setting.say(f"privacy: {clip.name}: attacked")
    if not found:
        sys.exit("privacy: no clear faces in these clips; nothing to attack")
    print_table("The face", found, 0)
    print_table("The person", found, 1)
