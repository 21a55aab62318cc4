#!/usr/bin/env python3
"""Takes the faces out of a video through the C API, with nothing but Python's own ctypes.

usage: ctypes_example.py IN OUT [OPTIONS]     OPTIONS as in "min-face=24:fill=solid=00FF00"

ffmpeg decodes to raw 4:2:0 pictures, libinvisiblur works on them, a second ffmpeg encodes them and takes the sound from IN.
For FFmpeg 5.1 (libavutil 57) and video of a constant frame rate; invis-transcode has neither limit. The libraries are looked
for where the system looks, so before an install: LD_LIBRARY_PATH=$PWD/build/lib docs/ctypes_example.py IN OUT
"""
import ctypes
import errno
import json
import os
import subprocess
import sys
from ctypes import POINTER, Structure, byref, c_char_p, c_double, c_int, c_int64, c_void_p

AVERROR_EOF = -int.from_bytes(b"EOF ", "little")
YUV420P = 0


class Frame(Structure):
    """The beginning of libavutil 57's AVFrame; only libavutil makes one, so the rest need not be known."""
    _fields_ = [("data", c_void_p * 8), ("linesize", c_int * 8), ("extended_data", c_void_p), ("width", c_int), ("height", c_int),
                ("nb_samples", c_int), ("format", c_int), ("key_frame", c_int), ("pict_type", c_int), ("aspect", c_int * 2), ("pts", c_int64)]


class Stream(Structure):
    """InvisiblurStream."""
    _fields_ = [("width", c_int), ("height", c_int), ("rotation_degrees", c_int), ("time_base_num", c_int64), ("time_base_den", c_int64),
                ("frame_rate", c_double)]


def declared(library, name, result, *arguments):
    function = getattr(library, name)
    function.restype, function.argtypes = result, arguments
    return function


avutil = ctypes.CDLL("libavutil.so.57")
alloc = declared(avutil, "av_frame_alloc", POINTER(Frame))
get_buffer = declared(avutil, "av_frame_get_buffer", c_int, POINTER(Frame), c_int)
unref = declared(avutil, "av_frame_unref", None, POINTER(Frame))
free = declared(avutil, "av_frame_free", None, POINTER(POINTER(Frame)))

library = ctypes.CDLL("libinvisiblur.so.1")
invisiblur_open = declared(library, "invisiblur_open", c_int, POINTER(c_void_p), c_char_p, POINTER(Stream))
send_frame = declared(library, "invisiblur_send_frame", c_int, c_void_p, POINTER(Frame))
receive_frame = declared(library, "invisiblur_receive_frame", c_int, c_void_p, POINTER(Frame))
close = declared(library, "invisiblur_close", None, POINTER(c_void_p))
error_text = declared(library, "invisiblur_error", c_char_p, c_void_p)


def planes(width, height):
    """(row length, rows) of each plane."""
    return [(width, height), ((width + 1) // 2, (height + 1) // 2), ((width + 1) // 2, (height + 1) // 2)]


def fill(frame, raw, number, width, height):
    frame.contents.format, frame.contents.width, frame.contents.height, frame.contents.pts = YUV420P, width, height, number
    if get_buffer(frame, 0) < 0:
        raise MemoryError("no room for a frame")
    at = 0
    for plane, (length, rows) in enumerate(planes(width, height)):
        for row in range(rows):
            ctypes.memmove(frame.contents.data[plane] + row * frame.contents.linesize[plane], raw[at:at + length], length)
            at += length


def pixels(frame, width, height):
    picture = frame.contents
    return b"".join(ctypes.string_at(picture.data[plane] + row * picture.linesize[plane], length)
                    for plane, (length, rows) in enumerate(planes(width, height)) for row in range(rows))


def check(answer, context):
    if answer < 0:
        raise RuntimeError(error_text(context).decode() or os.strerror(-answer))


def drain(context, frame, sink, width, height):
    """Writes every frame that is ready; the answer that ended it is "send more" or "that was all"."""
    while (answer := receive_frame(context, frame)) == 0:
        sink.write(pixels(frame, width, height))
        unref(frame)
    if answer not in (-errno.EAGAIN, AVERROR_EOF):
        check(answer, context)


def anonymise(source, sink, options, width, height, rate):
    context, frame = c_void_p(), alloc()
    num, den = (int(part) for part in rate.split("/"))
    stream = Stream(width, height, 0, den, num, num / den)
    check(invisiblur_open(byref(context), options.encode(), byref(stream)), None)
    try:
        size, number = sum(length * rows for length, rows in planes(width, height)), 0
        while len(raw := source.read(size)) == size:
            fill(frame, raw, number, width, height)
            check(send_frame(context, frame), context)
            unref(frame)
            drain(context, frame, sink, width, height)
            number += 1
        check(send_frame(context, None), context)
        drain(context, frame, sink, width, height)
        return number
    finally:
        free(byref(frame))
        close(byref(context))


def main(source_path, output_path, options=""):
    probe = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-show_entries", "stream=width,height,r_frame_rate,start_time:format=start_time",
             "-of", "json", source_path]
    answer = json.loads(subprocess.run(probe, check=True, capture_output=True).stdout)
    video = answer["streams"][0]
    width, height, rate = video["width"], video["height"], video["r_frame_rate"]
    late_s = float(video.get("start_time", 0)) - float(answer["format"].get("start_time", 0))  # the picture may start after the sound
    decoder = subprocess.Popen(["ffmpeg", "-v", "error", "-nostdin", "-noautorotate", "-i", source_path, "-map", "0:v:0", "-fps_mode", "passthrough",
                                "-f", "rawvideo", "-pix_fmt", "yuv420p", "-"], stdout=subprocess.PIPE)
    pictures = ["-f", "rawvideo", "-pix_fmt", "yuv420p", "-video_size", f"{width}x{height}", "-framerate", rate, "-itsoffset", str(late_s), "-i", "-"]
    encoder = subprocess.Popen(["ffmpeg", "-v", "error", "-n"] + pictures + ["-i", source_path, "-map", "0:v", "-map", "1:a?",
                                "-fps_mode", "passthrough", "-c:a", "copy", output_path], stdin=subprocess.PIPE)
    try:
        number = anonymise(decoder.stdout, encoder.stdin, options, width, height, rate)
        encoder.stdin.close()
        if decoder.wait() != 0 or encoder.wait() != 0:
            raise RuntimeError("ffmpeg failed; its message stands above")
        print(f"{output_path}: {number} frames")
    except BaseException:
        encoder.kill()
        decoder.kill()
        raise


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    if os.path.exists(sys.argv[2]):
        sys.exit(f"{sys.argv[2]} exists")
    try:
        main(*sys.argv[1:])
    except (RuntimeError, MemoryError, OSError, subprocess.CalledProcessError) as problem:
        if os.path.exists(sys.argv[2]):
            os.remove(sys.argv[2])  # what is there is not complete
        sys.exit(f"ctypes_example: {problem}")
