"""Where the processor's time goes, by perf: functions and libraries are sorted into the stages of the program."""
import re
import subprocess

from parts.race import ENCODER, fail

# In order; the first that matches "library symbol" counts. Stages of the program, then what serves them.
STAGES = [
    ("encode", r"libx26[45]|x264_|x265_"),
    ("decode", r"libavcodec|libavformat|h264|hevc|ff_|libdav1d"),
    ("scale", r"libswscale|scaled_rgb|block_mean|resize|cvtColor|libavutil.*copy"),
    ("detect", r"libopencv_dnn|openvino|onnxruntime|libtbb|Centerface|RegionRedetection|MultiScaleDetector|LookAhead|warpAffine|remap"),
    ("flow and cuts", r"libopencv_video|libopencv_calib3d|calcOptical|Lucas|LKTracker|pyr[UD]own|ShotDetector|[Tt]racklet|Tracker|Camera|[Hh]omograph|cornerMinEigen|goodFeatures"),
    ("plate", r"[Pp]late|WarpedSampler|[Rr]obust|LocalAlignment|TemporalFusion|KeyBackground|estimate_component|median_of|ConfidenceMap|read_component"),
    ("compose", r"[Pp]oisson|fill_|Fill|[Mm]ask|[Hh]alo|[Gg]rain|[Ss]ummed|Compositor|multigrid|relax|solve|::correct|Grid::|smooth_border|soften"),
    ("memory and system", r"kernel|libc\.so|libpthread|libstdc"),
]


def stage_of(place):
    for name, pattern in STAGES:
        if re.search(pattern, place):
            return name
    return "other"


def report(transcoder, source, frames, room, passes):
    """A Markdown table of CPU milliseconds a frame for each stage."""
    data = room / "perf.data"
    run = subprocess.run(["perf", "record", "-q", "-F", "499", "-g", "-o", data, transcoder, "-q", "-y", "--passes", passes, "-c:v", "libx264", "--preset", ENCODER["preset"],
                          "--crf", ENCODER["crf"], "-o", room / "profiled.mp4", source], capture_output=True, text=True)
    if run.returncode != 0:
        fail(f"perf cannot record: {run.stderr.strip()[-300:]}")
    said = subprocess.run(["perf", "report", "-i", data, "--no-children", "-g", "none", "--stdio", "-F", "overhead,dso,symbol", "--percent-limit", "0"],
                          capture_output=True, text=True).stdout
    shares = {}
    for line in said.splitlines():
        row = re.match(r"\s*([\d.]+)%\s+(\S+)\s+\[.\]\s+(.*)", line)
        if row:
            stage = stage_of(f"{row[2]} {row[3]}")
            shares[stage] = shares.get(stage, 0) + float(row[1])
    lines = [f"--passes {passes}, {frames} frames:", "", "| stage | share of the CPU time |", "|---|---:|"]
    return "\n".join(lines + [f"| {name} | {share:.0f} % |" for name, share in sorted(shares.items(), key=lambda item: -item[1])])
