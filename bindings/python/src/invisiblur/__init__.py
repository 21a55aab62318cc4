"""Makes faces in video invisible: numpy frames in, frames without faces out.

A face that is found is replaced by the picture behind it; no pixel of the result is computed from the face's own. The options are those of
the program invis-transcode, with '_' for '-': ``min_face=24, fill="solid=00FF00"``.
"""

from __future__ import annotations

import json
import os
import types
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from typing import Any, Callable, Optional, Union

import numpy as np
import numpy.typing as npt

from . import _core

__all__ = ["Anonymizer", "Frame", "Option", "anonymize", "transcode", "version"]
__version__ = "0.1.0"

Plane = npt.NDArray[Any]
#: H x W x 3 (RGB) or H x W (gray), uint8 or uint16; or a tuple of planes for a format that has several, such as (Y, U, V).
Frame = Union[Plane, "tuple[Plane, ...]"]
Option = Union[str, int, float, bool, PathLike[str], Sequence[Union[str, int]]]

_FORMATS = {(3, 1): "rgb24", (3, 2): "rgb48le", (2, 1): "gray", (2, 2): "gray16le"}


def version() -> str:
    """The library's version, "major.minor.patch"."""
    return _core.version()


def _text(value: Option) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, PathLike):
        return fspath(value)
    return ";".join(str(part) for part in value)


def _options(given: dict[str, Option]) -> str:
    """As the library reads them: "key=value:key=value"."""
    names = set(_core.option_names())
    parts = []
    for key, value in given.items():
        name = key.replace("_", "-")
        if name not in names:
            raise TypeError(f"there is no option {key}")
        parts.append(name + "=" + _text(value).replace("\\", "\\\\").replace(":", "\\:"))
    return ":".join(parts)


def _format_of(frame: Frame) -> str:
    if isinstance(frame, tuple):
        raise TypeError('a frame of several planes needs its pixel format: pixel_format="yuv420p"')
    if frame.dtype not in (np.dtype(np.uint8), np.dtype(np.uint16)) or (frame.ndim, frame.dtype.itemsize) not in _FORMATS:
        raise TypeError(f"a frame is an array of uint8 or uint16, H x W x 3 or H x W, not {frame.dtype} of shape {frame.shape}")
    return _FORMATS[frame.ndim, frame.dtype.itemsize]


class Anonymizer:
    """One video stream: frames in, frames without faces out, in order, one for one, some frames later.

    In:      width and height of a picture in pixels; fps; rotation, the degrees (0, 90, 180, 270) clockwise that turn it upright;
             pixel_format, as libav names it, where it does not follow from the arrays; options as the program's.
    Errors:  ValueError or TypeError for wrong options, shapes and types; RuntimeError where the model is missing or something failed.
             After an error in send() or finish() nothing more comes out: no frame leaves unprocessed.
    Threads: one at a time for one object; other Python threads run meanwhile.
    """

    def __init__(self, width: int, height: int, fps: float, *, rotation: int = 0, pixel_format: Optional[str] = None, **options: Option) -> None:
        self._core = _core.open(_options(options), width, height, rotation, fps)
        self._format = pixel_format
        self._size = (height, width)
        self._sent = 0
        self._received = 0
        self._held = 0  # so many frames are left in the library, which erases them meanwhile
        self._state = "open"

    def send(self, frame: Frame) -> list[Frame]:
        """Takes the next frame, which is copied; gives those that are ready, whose arrays are the caller's."""
        if self._state != "open":
            raise RuntimeError(f"this Anonymizer {'has finished' if self._state == 'finished' else 'failed before'}: make another one")
        pixel_format = self._format or _format_of(frame)
        shape = (frame[0] if isinstance(frame, tuple) else frame).shape[:2]
        if shape != self._size:
            raise ValueError(f"a frame is {shape[1]} x {shape[0]}, and the stream's are {self._size[1]} x {self._size[0]}")
        try:
            self._core.send(frame, pixel_format, self._sent)
        except (ValueError, TypeError) as wrong:
            if self._sent:
                self._state = "failed"
            raise wrong
        except BaseException:
            self._state = "failed"
            raise
        self._sent += 1
        return self._ready(self._held)

    def finish(self) -> list[Frame]:
        """Says that no frame follows; gives those that were held back."""
        if self._state != "open":
            return []
        self._state = "failed"
        self._core.finish()
        frames = self._ready()
        self._state = "finished"
        return frames

    @property
    def tracks(self) -> dict[str, Any]:
        """The faces of the frames that came out so far, as the tracks file has them; only with an option that asks for them
        (expect_faces=0 is none): report="-" is enough."""
        found: dict[str, Any] = json.loads(self._core.tracks())
        return found

    def _ready(self, held: int = 0) -> list[Frame]:
        frames: list[Frame] = []
        while self._sent - self._received > held and (frame := self._core.receive()) is not None:
            self._received += 1
            frames.append(frame)
        return frames

    def __enter__(self) -> Anonymizer:
        return self

    def __exit__(self, kind: Optional[type[BaseException]], error: Optional[BaseException], where: Optional[types.TracebackType]) -> None:
        self._state = "finished"


def _frames_in_work(options: Mapping[str, Option]) -> int:
    """How many frames to leave in the library: those it looks ahead, and one for each thread that can erase. Without look-ahead none."""
    lookahead, wanted = int(str(options.get("lookahead", 25))), str(options.get("threads", "auto"))
    threads = int(wanted) if wanted.isdecimal() and int(wanted) > 0 else os.cpu_count() or 1
    return lookahead + threads if lookahead > 0 else 0


def anonymize(frames: Iterable[Frame], fps: float, *, rotation: int = 0, pixel_format: Optional[str] = None, **options: Option) -> Iterator[Frame]:
    """The frames of one video without their faces: as many as went in, in order. Errors as Anonymizer's."""
    anonymizer: Optional[Anonymizer] = None
    for frame in frames:
        if anonymizer is None:
            height, width = (frame[0] if isinstance(frame, tuple) else frame).shape[:2]
            anonymizer = Anonymizer(width, height, fps, rotation=rotation, pixel_format=pixel_format, **options)
            anonymizer._held = _frames_in_work(options)
        yield from anonymizer.send(frame)
    if anonymizer is not None:
        yield from anonymizer.finish()


def transcode(source: Union[str, PathLike[str]], output: Union[str, PathLike[str], None] = None, *,
              progress: Optional[Callable[[int, int, int, int], None]] = None, **options: Option) -> dict[str, Any]:
    """Does what ``invis-transcode source -o output`` does, and gives its report; output is NAME_invisible.EXT beside the source by default.

    progress(pass_number, passes, frame, frames_total) is called now and then; an exception out of it (KeyboardInterrupt, too) stops the job, and
    nothing stands under the output's name then. What the program would warn of is a Python warning.
    Errors: ValueError for wrong options, RuntimeError or OSError otherwise, with one sentence that says what to do.
    """
    from . import _job  # with libraries that frames do without

    report: dict[str, Any] = json.loads(
        _job.run(fspath(source), fspath(output) if output is not None else "", _options(options), progress, lambda text: warnings.warn(text, stacklevel=2)))
    return report
