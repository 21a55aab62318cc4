"""A dense crowd: sixteen small copies of a clip with a crowd beside each other in 1920x1080, every third mirrored, each some frames later than the one before."""
import json

from . import setting

COLUMNS = ROWS = 4
WIDTH, HEIGHT, FRAMES, LATER = 480, 270, 120, 5
# Of a copy, faces below this are not asked for; the program looks for 16.
LEAST_PX = 16


def placed(box, tile, scale, mirrored):
    """A box of the clip in the mosaic, cut at its tile; None where too little is left."""
    x0, y0 = max(0, box[0] * scale), max(0, box[1] * scale)
    x1, y1 = min(WIDTH, (box[0] + box[2]) * scale), min(HEIGHT, (box[1] + box[3]) * scale)
    if min(x1 - x0, y1 - y0) < LEAST_PX:
        return None
    left = WIDTH - x1 if mirrored else x0
    return [round(v, 1) for v in (tile % COLUMNS * WIDTH + left, tile // COLUMNS * HEIGHT + y0, x1 - x0, y1 - y0)]


def make(clip, room):
    """The mosaic of a clip's first frames, lossless, in `room`, and its references beside it."""
    import cv2
    import numpy as np

    from . import reader

    pictures = []
    for n, picture in enumerate(reader.frames_of(clip)):
        if n == FRAMES + COLUMNS * ROWS * LATER:
            break
        pictures.append(cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA))
        scale = WIDTH / picture.shape[1]
    known, faces = setting.leaks().reference(str(clip), LEAST_PX), {}
    made = room / f"{clip.stem}_mosaic.mkv"
    writer = cv2.VideoWriter(str(made), cv2.VideoWriter_fourcc(*"FFV1"), 25, (COLUMNS * WIDTH, ROWS * HEIGHT))
    for n in range(FRAMES):
        whole = np.zeros((ROWS * HEIGHT, COLUMNS * WIDTH, 3), np.uint8)
        faces[n] = []
        for tile in range(COLUMNS * ROWS):
            at, mirrored = n + LATER * tile, tile % 3 == 2
            x, y = tile % COLUMNS * WIDTH, tile // COLUMNS * HEIGHT
            whole[y:y + HEIGHT, x:x + WIDTH] = pictures[at][:, ::-1] if mirrored else pictures[at]
            faces[n] += [box for box in (placed(b, tile, scale, mirrored) for b in known.get(at, [])) if box]
        writer.write(whole)
    writer.release()
    made.with_name(made.name + ".faces.json").write_text(json.dumps(faces))
    return made
