"""What stands where a face was: a known face is pasted over scenes without one, so that the truth behind it is known."""
import csv
import json
import subprocess
import sys

from . import setting, synthetic

ABOVE_PEERS_DB = 1
MOST_FLICKER = 1.2
REAL_DB = 24
FACE_FRAME = 60  # of the sample: she looks at the camera


def face_picture(room):
    """The sample's face, cut out along its box."""
    with (setting.ROOT / "media" / "sample.gt.csv").open() as file:
        x, y, w, h = next([round(float(v)) for v in r[1:5]] for r in csv.reader(file) if r[0] == str(FACE_FRAME))
    path = room / "face.png"
    cut = f"select=eq(n\\,{FACE_FRAME}),crop={w}:{h}:{x}:{y}"
    setting.ffmpeg("-i", setting.ROOT / "media" / "sample.mkv", "-map", "0:v:0", "-vf", cut, "-frames:v", "1", path)
    return path


def scenes(real, room):
    """(name, clip, least dB): three that are made here, and the real clips that are given."""
    yield "synthetic: still camera, light flickers, little noise", synthetic.make_static(room / "static.mkv"), 41
    yield "synthetic: pan over a still picture, noise", synthetic.make_pan(room / "pan.mkv", -2.3), 35
    yield "synthetic: the same, the camera follows the face", synthetic.make_pan(room / "follow.mkv", 2.3), REAL_DB
    for clip in real:
        yield clip.stem, clip, REAL_DB


def best_peer(folder):
    """The best of what fill.py knows: Telea's and the Navier-Stokes method, and ffmpeg's delogo."""
    asked = [sys.executable, str(setting.TOOLS / "fill.py"), "peers", str(folder)]
    lines = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return max(json.loads(line[line.index("{"):])["psnr"] for line in lines if line and not line.startswith("untouched"))


def measure(real, extra, room):
    """Rows: {name, psnr, peer, flicker, goal, reached}."""
    face = face_picture(room)
    for number, (name, clip, goal) in enumerate(scenes(real, room)):
        folder = room / f"fill{number}"
        subprocess.run([sys.executable, str(setting.TOOLS / "fill.py"), "make", str(clip), str(face), str(folder)], check=True)
        setting.transcode(*extra, "--tracks", folder / "tracks.json", "-c:v", "ffv1", "-o", folder / "out.mkv", folder / "comp.mkv")
        ours = setting.examine("fill.py", "score", folder, folder / "out.mkv")
        peer = best_peer(folder)
        reached = ours["psnr"] >= max(goal, peer + ABOVE_PEERS_DB) and ours["flicker"] <= MOST_FLICKER
        yield {"name": name, "psnr": ours["psnr"], "peer": peer, "flicker": ours["flicker"], "goal": goal, "reached": reached}
