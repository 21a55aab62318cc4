"""The programs that come with a wheel, as commands: each gives way to the real one, which lies beside the module. A package of its own, so that a command
does not load the module first."""

from __future__ import annotations

import os
import sys
from typing import NoReturn


def _become(name: str) -> NoReturn:
    program = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "invisiblur", name)
    if not os.path.exists(program):
        sys.exit(f"{name}: this module was built without the programs; install the wheel that scripts/wheel makes, or build {name} with scripts/build")
    os.execv(program, [name, *sys.argv[1:]])


def transcode() -> NoReturn:
    """invis-transcode"""
    _become("invis-transcode")


def serve() -> NoReturn:
    """invis-serve"""
    _become("invis-serve")
