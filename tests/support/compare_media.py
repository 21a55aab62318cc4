"""Says what differs between a recording and what was made of it: ffprobe of both side by side, knowing what may differ.

usage: compare_media.py SOURCE OUTPUT [X,Y,W,H]    one line per difference, exit 1 when there is one; X,Y,W,H is what was hidden
"""
import json
import math
import re
import subprocess
import sys

import compare_pixels

# What an encoder or a muxer chooses anew, and what follows from sizes.
FREE_STREAM = set("""codec_long_name profile level refs has_b_frames bit_rate max_bit_rate nb_frames extradata_size is_avc nal_length_size
    coded_width coded_height bits_per_raw_sample duration duration_ts start_pts closed_captions film_grain nb_read_frames nb_read_packets
    codec_time_base extradata_hash quarter_sample divx_packed max_bitrate missing_streams vendor_id""".split())
FREE_TAGS = re.compile(r"encoder|encoded_by|duration|bps|number_of_|_statistics|vendor_id|minor_version|compatible_brands|umid|uid|product_|company_name|"
                       r"modification_date|application_platform|toolkit_version|file_package|software|major_brand_free")
FREE_SIDE_DATA = {"CPB properties", "H.26[45] User Data Unregistered SEI message", "Skip Samples", "MPEGTS Stream ID", "GOP timecode",
                  "Encryption info"}
LOSSLESS = {"ffv1", "huffyuv", "ffvhuff", "utvideo", "magicyuv", "rawvideo", "png", "apng", "qtrle", "gif"}
LEAST_PSNR = 44.0  # at the encoders' usual quality; what stands where a face was moves the rest by tenths


def run(*command):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout


def probe(path):
    """All that ffprobe tells, with packets and frames sorted by stream."""
    text = run("ffprobe", "-v", "error", "-show_format", "-show_streams", "-show_chapters", "-show_programs", "-show_packets", "-show_frames",
               "-show_data_hash", "md5", "-of", "json", path)
    facts = json.loads(text.decode("utf-8", "replace"), strict=False)
    streams = facts["streams"]
    for stream in streams:
        stream["packets"], stream["frames"] = [], []
    for item in facts.pop("packets_and_frames", []):
        index = item.get("stream_index", -1)
        if item["type"] in ("packet", "frame") and 0 <= index < len(streams):
            streams[index][item["type"] + "s"].append(item)
    return facts


def is_picture(stream):
    return stream["codec_type"] == "video" and not stream["disposition"]["attached_pic"] and not stream["disposition"].get("timed_thumbnails")


# What the result says of itself, in a tag that the source does not use (tests/job/edited_tag_test.cpp).
EDITED = "Edited with Invisiblur"


def tags_of(thing):
    return {key.lower(): value for key, value in thing.get("tags", {}).items() if not FREE_TAGS.search(key.lower()) and not value.startswith(EDITED)}


def side_data(thing, wanted=lambda kind: True):
    found = {}
    for data in thing.get("side_data_list", []):
        kind = data.get("side_data_type", "")
        if kind not in FREE_SIDE_DATA and wanted(kind):
            found[kind] = {key: value for key, value in data.items() if key != "side_data_type"}
    return found


class Comparison:
    """Collects differences; each is one line that begins with where it is."""

    def __init__(self):
        self.differences = []

    def say(self, where, what):
        self.differences.append(f"{where}: {what}")

    def same(self, where, before, after):
        if before != after:
            self.say(where, f"{short(before)} became {short(after)}")

    def lists(self, where, before, after):
        if len(before) != len(after):
            self.say(where, f"{len(before)} became {len(after)} of them")
        elif before != after:
            place = next(i for i in range(len(before)) if before[i] != after[i])
            self.say(where, f"number {place}, {short(before[place])} became {short(after[place])}")


def short(value):
    text = json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value
    return text if len(text) <= 100 else text[:97] + "..."


def compare_container(told, before, after):
    told.same("container", before["format"]["format_name"], after["format"]["format_name"])
    told.same("tags", tags_of(before["format"]), tags_of(after["format"]))
    told.same("streams", [s["codec_type"] for s in before["streams"]], [s["codec_type"] for s in after["streams"]])
    told.same("chapters", *([(c["start_time"], c["end_time"], c.get("tags", {}).get("title")) for c in f["chapters"]] for f in (before, after)))
    told.same("programs", *([(p["program_id"], [s["index"] for s in p["streams"]], tags_of(p)) for p in f.get("programs", [])] for f in (before, after)))
    told.same("start", before["format"].get("start_time"), after["format"].get("start_time"))


def near(one, other):
    """Mean rates are the same within half a percent: the last picture's duration is anybody's guess."""
    (a, b), (c, d) = ((int(part) for part in (rate or "0/0").split("/")) for rate in (one, other))
    return abs(a * d - c * b) <= 0.005 * abs(c * b) and (b == 0) == (d == 0)


def compare_stream(told, where, before, after):
    if not near(before.get("avg_frame_rate"), after.get("avg_frame_rate")):
        told.same(f"{where} avg_frame_rate", before.get("avg_frame_rate"), after.get("avg_frame_rate"))
    made_anew = {"time_base"} if before.get("codec_tag_string") in ("text", "tmcd") else set()
    for key in sorted((set(before) | set(after)) - FREE_STREAM - made_anew - {"avg_frame_rate", "packets", "frames", "tags", "side_data_list", "programs"}):
        told.same(f"{where} {key}", before.get(key), after.get(key))
    named = {"handler_name"} if made_anew else set()
    told.same(f"{where} tags", *({key: value for key, value in tags_of(s).items() if key not in named} for s in (before, after)))
    told.same(f"{where} side data", side_data(before), side_data(after))
    if "duration" in before and "duration" in after:
        rate = before.get("avg_frame_rate", "0/0").split("/")
        frame = int(rate[1]) / int(rate[0]) if rate[0] != "0" else 0.05
        if abs(float(before["duration"]) - float(after["duration"])) > max(frame, 0.001):
            told.same(f"{where} duration", before["duration"], after["duration"])


def compare_copied(told, where, before, after):
    for key in ("data_hash", "pts_time", "duration_time"):
        told.lists(f"{where} packets' {key}", *([packet.get(key) for packet in s["packets"]] for s in (before, after)))


def compare_frames(told, where, before, after):
    """Time and description of each picture; what libav reports only for some frames must come at the same places."""
    one, other = before["frames"], after["frames"]
    told.lists(f"{where} times", [f.get("best_effort_timestamp_time") for f in one], [f.get("best_effort_timestamp_time") for f in other])
    for key in ("sample_aspect_ratio", "interlaced_frame", "repeat_pict", "color_range", "color_space", "color_primaries", "color_transfer",
                "chroma_location"):
        told.lists(f"{where} frames' {key}", [f.get(key) for f in one], [f.get(key) for f in other])
    fields = [[f["top_field_first"] if f["interlaced_frame"] else None for f in frames] for frames in (one, other)]
    told.lists(f"{where} frames' field order", *fields)
    told.lists(f"{where} frames' side data", [side_data(f) for f in one], [side_data(f) for f in other])


def alpha_decoder(stream):
    """libav's own VP8 and VP9 decoders leave transparency out."""
    has_alpha = stream.get("tags", {}).get("alpha_mode") == "1" or stream.get("tags", {}).get("ALPHA_MODE") == "1"
    return {"vp8": "libvpx", "vp9": "libvpx-vp9"}.get(stream["codec_name"]) if has_alpha else None


def plain_format(stream):
    """Formats of which several samples share a byte are compared as what they become without loss."""
    if alpha_decoder(stream):
        return "yuva420p"
    return {"pal8": "bgra", "monob": "gray", "monow": "gray", "yuyv422": "yuv422p", "uyvy422": "yuv422p", "bgr0": "bgr24", "0rgb": "rgb24"}.get(stream["pix_fmt"], stream["pix_fmt"])


def compare_pictures(told, where, source, output, before, after, rectangle):
    size = (before["width"], before["height"])
    if size != (after["width"], after["height"]):
        return None
    pixel_format, index = plain_format(before), before["index"]
    try:
        decoder = alpha_decoder(before)
        one = compare_pixels.decode(source, index, pixel_format, decoder)
        other = compare_pixels.decode(output, after["index"], pixel_format, decoder)
        differing, psnr = compare_pixels.compare(one, other, size, pixel_format, rectangle)
    except (ValueError, subprocess.CalledProcessError) as error:
        told.say(f"{where} picture", str(error))
        return None
    lossless = after["codec_name"] in LOSSLESS
    if lossless and differing:
        told.say(f"{where} picture", f"{differing} frames are not the same outside what is hidden ({psnr:.1f} dB)")
    if not lossless and psnr < LEAST_PSNR:
        told.say(f"{where} picture", f"{psnr:.1f} dB outside what is hidden, less than {LEAST_PSNR:g}")
    return psnr


def playing_complaints(path):
    """What ffmpeg says while it plays all that it can decode, without addresses and numbers."""
    command = ["ffmpeg", "-v", "warning", "-nostdin", "-i", path, "-map", "0:v", "-map", "0:a?", "-fps_mode", "passthrough", "-f", "null", "-"]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    lines = done.stderr.decode("utf-8", "replace").splitlines() + ([f"exit status {done.returncode}"] if done.returncode else [])
    return {re.sub(r"0x[0-9a-f]+|\d+", "#", line) for line in lines if line.strip()}


def box_order(path):
    """Which of an MP4's boxes come first: a player on the web needs moov before mdat, and a live one moof."""
    names, place = [], 0
    with open(path, "rb") as file:
        while len(header := file.read(16)) >= 8:
            size, name = int.from_bytes(header[:4], "big"), header[4:8].decode("latin-1")
            size = int.from_bytes(header[8:16], "big") if size == 1 else size
            names.append(name)
            if size < 8:
                break
            place += size
            file.seek(place)
    if "moof" in names:
        return "fragmented"
    return "index first" if "moov" in names and "mdat" in names and names.index("moov") < names.index("mdat") else "index last"


def compare(source, output, rectangle):
    """All differences that matter, and the least PSNR of the pictures."""
    told, before, after = Comparison(), probe(source), probe(output)
    compare_container(told, before, after)
    least = math.inf
    for one, other in zip(before["streams"], after["streams"]):
        where = f"stream {one['index']}"
        if one["codec_type"] != other["codec_type"]:
            break
        compare_stream(told, where, one, other)
        if is_picture(one):
            compare_frames(told, where, one, other)
            psnr = compare_pictures(told, where, source, output, one, other, rectangle)
            least = min(least, psnr if psnr is not None else -math.inf)
        else:
            compare_copied(told, where, one, other)
    if "mp4" in before["format"]["format_name"] and "mp4" in after["format"]["format_name"]:
        told.same("index", box_order(source), box_order(output))
    complaints = playing_complaints(output)
    for line in sorted(complaints - playing_complaints(source) if complaints else complaints):
        told.say("playing", line)
    return told.differences, least


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    hidden = tuple(int(part) for part in sys.argv[3].split(",")) if len(sys.argv) == 4 else (0, 0, 0, 0)
    found, _ = compare(sys.argv[1], sys.argv[2], hidden)
    print(*found, sep="\n")
    sys.exit(1 if found else 0)
