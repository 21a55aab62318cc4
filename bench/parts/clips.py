"""The clips, and what is known about them."""
import json
import subprocess

KINDS = (".mp4", ".mkv", ".avi", ".mpg", ".mov", ".webm")


def find(paths):
    """The clips among files and folders, in the folders' order of names."""
    clips = []
    for path in paths:
        clips += sorted(p for p in path.iterdir() if p.suffix in KINDS) if path.is_dir() else [path]
    return clips


def has_no_face(clip):
    """True where the whole clip is verified to be without faces: NAME_noface.EXT says so."""
    return clip.stem.endswith("_noface")


def has_no_reference(clip):
    """True where no face of a size to be hidden is known: a face can be pasted over it."""
    references = clip.with_name(clip.name + ".faces.json")
    return references.exists() and not any(json.loads(references.read_text()).values()) and not clip.with_suffix(".gt.csv").exists()


def rotation(clip):
    """The display rotation in degrees, as ffprobe tells it."""
    asked = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream_side_data=rotation", "-of", "csv=p=0", str(clip)]
    words = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.replace(",", " ").split()
    return round(float(words[0])) if words else 0
