"""What the ffmpeg command line cannot write by itself, made from what it wrote: helper files, captions, matrices, joined files."""
import struct
import subprocess
from pathlib import Path

FFMPEG = ["ffmpeg", "-v", "error", "-nostdin", "-y"]


def prepare(folder, sample, frames):
    """Puts the common sources into a folder: a small piece of media/sample.mkv with a face and all that goes beside it."""
    def ffmpeg(*arguments):
        subprocess.run([*FFMPEG, *arguments], check=True)

    place, second = folder, frames / 25
    for name, crop in (("base.mkv", "160:120:190:80"), ("wide.mkv", "160:120:230:100")):
        ffmpeg("-ss", "6.4", "-i", str(sample), "-an", "-sn", "-map_metadata", "-1", "-map_chapters", "-1", "-frames:v", str(frames), "-vf",
               f"crop={crop},setsar=1,setpts=N/25/TB", "-c:v", "ffv1", str(place / name))
    ffmpeg("-f", "lavfi", "-i", f"sine=d={second}:r=48000", str(place / "tone.wav"))
    ffmpeg("-f", "lavfi", "-i", "color=blue:s=64x64", "-frames:v", "1", str(place / "cover.png"))
    (place / "s.srt").write_text("1\n00:00:00,100 --> 00:00:00,300\nHello\n\n2\n00:00:00,350 --> 00:00:00,450\nEnd\n\n")
    (place / "c.txt").write_text(";FFMETADATA1\ntitle=A film\nartist=Somebody\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=200\ntitle=One\n"
                                 "[CHAPTER]\nTIMEBASE=1/1000\nSTART=200\nEND=480\ntitle=Two\n")
    (place / "font.ttf").write_bytes(b"not really a font")
    (place / "gpmf.bin").write_bytes(b"DEVC\0\x01\0\x0cDVID" + bytes(range(32)))
    (place / "s.sup").write_bytes(presentation_graphics())


def presentation_graphics():
    """A Blu-ray subtitle: 8 x 2 pixels of one colour, shown from 0.1 s to 0.4 s."""
    def segment(seconds, kind, body):
        return b"PG" + struct.pack(">IIBH", round(seconds * 90000), 0, kind, len(body)) + body

    def composition(number, objects):
        body = struct.pack(">HHBHBBBB", 160, 120, 16, number, 0x80 if objects else 0, 0, 0, objects)
        return body + (struct.pack(">HBBHH", 0, 0, 0, 10, 100) if objects else b"")

    window = struct.pack(">BBHHHH", 1, 0, 10, 100, 8, 2)
    palette = struct.pack(">BBBBBBB", 0, 0, 1, 180, 128, 128, 255)
    line = b"\0\x88\x01\0\0"
    pixels = struct.pack(">HBB", 0, 0, 0xc0) + (4 + 2 * len(line)).to_bytes(3, "big") + struct.pack(">HH", 8, 2) + 2 * line
    shown = [(0x16, composition(0, 1)), (0x17, window), (0x14, palette), (0x15, pixels), (0x80, b"")]
    gone = [(0x16, composition(1, 0)), (0x17, window), (0x80, b"")]
    return b"".join(segment(0.1, *s) for s in shown) + b"".join(segment(0.4, *s) for s in gone)


def join(folder, result, first, second, skipped):
    """Transport streams one behind the other, the clock begins anew. A recorder counts packets on; cat leaves a jump in the count."""
    data, counts, begin = bytearray((folder / first).read_bytes() + (folder / second).read_bytes()), {}, (folder / first).stat().st_size
    shifts = {}
    for place in range(0, len(data), 188):
        pid, payload = (data[place + 1] & 0x1f) << 8 | data[place + 2], data[place + 3] & 0x10
        count = data[place + 3] & 0x0f
        if place >= begin:
            if pid not in shifts:
                shifts[pid] = (counts.get(pid, -1) + (1 if payload else 0) - count + int(skipped)) % 16
            data[place + 3] = data[place + 3] & 0xf0 | (count + shifts[pid]) % 16
        else:
            counts[pid] = count
    result.write_bytes(data)


def tail(folder, result, name, share, packet):
    """The end of a transport or program stream, from a packet's border on."""
    data = (folder / name).read_bytes()
    result.write_bytes(data[int(len(data) * float(share)) // int(packet) * int(packet):])


def cut(folder, result, name, share):
    """The beginning of a file."""
    data = (folder / name).read_bytes()
    result.write_bytes(data[:int(len(data) * float(share))])


def erase(folder, result, name, share, count):
    """Zeros in the middle of a file, as a download leaves that was never finished."""
    data = bytearray((folder / name).read_bytes())
    place = int(len(data) * float(share))
    data[place:place + int(count)] = bytes(int(count))
    result.write_bytes(data)


def listed(folder, result, name, *files):
    """What ffmpeg's concat demuxer reads; the result itself comes later."""
    (folder / name).write_text("".join(f"file '{folder / file}'\n" for file in files))


def matrix(folder, result, name, a, b, c, d):
    """Another display matrix in the track header of the (first) video track."""
    data = bytearray((folder / name).read_bytes())
    place = data.index(b"tkhd") + 4
    place += 52 if data[place] else 40
    one = 0x10000
    values = [int(a) * one, int(b) * one, 0, int(c) * one, int(d) * one, 0, 0, 0, 0x40000000]
    data[place:place + 36] = struct.pack(">9i", *values)
    result.write_bytes(data)


def captions(folder, result, name):
    """Puts CEA-608 pairs (ATSC A/53 part 4) before each picture of an elementary stream."""
    data, pair = (folder / name).read_bytes(), bytes([0xfc, 0x94, 0x2c])
    user = b"GA94\x03\x41\xff" + pair + b"\xff"
    if name.endswith(".m2v"):
        slice_start = b"\0\0\1\1"  # of the first slice of each picture
        made = (b"\0\0\1\xb2" + user + slice_start).join(data.split(slice_start))
    else:
        message = b"\xb5\x00\x31" + user
        nal = (b"\x06" if name.endswith(".h264") else b"\x4e\x01") + bytes([4, len(message)]) + message + b"\x80"
        delimiter = b"\0\0\0\1\x09" if name.endswith(".h264") else b"\0\0\0\1\x46\x01"
        parts = data.split(delimiter)
        made = parts[0] + b"".join(delimiter + part[:1] + b"\0\0\0\1" + nal + part[1:] for part in parts[1:])
    result.write_bytes(made)


def klv(folder, result, name):
    """Makes KLV metadata (stream type 6, registration KLVA) of the private data in a transport stream's program map."""
    data = bytearray((folder / name).read_bytes())
    for place in range(0, len(data), 188):
        packet = data[place:place + 188]
        pid, table = (packet[1] & 0x1f) << 8 | packet[2], 5 + packet[4]
        if not packet[1] & 0x40 or packet[table] != 2 or pid in (0, 17):
            continue
        length = (packet[table + 1] & 0x0f) << 8 | packet[table + 2]
        body = packet[table:table + 3 + length - 4]
        at = 12 + ((body[10] & 0x0f) << 8 | body[11])
        while at < len(body):
            info = (body[at + 3] & 0x0f) << 8 | body[at + 4]
            if body[at] == 6:
                body[at + 3:at + 5 + info] = b"\xf0\x06\x05\x04KLVA"
                info = 6
            at += 5 + info
        body[1:3] = struct.pack(">H", 0xb000 | len(body) - 3 + 4)
        body += struct.pack(">I", mpeg_crc(body))
        data[place + table:place + 188] = body + b"\xff" * (188 - table - len(body))
    result.write_bytes(data)


def mpeg_crc(data):
    crc = 0xffffffff
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04c11db7 if crc & 0x80000000 else crc << 1) & 0xffffffff
    return crc
