"""Programs side by side on one clip: interleaved runs with wall time, CPU time and peak memory, and clips to run them on."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

ENCODER = {"crf": "20", "preset": "medium"}


def fail(sentence):
    sys.exit(f"speed: {sentence}")


def probe(path):
    """(width, height, frames) of the first video stream, frames counted by decoding nothing."""
    answer = subprocess.run(
        ["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets", "-show_entries", "stream=width,height,nb_read_packets", "-of", "csv=p=0", str(path)],
        check=True, capture_output=True, text=True).stdout
    return tuple(int(value) for value in answer.strip().strip(",").split(","))


def repeated(clip, frames, out, size=None, rate=30):
    """The clip, again and again until it has `frames` frames at 30 a second, without sound, in closed groups of 30 pictures; size: (width, height) or None."""
    filters = f"setpts=N/{rate}/TB" + (f",scale={size[0]}:{size[1]}" if size else "")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", str(clip), "-map", "0:v:0", "-vf", filters, "-r", str(rate),
                    "-frames:v", str(frames), "-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-g", str(rate), "-pix_fmt", "yuv420p", str(out)], check=True)
    return out


def joined(parts, out):
    """Clips of one kind, one behind the other."""
    names = out.with_suffix(".txt")
    names.write_text("".join(f"file '{part}'\n" for part in parts))
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "concat", "-safe", "0", "-i", str(names), "-c", "copy", str(out)], check=True)
    return out


def measure(argv):
    """(wall seconds, CPU seconds, peak MB) of one run; ends the bench where the program fails."""
    with tempfile.TemporaryFile() as said:
        began = time.perf_counter()
        child = subprocess.Popen([str(word) for word in argv], stdin=subprocess.DEVNULL, stdout=said, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            said.seek(0)
            fail(f"{' '.join(map(str, argv))} ended with {child.returncode}: {said.read().decode(errors='replace')[-2000:]}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def race(commands, runs):
    """{name: argv} -> {name: [(wall, CPU, peak) of each run]}, one run of each before the next of any."""
    results = {name: [] for name in commands}
    for turn in range(runs):
        for name, argv in commands.items():
            results[name].append(measure(argv))
            wall, cpu, peak = results[name][-1]
            print(f"speed: run {turn + 1} of {runs}, {name}: {wall:.1f} s, CPU {cpu:.1f} s, {peak:.0f} MB", file=sys.stderr)
    return results


def medians(measured):
    return tuple(statistics.median(values) for values in zip(*measured))


def ratio(results, name, to, column=0):
    """The median over the runs of one program's figure by that of another in the same turn: what disturbs one disturbs both."""
    return statistics.median(a[column] / b[column] for a, b in zip(results[name], results[to]))
