"""Text that clips truly show, set by hand: what is hidden there is no false mask."""

# Of each clip, ways of one text: (frame, x, y) of its middle, pixels, straight in between; there from the first frame to the last one.
# The number plates of the cars that cross the car park, which can be read in part of their frames.
WAYS = {
    "d15_carpark_static_noface": [
        [(72, 388, 425), (76, 379, 373), (96, 335, 95), (105, 330, 5)],
        [(181, 210, 5), (184, 205, 32), (196, 186, 180), (208, 158, 398), (210, 155, 430)],
        [(204, 408, 430), (208, 401, 379), (220, 382, 202), (232, 363, 63), (237, 355, 5)],
        [(315, 266, 5), (320, 246, 73), (332, 212, 354), (336, 204, 430)],
    ],
}
# A mask of a plate lies within this distance of its middle, across and down: a plate is 45 pixels wide, and grows where a mask waits for it to come or go.
REACH_PX = (75, 60)


def place_at(way, frame):
    for (a, xa, ya), (b, xb, yb) in zip(way, way[1:]):
        if a <= frame <= b:
            part = (frame - a) / (b - a)
            return xa + part * (xb - xa), ya + part * (yb - ya)
    return None


def is_true(clip, frame, box):
    """Whether a hidden box (x, y, w, h) lies wholly where the clip shows text."""
    x, y, w, h = box
    for way in WAYS.get(clip, []):
        place = place_at(way, frame)
        if place and all(abs(edge - middle) <= reach for edge, middle, reach in
                         [(x, place[0], REACH_PX[0]), (x + w, place[0], REACH_PX[0]), (y, place[1], REACH_PX[1]), (y + h, place[1], REACH_PX[1])]):
            return True
    return False
