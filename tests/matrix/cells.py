"""The cells of the matrix: what is written by the ffmpeg command line, and what it stands for.

A cell's steps are made one after another in a folder of their own; the last one writes the cell's file. Each is a list of arguments for
ffmpeg, without quotes, or "do NAME ARGUMENTS" for a function of makers.py. {base} is a second of video with a face, {wide} the same from
another angle, {tone} a second of sound; {dir} holds what makers.prepare() put there.
"""
from dataclasses import dataclass, field

IN = "-i {base} -i {tone} "
RAW = IN + "-map 0:v -an "
X264 = "-c:v libx264 -preset veryfast -crf 14 "
X265 = "-c:v libx265 -preset veryfast -crf 14 -x265-params log-level=none "
FULL = "-color_range pc "
BT2020 = "-color_primaries bt2020 -colorspace bt2020nc -color_trc "
HDR = "hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400"
AV1 = "-c:v libaom-av1 -cpu-used 8 -crf 20 "
SVT = "-c:v libsvtav1 -preset 10 -crf 20 "


@dataclass
class Cell:
    group: str
    name: str
    file: str                       # its extension chooses the container
    steps: list
    small: bool = False             # part of the reduced matrix
    into: str = ""                  # extension of the result, where it is not the source's
    warns: list = field(default_factory=list)   # what must be said before the work begins, and refused with --strict
    differs: list = field(default_factory=list)  # patterns of differences that follow from what was said, or that say less than they seem
    options: list = field(default_factory=list)
    says: str = ""                  # a warning that comes with the work, of something that is mended
    refused: str = ""               # what the message says where nothing may be written
    damage: str = ""                # what is said of a source that is damaged, and refused with --strict
    size: str = ""                  # of the result, where the source changes it


CELLS = []


def cell(group, name, file, *steps, **more):
    CELLS.append(Cell(group, name, file, list(steps), **more))


def containers():
    for name, file, arguments, small in [
        ("mkv h264 aac", "x.mkv", X264 + "-c:a aac", True),
        ("mp4 h264 aac", "x.mp4", X264 + "-c:a aac", True),
        ("mp4 faststart", "x.mp4", X264 + "-c:a aac -movflags +faststart", True),
        ("mp4 fragmented", "x.mp4", X264 + "-c:a aac -movflags +frag_keyframe+empty_moov+default_base_moof", True),
        ("mp4 hevc hvc1 aac", "x.mp4", X265 + "-tag:v hvc1 -c:a aac", False),
        ("mp4 av1 opus", "x.mp4", SVT + "-c:a libopus", False),
        ("mov h264 pcm", "x.mov", X264 + "-c:a pcm_s16le", True),
        ("mov hevc hvc1 aac", "x.mov", X265 + "-tag:v hvc1 -c:a aac", True),
        ("m4v h264 aac", "x.m4v", X264 + "-c:a aac", False),
        ("3gp h264 aac", "x.3gp", X264 + "-profile:v baseline -c:a aac", False),
        ("3gp h263 aac", "x.3gp", "-c:v h263 -s 176x144 -q:v 2 -c:a aac", False),
        ("webm vp9 opus", "x.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -c:a libopus", True),
        ("webm vp8 vorbis", "x.webm", "-c:v libvpx -deadline realtime -crf 5 -b:v 4M -c:a libvorbis", False),
        ("webm av1 opus", "x.webm", AV1 + "-c:a libopus", False),
        ("avi mpeg4 mp3", "x.avi", "-c:v mpeg4 -q:v 2 -bf 2 -c:a mp3", True),
        ("avi mpeg4 xvid packed", "x.avi", "-c:v libxvid -q:v 2 -bf 1 -c:a mp3", False),
        ("avi mjpeg pcm", "x.avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj422p -c:a pcm_s16le", False),
        ("avi huffyuv pcm", "x.avi", "-c:v huffyuv -pix_fmt yuv422p -c:a pcm_s16le", False),
        ("avi h264 ac3", "x.avi", X264 + "-bf 0 -c:a ac3", False),
        ("mpegts h264 aac", "x.ts", X264 + "-c:a aac", True),
        ("mpegts hevc ac3", "x.ts", X265 + "-c:a ac3", False),
        ("mpegts mpeg2 mp2", "x.ts", "-c:v mpeg2video -q:v 2 -bf 2 -c:a mp2", True),
        ("m2ts h264 ac3", "x.m2ts", X264 + "-c:a ac3", False),
        ("mpeg mpeg2 mp2", "x.mpg", "-c:v mpeg2video -q:v 2 -bf 2 -c:a mp2", True),
        ("mpeg mpeg1 mp2", "x.mpg", "-c:v mpeg1video -q:v 2 -bf 2 -c:a mp2", False),
        ("vob mpeg2 ac3", "x.vob", "-c:v mpeg2video -q:v 2 -bf 2 -c:a ac3", False),
        ("flv h264 aac", "x.flv", X264 + "-c:a aac", True),
        ("flv flv1 mp3", "x.flv", "-c:v flv -q:v 2 -c:a mp3 -ar 44100", False),
        ("ogg theora vorbis", "x.ogv", "-c:v libtheora -q:v 10 -c:a libvorbis", False),
        ("mxf mpeg2 pcm", "x.mxf", "-c:v mpeg2video -pix_fmt yuv422p -q:v 2 -bf 2 -c:a pcm_s16le -ar 48000", True),
        ("mxf h264 pcm", "x.mxf", X264 + "-c:a pcm_s16le -ar 48000", False),
        ("mxf dnxhd pcm", "x.mxf", "-c:v dnxhd -profile:v dnxhr_hq -pix_fmt yuv422p -vf scale=256:120 -c:a pcm_s24le -ar 48000", False),
        ("mxf prores pcm", "x.mxf", "-c:v prores_ks -profile:v hq -pix_fmt yuv422p10le -video_track_timescale 25 -c:a pcm_s16le -ar 48000", False),
        ("nut ffv1 flac", "x.nut", "-c:v ffv1 -c:a flac", False),
        ("asf wmv2 wma", "x.wmv", "-c:v wmv2 -q:v 2 -c:a wmav2", False),
        ("gif", "x.gif", "-an -vf split[a][b];[a]palettegen[p];[b][p]paletteuse", True),
        ("apng", "x.apng", "-an -c:v apng -pix_fmt rgb24 -plays 0", False),
        ("y4m", "x.y4m", "-an", False),
        ("ivf vp9", "x.ivf", "-an -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0", False),
        ("raw h264", "x.h264", "-an " + X264, False),
        ("dv pcm", "x.dv", "-vf scale=720:576,setsar=16/15 -pix_fmt yuv420p -c:v dvvideo -r 25 -t 0.3 -c:a pcm_s16le -ar 48000 -ac 2", False),
    ]:
        steps = [IN + arguments]
        if "prores" in name:  # which FFmpeg 5.1 only copies into MXF
            steps = [IN + arguments + " a.mov", "-i a.mov -map 0:v -map 0:a -c copy"]
        cell("containers", name, file, *steps, small=small)


def codecs():
    for name, file, arguments, small in [
        ("h264 10 bit", "x.mkv", X264 + "-pix_fmt yuv420p10le", True),
        ("h264 4:2:2 10 bit", "x.mov", X264 + "-pix_fmt yuv422p10le", False),
        ("h264 4:4:4", "x.mkv", X264 + "-pix_fmt yuv444p", False),
        ("h264 gray", "x.mkv", X264 + "-pix_fmt gray", False),
        ("h264 NV12", "x.mkv", X264 + "-pix_fmt nv12", False),
        ("h264 RGB", "x.mkv", "-c:v libx264rgb -preset veryfast -crf 10 -pix_fmt bgr24", False),
        ("h264 full range", "x.mp4", X264 + "-pix_fmt yuvj420p", True),
        ("h264 open GOP", "x.mkv", X264 + "-x264-params open-gop=1:keyint=8:bframes=3", False),
        ("h264 baseline", "x.mp4", X264 + "-profile:v baseline", False),
        ("h264 lossless", "x.mkv", "-c:v libx264 -preset veryfast -qp 0", False),
        ("hevc 10 bit", "x.mkv", X265 + "-pix_fmt yuv420p10le", True),
        ("hevc 12 bit 4:2:2", "x.mkv", X265 + "-pix_fmt yuv422p12le", False),
        ("hevc 4:4:4", "x.mkv", X265 + "-pix_fmt yuv444p", False),
        ("hevc gray 10 bit", "x.mkv", X265 + "-pix_fmt gray10le", False),
        ("hevc RGB", "x.mkv", X265 + "-pix_fmt gbrp", False),
        ("hevc open GOP", "x.mp4", X265.replace("none", "none:open-gop=1:keyint=8") + "-tag:v hev1", False),
        ("av1 10 bit", "x.mkv", AV1 + "-pix_fmt yuv420p10le", False),
        ("av1 4:4:4", "x.mkv", AV1 + "-pix_fmt yuv444p", False),
        ("vp9 4:4:4", "x.mkv", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -pix_fmt yuv444p", False),
        ("vp9 10 bit", "x.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -pix_fmt yuv420p10le", False),
        ("vp9 alpha", "x.webm", "-vf format=yuva420p,colorchannelmixer=aa=0.6 -c:v libvpx-vp9 -crf 12 -b:v 0 -auto-alt-ref 0", False),
        ("vp8 alpha", "x.webm", "-vf format=yuva420p,colorchannelmixer=aa=0.6 -c:v libvpx -crf 5 -b:v 4M -auto-alt-ref 0", False),
        ("mpeg2 4:2:2 interlaced", "x.mkv", "-c:v mpeg2video -pix_fmt yuv422p -q:v 2 -flags +ildct+ilme -top 1 -bf 2", False),
        ("mjpeg 4:4:4", "x.mov", "-c:v mjpeg -q:v 2 -pix_fmt yuvj444p", False),
        ("mjpeg limited", "x.mkv", "-c:v mjpeg -q:v 2 -pix_fmt yuv420p -strict unofficial -color_range tv", False),
        ("prores 422", "x.mov", "-c:v prores_ks -profile:v 2", True),
        ("prores hq interlaced", "x.mov", "-c:v prores_ks -profile:v 3 -vf setfield=tff -flags +ildct+ilme", False),
        ("prores 4444 alpha", "x.mov", "-vf format=yuva444p10le,colorchannelmixer=aa=0.6 -c:v prores_ks -profile:v 4 -alpha_bits 16", False),
        ("prores 4444xq", "x.mov", "-c:v prores_ks -profile:v 5 -pix_fmt yuv444p10le", False),
        ("dnxhr hqx 10 bit", "x.mov", "-vf scale=256:120 -c:v dnxhd -profile:v dnxhr_hqx -pix_fmt yuv422p10le", False),
        ("dnxhr 444", "x.mov", "-vf scale=256:120 -c:v dnxhd -profile:v dnxhr_444 -pix_fmt yuv444p10le", False),
        ("dnxhr sq", "x.mov", "-vf scale=256:120 -c:v dnxhd -profile:v dnxhr_sq -pix_fmt yuv422p", False),
        ("dnxhd 1080i 120", "x.mov", "-vf scale=1920:1080,setfield=tff -frames:v 3 -c:v dnxhd -b:v 120M -pix_fmt yuv422p -flags +ildct+ilme -r 25", False),
        ("ffv1", "x.mkv", "-c:v ffv1 -level 3", True),
        ("ffv1 10 bit 4:2:2", "x.mkv", "-c:v ffv1 -pix_fmt yuv422p10le", False),
        ("ffv1 12 bit", "x.mkv", "-c:v ffv1 -pix_fmt yuv420p12le", False),
        ("ffv1 alpha", "x.mkv", "-vf format=yuva420p,colorchannelmixer=aa=0.6 -c:v ffv1 -pix_fmt yuva420p", True),
        ("ffv1 16 bit gray", "x.mkv", "-c:v ffv1 -pix_fmt gray16le", False),
        ("ffv1 RGB", "x.mkv", "-c:v ffv1 -pix_fmt bgr0", False),
        ("ffv1 RGB alpha", "x.mkv", "-c:v ffv1 -pix_fmt bgra", False),
        ("ffv1 RGB 16 bit", "x.mkv", "-c:v ffv1 -pix_fmt rgb48le", False),
        ("ffv1 interlaced", "x.mkv", "-vf setfield=bff -c:v ffv1", False),
        ("huffyuv RGB", "x.avi", "-c:v huffyuv -pix_fmt rgb24", False),
        ("ffvhuff 4:4:4", "x.mkv", "-c:v ffvhuff -pix_fmt yuv444p", False),
        ("utvideo", "x.avi", "-c:v utvideo -pix_fmt yuv420p", False),
        ("magicyuv", "x.mkv", "-c:v magicyuv -pix_fmt yuv444p", False),
        ("theora 4:4:4", "x.ogv", "-c:v libtheora -q:v 10 -pix_fmt yuv444p", False),
        ("vp9 12 bit 4:2:2", "x.mkv", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -pix_fmt yuv422p12le", False),
        ("h264 4:4:4 10 bit", "x.mkv", X264 + "-pix_fmt yuv444p10le", False),
        ("h264 many B-frames", "x.mp4", X264 + "-bf 8 -b_strategy 0 -x264-params b-pyramid=normal", False),
        ("rawvideo NV12", "x.nut", "-c:v rawvideo -pix_fmt nv12", False),
        ("rawvideo yuv420p", "x.mkv", "-c:v rawvideo", False),
        ("rawvideo mov uyvy", "x.mov", "-c:v rawvideo -pix_fmt uyvy422", False),
        ("rawvideo avi bgr24", "x.avi", "-c:v rawvideo -pix_fmt bgr24", False),
        ("qtrle alpha", "x.mov", "-c:v qtrle -pix_fmt argb", False),
        ("png alpha", "x.mov", "-c:v png -pix_fmt rgba", False),
        ("jpeg2000", "x.mkv", "-c:v jpeg2000 -pred 1", False),
        ("cfhd", "x.mov", "-vf scale=192:128 -c:v cfhd -pix_fmt yuv422p10le", False),
    ]:
        # FFmpeg's ProRes encoder writes 10 bits of a 4444's 12.
        deep = dict(warns=["bit depth"]) if name.startswith("prores 4444") else {}
        cell("codecs", name, file, RAW + arguments, small=small, **deep)


def pictures():
    size = "-vf scale=151:113"
    for name, file, arguments, small in [
        ("odd size h264 4:4:4", "x.mkv", size + " " + X264 + "-pix_fmt yuv444p", False),
        ("odd size ffv1 4:2:0", "x.mkv", size + " -c:v ffv1 -pix_fmt yuv420p", True),
        ("odd size vp9 4:2:0", "x.webm", size + " -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -pix_fmt yuv420p", False),
        ("odd size mjpeg 4:2:0", "x.mkv", size + " -c:v mjpeg -q:v 2 -pix_fmt yuvj420p", False),
        ("sample aspect 16:11 h264", "x.mp4", "-vf setsar=16/11 " + X264, True),
        ("sample aspect 8:9 mpeg2", "x.mpg", "-aspect 4:3 -c:v mpeg2video -q:v 2", False),
        ("sample aspect 12:11 mpeg4", "x.avi", "-vf setsar=12/11 -c:v mpeg4 -q:v 2", False),
        ("sample aspect mkv only", "x.mkv", "-vf setsar=3/2 -c:v ffv1", False),
        ("sample aspect prores", "x.mov", "-vf setsar=59/54 -c:v prores_ks", False),
        ("bt709 tags h264", "x.mp4", X264 + "-color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv", True),
        ("bt601 tags mpeg2", "x.ts", "-c:v mpeg2video -q:v 2 -color_primaries smpte170m -color_trc smpte170m -colorspace smpte170m", False),
        ("bt470bg tags prores", "x.mov", "-c:v prores_ks -color_primaries bt470bg -color_trc bt709 -colorspace smpte170m", False),
        ("sRGB tags full range av1", "x.mkv", SVT + FULL + "-color_primaries bt709 -color_trc iec61966-2-1 -colorspace bt709", False),
        ("bt2020 tags vp9", "x.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -pix_fmt yuv420p10le " + BT2020 + "smpte2084", False),
        ("bt709 tags ffv1 mkv", "x.mkv", "-c:v ffv1 -color_primaries bt709 -color_trc bt709 -colorspace bt709 -color_range tv", False),
        ("chroma location topleft", "x.mkv", X264 + "-chroma_sample_location topleft", False),
        ("HLG 10 bit hevc", "x.mov", X265 + "-tag:v hvc1 -pix_fmt yuv420p10le " + BT2020 + "arib-std-b67", True),
        ("HDR10 hevc mp4", "x.mp4", X265.replace("log-level=none", HDR + ":log-level=none") + "-tag:v hvc1 -pix_fmt yuv420p10le " + BT2020 + "smpte2084", True),
        ("HDR10 hevc mkv", "x.mkv", X265.replace("log-level=none", HDR + ":log-level=none") + "-pix_fmt yuv420p10le " + BT2020 + "smpte2084", False),
        ("HDR10 av1", "x.mkv", SVT + "-svtav1-params enable-hdr=1:mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.01):"
         "content-light=1000,400 -pix_fmt yuv420p10le " + BT2020 + "smpte2084", False),
        ("h264 top field first", "x.mp4", X264 + "-vf setfield=tff -flags +ildct+ilme -x264-params tff=1", True),
        ("h264 bottom field first", "x.mkv", X264 + "-vf setfield=bff -flags +ildct+ilme -x264-params bff=1", False),
        ("h264 top field first ts", "x.ts", X264 + "-vf setfield=tff -flags +ildct+ilme -x264-params tff=1", False),
        ("hevc top field first", "x.mkv", X265.replace("none", "none:interlace=tff") + "-vf separatefields", False),
        ("mpeg2 top field first", "x.ts", "-c:v mpeg2video -q:v 2 -flags +ildct+ilme -vf setfield=tff", False),
        ("mpeg2 bottom field first mpg", "x.mpg", "-c:v mpeg2video -q:v 2 -flags +ildct+ilme -vf setfield=bff", False),
        ("mpeg4 interlaced", "x.avi", "-c:v mpeg4 -q:v 2 -flags +ildct+ilme -vf setfield=tff", False),
        ("mpeg2 telecine flags", "x.mpg", "-vf fps=24000/1001 -c:v mpeg2video -q:v 2", False),
        ("video stereo 3d", "x.mkv", X264 + "-metadata:s:v stereo_mode=left_right", False),
    ]:
        cell("picture", name, file, RAW + arguments, small=small)
    for angle in (90, 180, 270):
        cell("picture", f"rotation {angle} mp4 h264", "x.mp4", IN + X264 + "-c:a aac plain.mp4", f"-i plain.mp4 -c copy -metadata:s:v rotate={angle}",
             small=angle == 90)
    cell("picture", "rotation 90 mov hevc 10 bit", "x.mov", IN + X265 + "-pix_fmt yuv420p10le -tag:v hvc1 -c:a aac plain.mov",
         "-i plain.mov -c copy -metadata:s:v rotate=90", small=True)
    cell("picture", "flip matrix mp4", "x.mp4", RAW + X264 + "x.mp4", "do matrix x.mp4 -1 0 0 1")
    cell("picture", "upside down matrix mp4", "x.mp4", RAW + X264 + "x.mp4", "do matrix x.mp4 1 0 0 -1")
    cell("picture", "transpose matrix mp4", "x.mp4", RAW + X264 + "x.mp4", "do matrix x.mp4 0 1 1 0")


def times():
    vfr = "-vf select=not(eq(mod(n\\,7)\\,3)) -fps_mode passthrough "
    gap = "-vf setpts=if(gte(N\\,12)\\,PTS+180/TB\\,PTS) -fps_mode passthrough "
    for name, file, arguments, small in [
        ("VFR mp4", "x.mp4", vfr + X264 + "-c:a aac", True),
        ("VFR mov hevc", "x.mov", vfr + X265 + "-tag:v hvc1 -c:a aac", False),
        ("VFR mkv", "x.mkv", vfr + X264 + "-c:a aac", False),
        ("VFR webm", "x.webm", vfr + "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -c:a libopus", False),
        ("VFR av1 mkv", "x.mkv", vfr + SVT + "-c:a libopus", False),
        ("VFR flv", "x.flv", vfr + X264 + "-c:a aac", False),
        ("VFR ts", "x.ts", vfr + X264 + "-c:a aac", False),
        ("phone clock 1/90000 jitter", "x.mp4", "-vf settb=1/90000,setpts=PTS+37*mod(N\\,5) -fps_mode passthrough -enc_time_base 1/90000 "
         "-video_track_timescale 90000 " + X264 + "-c:a aac", True),
        ("1/1000 clock mp4", "x.mp4", "-r 30000/1001 -video_track_timescale 1000 " + X264 + "-c:a aac", False),
        ("29.97 mkv", "x.mkv", "-r 30000/1001 " + X264 + "-c:a aac", False),
        ("59.94 mpeg2 ts", "x.ts", "-r 60000/1001 -c:v mpeg2video -q:v 2 -c:a mp2", False),
        ("15 a second mpeg4", "x.mp4", "-r 15 -c:v mpeg4 -q:v 2 -c:a aac", False),
        ("12.5 a second mpeg2", "x.mkv", "-r 12.5 " + X264 + "-c:a mp2", False),
        ("late video mp4", "x.mp4", "-vf setpts=PTS+0.85/TB -fps_mode passthrough " + X264 + "-c:a aac", True),
        ("late video mkv", "x.mkv", "-vf setpts=PTS+0.85/TB -fps_mode passthrough " + X264 + "-c:a flac", False),
        ("late video ts", "x.ts", "-vf setpts=PTS+0.85/TB -fps_mode passthrough " + X264 + "-c:a mp2", False),
        ("late sound mp4", "x.mp4", "-af asetpts=PTS+0.5/TB " + X264 + "-c:a aac", False),
        ("late sound ts", "x.ts", "-af asetpts=PTS+0.5/TB " + X264 + "-c:a mp2", False),
        ("gap of minutes mkv", "x.mkv", gap + X264 + "-c:a flac", True),
        ("gap of minutes mp4", "x.mp4", gap + X264 + "-c:a aac", False),
        ("gap of minutes ts", "x.ts", gap + X264 + "-c:a mp2", False),
        ("far start mkv", "x.mkv", X264 + "-c:a flac -output_ts_offset 3600", False),
        ("negative times mkv", "x.mkv", "-c:v ffv1 -c:a flac -output_ts_offset -0.3 -avoid_negative_ts disabled", False),
        ("negative times mp4", "x.mp4", X264 + "-c:a aac -output_ts_offset -0.1 -avoid_negative_ts disabled", False),
        ("wrapped ts clock", "x.ts", X264 + "-c:a mp2 -output_ts_offset 95443.2 -muxdelay 0", True),
        ("ts starting at an hour", "x.ts", X264 + "-c:a mp2 -output_ts_offset 3600 -muxdelay 0", False),
        ("same picture thrice", "x.mp4", "-vf loop=2:1:5 " + X264 + "-c:a aac", False),
        ("same time twice mkv", "x.mkv", "-vf setpts=2*floor(N/2)*TB*0+floor(N/2)*2/25/TB -fps_mode passthrough -c:v ffv1 -c:a flac", False),
        ("one frame", "x.mp4", "-frames:v 1 " + X264 + "-c:a aac", False),
    ]:
        cell("time", name, file, IN + arguments, small=small)
    cell("time", "edit list mp4", "x.mp4", IN + X264 + "-g 10 -c:a aac plain.mp4", "-ss 0.3 -i plain.mp4 -c copy", small=True)
    cell("time", "edit list mov", "x.mov", IN + X264 + "-g 10 -c:a pcm_s16le plain.mov", "-ss 0.5 -i plain.mov -c copy")
    cell("time", "cut in the middle of a GOP mkv", "x.mkv", IN + X264 + "-g 10 -c:a aac plain.mkv", "-ss 0.3 -i plain.mkv -c copy")
    for name, skipped in ("ts whose clock begins anew", 0), ("ts joined with cat", 5):  # the result's time goes on
        cell("time", name, "x.ts", IN + X264 + "-c:a mp2 a.ts", IN + X264 + "-c:a mp2 b.ts", f"do join a.ts b.ts {skipped}", small=not skipped,
             says="clock jumps back", differs=["times: number \\d+, ", "packets' pts_time: number", "duration: ", "avg_frame_rate", "r_frame_rate"])
    cell("time", "missing pts mpeg", "x.mpg", RAW + "-c:v mpeg2video -q:v 2 -bf 2 raw.m2v", "-i raw.m2v -c copy")
    cell("time", "missing pts raw mpeg2", "x.m2v", RAW + "-c:v mpeg2video -q:v 2 -bf 2")
    cell("time", "missing pts raw hevc", "x.hevc", RAW + X265)


def streams():
    wide = "-i {base} -i {wide} -i {tone} -map 0:v -map 1:v -map 2:a "
    cell("streams", "two videos mkv", "x.mkv", wide + X264 + "-c:a flac", small=True)
    cell("streams", "two videos mp4", "x.mp4", wide + X264 + "-c:a aac")
    cell("streams", "two programs ts", "x.ts", wide + "-map 2:a " + X264 + "-c:a mp2 -program title=One:program_num=1:st=0:st=2 -program title=Two:program_num=2:st=1:st=3",
         small=True)
    for codec, file, more in [
        ("aac", "x.mkv", ""), ("ac3", "x.mp4", ""), ("eac3", "x.ts", ""), ("libopus", "x.mkv", ""), ("libopus", "x.mp4", ""), ("flac", "x.mp4", "-strict -2"),
        ("flac", "x.mkv", ""), ("libvorbis", "x.mkv", ""), ("alac", "x.mov", ""), ("pcm_s24le", "x.mov", ""), ("pcm_s16be", "x.mov", ""), ("pcm_mulaw", "x.avi", ""),
        ("pcm_f32le", "x.mkv", ""), ("dca", "x.mkv", "-strict -2"), ("dca", "x.ts", "-strict -2 -ar 48000"), ("mp3", "x.mp4", ""), ("libopus", "x.ts", ""),
        ("truehd", "x.mkv", "-strict -2 -ar 48000"), ("wavpack", "x.mkv", ""), ("pcm_s16le", "x.mkv", ""), ("pcm_bluray", "x.m2ts", "-ar 48000 -ac 2"), ("s302m", "x.ts", "-strict -2 -ar 48000 -ac 2")]:
        cell("streams", f"sound {codec.removeprefix('lib')} {file[2:]}", file, IN + X264 + f"-c:a {codec} {more}", small=(codec, file) in [("libopus", "x.mkv"), ("ac3", "x.mp4")])
    cell("streams", "two sounds with languages mp4", "x.mp4", IN + "-i {tone} -map 0:v -map 1:a -map 2:a " + X264 +
         "-c:a aac -metadata:s:a:0 language=fra -metadata:s:a:1 language=deu -metadata:s:a:1 title=Comments -disposition:a:1 comment")
    sub = IN + "-i {dir}/s.srt -map 0:v -map 1:a -map 2:s " + X264
    for codec, file, sound in [("srt", "x.mkv", "aac"), ("ass", "x.mkv", "aac"), ("webvtt", "x.mkv", "aac"), ("webvtt", "x.webm", "libopus"), ("mov_text", "x.mp4", "aac"),
                               ("mov_text", "x.mov", "aac")]:
        video = "-c:v libvpx -crf 5 -b:v 4M " if file == "x.webm" else ""
        cell("streams", f"subtitles {codec} {file[2:]}", file, sub + video + f"-c:a {sound} -c:s {codec} -metadata:s:s:0 language=eng -disposition:s:0 forced",
             small=codec in ("srt", "mov_text") and file != "x.mov")
    pgs = IN + "-i {dir}/s.sup -map 0:v -map 1:a -map 2:s " + X264
    cell("streams", "subtitles pgs mkv", "x.mkv", pgs + "-c:a ac3 -c:s copy")
    cell("streams", "subtitles pgs m2ts", "x.m2ts", pgs + "-c:a ac3 -c:s copy")
    cell("streams", "subtitles dvb ts", "x.ts", pgs + "-c:a mp2 -c:s dvbsub -metadata:s:s:0 language=eng")
    cell("streams", "subtitles dvb mkv", "x.mkv", pgs + "-c:a ac3 -c:s dvbsub")
    cell("streams", "subtitles dvd mkv", "x.mkv", pgs + "-c:a ac3 -c:s dvdsub")
    cell("streams", "chapters tags fonts mkv", "x.mkv", IN + "-i {dir}/c.txt -map 0:v -map 1:a -map_metadata 2 " + X264 + "-c:a flac -attach {dir}/font.ttf "
         "-metadata:s:t:0 mimetype=font/ttf -metadata:s:v:0 title=Camera -metadata:s:v:0 language=ita -metadata:s:a:0 language=fra", small=True)
    cell("streams", "chapters tags place mp4", "x.mp4", IN + "-i {dir}/c.txt -map 0:v -map 1:a -map_metadata 2 " + X264 + "-c:a aac "
         "-metadata location=+48.2+016.3/ -metadata creation_time=2020-02-02T10:11:12Z -metadata:s:v:0 handler_name=Core", small=True)
    cell("streams", "phone tags mov", "x.mov", IN + X264 + "-c:a aac -movflags use_metadata_tags -metadata com.apple.quicktime.make=Apple -metadata "
         "com.apple.quicktime.model=X -metadata com.apple.quicktime.location.ISO6709=+48.2+016.3/ -metadata com.apple.quicktime.creationdate=2020-02-02T11:11:12+0100", small=True)
    cell("streams", "service names ts", "x.ts", IN + X264 + "-c:a mp2 -metadata service_name=Bodycam -metadata service_provider=Maker -streamid 0:289 -streamid 1:337 -mpegts_service_id 7")
    cell("streams", "tags avi", "x.avi", IN + "-c:v mpeg4 -q:v 2 -c:a mp3 -metadata title=A_film -metadata comment=seen -metadata:s:a:0 title=Sound")
    cell("streams", "tags flv", "x.flv", IN + X264 + "-c:a aac -metadata title=A_film -metadata comment=seen")
    cell("streams", "tags ogg", "x.ogv", IN + "-c:v libtheora -q:v 10 -c:a libvorbis -metadata title=A_film")
    cell("streams", "cover mp4", "x.mp4", IN + "-i {dir}/cover.png -map 0:v -map 1:a -map 2:v " + X264 + "-c:a aac -c:v:1 copy -disposition:v:1 attached_pic", small=True)
    cell("streams", "cover mkv", "x.mkv", IN + X264 + "-c:a aac -attach {dir}/cover.png -metadata:s:t:0 mimetype=image/png -metadata:s:t:0 filename=cover.png")
    cell("streams", "mp3 and cover mp4", "x.mp4", IN + "-i {dir}/cover.png -map 0:v -map 1:a -map 2:v " + X264 + "-c:a mp3 -c:v:1 copy -disposition:v:1 attached_pic")
    cell("streams", "cover of an mp3", "x.mp3", "-i {tone} -i {dir}/cover.png -map 0 -map 1 -c:a mp3 -c:v copy -disposition:v attached_pic", refused="sound but no video")
    cell("streams", "timecode track mov", "x.mov", IN + X264 + "-c:a pcm_s16le -timecode 01:02:03:04", small=True)
    cell("streams", "timecode track mp4", "x.mp4", IN + X264 + "-c:a aac -timecode 01:02:03:04")
    cell("streams", "timecode mxf", "x.mxf", IN + "-c:v mpeg2video -pix_fmt yuv422p -q:v 2 -c:a pcm_s16le -ar 48000 -timecode 01:02:03:04")
    cell("streams", "GPMF data mov", "x.mov", IN + "-f data -i {dir}/gpmf.bin -map 0:v -map 1:a -map 2:d " + X264 + "-c:a aac -c:d copy -tag:d:0 gpmd")
    cell("streams", "GPMF data mp4", "x.mp4", IN + "-f data -i {dir}/gpmf.bin -map 0:v -map 1:a -map 2:d " + X264 + "-c:a aac -c:d copy -tag:d:0 gpmd a.mov",
         "-i a.mov -map 0 -c copy", small=True)
    cell("streams", "private data ts", "x.ts", IN + "-f data -i {dir}/gpmf.bin -map 0:v -map 1:a -map 2:d " + X264 + "-c:a mp2 -c:d copy")
    cell("streams", "KLV data ts", "x.ts", IN + "-f data -i {dir}/gpmf.bin -map 0:v -map 1:a -map 2:d " + X264 + "-c:a mp2 -c:d copy a.ts", "do klv a.ts")
    for codec, raw, file, arguments, small in [
        ("h264", "a.h264", "x.mp4", X264 + "-bf 0 -bsf:v h264_metadata=aud=insert ", True), ("h264", "a.h264", "x.ts", X264 + "-bf 0 -bsf:v h264_metadata=aud=insert ", False),
        ("hevc", "a.hevc", "x.mkv", X265.replace("none", "none:aud=1:bframes=0"), False), ("mpeg2", "a.m2v", "x.ts", "-c:v mpeg2video -q:v 2 -bf 0 ", False)]:
        cell("streams", f"closed captions {codec} {file[2:]}", file, RAW + arguments + raw, f"do captions {raw}", f"-r 25 -i {raw} -c copy" + (" -bsf:v setts=ts=N*3600" if codec == "mpeg2" else ""), small=small)


def losses():
    """What the other container cannot hold is said before the work begins, and refused with --strict."""
    cell("said", "rotation into mkv", "x.mp4", IN + X264 + "-c:a aac plain.mp4", "-i plain.mp4 -c copy -metadata:s:v rotate=90", into="mkv", small=True,
         warns=["rotation|turn"], differs=[".*"])
    cell("said", "fonts and ass into mp4", "x.mkv", IN + "-i {dir}/s.srt -map 0:v -map 1:a -map 2:s " + X264 + "-c:a aac -c:s ass -attach {dir}/font.ttf "
         "-metadata:s:t:0 mimetype=font/ttf", into="mp4", small=True, warns=["ass", "ttf|attachment"], differs=[".*"])
    cell("said", "pcm into flv", "x.mov", IN + X264 + "-c:a pcm_s24le", into="flv", warns=["pcm"], differs=[".*"])
    cell("said", "VFR into avi", "x.mkv", IN + "-vf select=not(eq(mod(n\\,7)\\,3)) -fps_mode passthrough -c:v mpeg4 -q:v 2 -c:a mp3", into="avi", warns=["time|frame rate"],
         differs=[".*"])
    cell("said", "chapters into ts", "x.mkv", IN + "-i {dir}/c.txt -map 0:v -map 1:a -map_metadata 2 " + X264 + "-c:a aac", into="ts", warns=["chapter"], differs=[".*"])
    cell("said", "cover into ts", "x.mp4", IN + "-i {dir}/cover.png -map 0:v -map 1:a -map 2:v " + X264 + "-c:a aac -c:v:1 copy -disposition:v:1 attached_pic", into="ts",
         warns=["cover"], differs=[".*"])
    cell("said", "alpha into h264", "x.mkv", RAW + "-c:v ffv1 -pix_fmt yuva420p", warns=["transparency"], differs=[".*"], options=["-c:v", "libx264"])


def damaged():
    """Done as far as they go, said and listed; refused with --strict. Groups of pictures are short, so that most of it can be kept."""
    x264, mpeg2 = X264 + "-g 5 ", "-c:v mpeg2video -q:v 2 -bf 2 -g 5 "
    kinds = {
        "mkv": ("x.mkv", x264 + "-c:a aac"), "mp4": ("x.mp4", x264 + "-c:a aac -movflags +faststart"), "mp4 fragmented": ("x.mp4", x264 +
        "-c:a aac -movflags +frag_keyframe+empty_moov+default_base_moof"), "mov": ("x.mov", "-c:v mjpeg -q:v 2 -pix_fmt yuvj422p -c:a pcm_s16le -movflags +faststart"),
        "webm": ("x.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -g 5 -c:a libopus"), "avi": ("x.avi", "-c:v mpeg4 -q:v 2 -g 5 -c:a mp3"),
        "ts": ("x.ts", x264 + "-c:a aac"), "hevc ts": ("x.ts", X265.replace("none", "none:keyint=5") + "-c:a ac3"), "m2ts": ("x.m2ts", x264 + "-c:a ac3"),
        "mpeg": ("x.mpg", mpeg2 + "-c:a mp2"), "vob": ("x.vob", mpeg2 + "-c:a ac3"), "flv": ("x.flv", x264 + "-c:a aac"),
        "ogg": ("x.ogv", "-c:v libtheora -q:v 9 -g 5 -c:a libvorbis"), "mxf": ("x.mxf", "-c:v mpeg2video -pix_fmt yuv422p -q:v 2 -bf 2 -g 5 -c:a pcm_s16le -ar 48000"),
        "nut": ("x.nut", "-c:v ffv1 -level 3 -slicecrc 1 -c:a flac"), "asf": ("x.wmv", "-c:v wmv2 -q:v 2 -g 5 -c:a wmav2"), "raw hevc": ("x.hevc", "-an " + X265.replace("none", "none:keyint=5")),
        "ivf": ("x.ivf", "-an -c:v libvpx -deadline realtime -crf 5 -b:v 4M -g 5"), "gif": ("x.gif", "-an"), "y4m": ("x.y4m", "-an")}
    for kind in ("mkv", "mp4", "mp4 fragmented", "mov", "webm", "avi", "ts", "m2ts", "mpeg", "vob", "flv", "ogg", "mxf", "nut", "asf", "ivf", "gif", "y4m"):
        file, arguments = kinds[kind]
        said = "is damaged" if kind in ("mpeg", "vob") else "is cut off"  # a program stream declares no size
        cell("damaged", f"cut {kind}", file, IN + arguments + " a" + file[1:], f"do cut a{file[1:]} 0.61", damage=said, small=kind in ("mkv", "ts", "flv"))
    for kind in ("mkv", "mp4", "avi", "ts", "mpeg", "flv", "nut", "raw hevc"):
        file, arguments = kinds[kind]
        cell("damaged", f"hole in {kind}", file, IN + arguments + " a" + file[1:], f"do erase a{file[1:]} 0.5 700", damage="is damaged", small=kind == "mkv")
    for kind in ("ts", "hevc ts", "m2ts", "mpeg", "vob"):
        file, arguments = kinds[kind]
        packet = 192 if kind == "m2ts" else 188 if file == "x.ts" else 2048
        later = arguments.replace("-g 5", "-g 9").replace("keyint=5", "keyint=9")
        cell("damaged", f"{kind} from the middle of a group", file, IN + later + " a" + file[1:], f"do tail a{file[1:]} {0.3 if kind == 'mpeg' else 0.47} {packet}",
             damage="is damaged", small=kind in ("ts", "mpeg"))
    cell("damaged", "mp4 without its index", "x.mp4", IN + X264 + "-c:a aac a.mp4", "do cut a.mp4 0.6", refused="is cut off")


def resized():
    """The larger of two sizes that last a second each."""
    for name, file, arguments in [("vp8 webm", "x.webm", "-c:v libvpx -deadline realtime -crf 5 -b:v 4M -c:a libvorbis"),
                                  ("vp9 webm", "x.webm", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -crf 12 -b:v 0 -c:a libopus"),
                                  ("h264 ts", "x.ts", X264 + "-c:a aac"), ("mjpeg avi", "x.avi", "-c:v mjpeg -q:v 2 -pix_fmt yuvj420p -c:a mp3"),
                                  ("h264 flv", "x.flv", X264 + "-c:a aac"), ("mpeg2 mpeg", "x.mpg", "-c:v mpeg2video -q:v 2 -c:a mp2")]:
        end = file[1:]
        cell("size", name, file, IN + "-vf scale=96:72 " + arguments + " a" + end, IN + arguments + " b" + end, f"do listed list.txt a{end} b{end}",
             "-f concat -safe 0 -i list.txt -c copy", size="160x120")


def fallbacks():
    """Codecs that nobody writes, in what their own container usually holds, else in Matroska."""
    for name, file, arguments, into in [
        ("cinepak avi", "x.avi", "-c:v cinepak -frames:v 5 -c:a pcm_s16le", ""), ("msvideo1 avi", "x.avi", "-c:v msvideo1 -c:a pcm_s16le", ""), ("zmbv avi", "x.avi", "-c:v zmbv -c:a pcm_s16le", ""),
        ("asv1 avi", "x.avi", "-c:v asv1 -c:a pcm_s16le", ""), ("svq1 mov", "x.mov", "-c:v svq1 -q:v 2 -c:a pcm_s16le", ""), ("flashsv flv", "x.flv", "-c:v flashsv -c:a mp3 -ar 44100", ""),
        ("vc2 mkv", "x.mkv", "-c:v vc2 -c:a flac", ""), ("rv10 rm", "x.rm", "-an -c:v rv10 -q:v 2 -s 176x144", "mkv"), ("h263 of an odd size avi", "x.avi", "-c:v h263p -q:v 2 -s 160x120 -c:a mp3", ""), ("rv20 rm", "x.rm", "-c:v rv20 -q:v 2 -s 176x144 -c:a ac3", "mkv")]:
        cell("fallback", name, file, IN + arguments, into=into, warns=["nobody writes"], differs=[".*"], small=name == "msvideo1 avi")


for group in (containers, codecs, pictures, times, streams, losses, damaged, resized, fallbacks):
    group()
