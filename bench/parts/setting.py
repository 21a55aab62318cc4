"""Where things are, the Python with numpy and OpenCV, and how programs are run."""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv" / "bench"
PROGRAM = os.environ.get("INVISIBLUR_BIN", str(ROOT / "build" / "bin")) + "/invis-transcode"
MEDIA = pathlib.Path(os.environ.get("INVISIBLUR_MEDIA", ROOT.parent / "shared" / "media"))
TOOLS = pathlib.Path(os.environ.get("INVISIBLUR_TOOLS", ROOT.parent / "shared" / "tools"))
PACKAGES = {"cv2": "opencv-python-headless>=4.8", "numpy": "numpy", "scipy": "scipy"}
PEERS = {"deface": "deface==1.5.0", "faceghost": "faceghost==0.1.5"}


def say(text):
    print(text, file=sys.stderr, flush=True)


def enter_venv(packages):
    """Runs the calling script again in .venv/bench, which has the packages {module: what pip calls it}; makes and fills it first."""
    python = VENV / "bin" / "python3"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=True)
    missing = [name for module, name in packages.items() if not has_module(python, module)]
    if missing:
        say(f'installing {", ".join(missing)} into {VENV.relative_to(ROOT)}')
        subprocess.run([str(python), "-m", "pip", "-q", "install", *missing], check=True)
    if pathlib.Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(str(python), [str(python), *sys.argv])


def has_module(python, module):
    find = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([str(python), "-c", find], check=False).returncode == 0


def leaks():
    """The examiners' module: frames of a video, and the faces that are in it."""
    if str(TOOLS) not in sys.path:
        sys.path.insert(0, str(TOOLS))
    return __import__("leaks")


def examine(tool, *arguments):
    """The JSON object that an examiner prints last."""
    command = [sys.executable, str(TOOLS / tool), *map(str, arguments)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(answer.stdout.strip().splitlines()[-1])


def transcode(*arguments):
    subprocess.run([PROGRAM, "-q", "-y", *map(str, arguments)], check=True)


def ffmpeg(*arguments):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, arguments)], check=True)
