"""The person of the sample: cut softly out of the picture, and laid into a frame."""
import cv2
import numpy as np

# In the picture's pixels: where the face is, and a sketch from which the cut-out starts.
FACE = (177, 64, 94, 116)
ANCHOR = (224, 126)  # middle of the face; a pose places this point
HEAD = ((226, 100), (76, 88))
BODY = [(112, 207), (112, 190), (127, 165), (150, 152), (184, 147), (215, 185), (257, 173), (285, 195), (304, 225), (352, 275), (364, 352),
        (430, 345), (495, 420), (500, 511), (24, 511), (24, 400), (50, 270)]
BEHIND = ([(158, 118), (173, 119), (177, 131), (182, 135), (184, 145), (150, 149)],
          [(294, 124), (279, 129), (271, 138), (267, 141), (258, 169), (275, 188), (310, 190)])


def cut_out(path):
    """The picture as float32 BGR and its alpha in [0, 1]."""
    picture = cv2.imread(path)
    sure, likely = np.zeros(picture.shape[:2], np.uint8), np.zeros(picture.shape[:2], np.uint8)
    for mask, grow in ((likely, 8), (sure, -14)):
        cv2.fillPoly(mask, [np.array(BODY, np.int32)], 1)
        cv2.ellipse(mask, HEAD[0], HEAD[1], 0, 0, 360, 1, -1)
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(grow) + 1,) * 2)
        mask[:] = cv2.dilate(mask, kernel) if grow > 0 else cv2.erode(mask, kernel)
    labels = np.where(sure > 0, cv2.GC_FGD, np.where(likely > 0, cv2.GC_PR_FGD, cv2.GC_BGD)).astype(np.uint8)
    for patch in BEHIND:
        cv2.fillPoly(labels, [np.array(patch, np.int32)], cv2.GC_BGD)
    cv2.setNumThreads(1)
    cv2.setRNGSeed(1)
    cv2.grabCut(picture, labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 6, cv2.GC_INIT_WITH_MASK)
    inside = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    inside = largest(cv2.morphologyEx(inside, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8)))
    inside = cv2.erode(inside, np.ones((3, 3), np.uint8))
    alpha = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 1.6)
    return picture.astype(np.float32), np.clip(alpha * 1.3 - 0.15, 0, 1)


def largest(mask):
    """Only the biggest connected part, its holes filled."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask)
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA])) if count > 1 else 0
    part = (labels == best).astype(np.uint8)
    outlines, _ = cv2.findContours(part, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    return cv2.drawContours(part, outlines, -1, 1, -1)


def pose(x, y, scale, degrees=0.0, narrow=1.0):
    """The affine map that puts the face's middle at (x, y), `scale` frame pixels for one of the picture."""
    turn = np.deg2rad(degrees)
    a = np.array([[np.cos(turn) * scale * narrow, -np.sin(turn) * scale], [np.sin(turn) * scale * narrow, np.cos(turn) * scale]])
    return np.hstack([a, (np.array([x, y]) - a @ np.array(ANCHOR, float))[:, None]])


def lay(frame, picture, alpha, matrix, light=1.0):
    """Lays the person over the frame, which is changed; gives back the alpha in the frame."""
    height, width = frame.shape[:2]
    bigger = np.abs(np.linalg.det(matrix[:, :2])) > 1
    how = cv2.INTER_CUBIC if bigger else cv2.INTER_AREA
    colour = cv2.warpAffine(picture, matrix, (width, height), flags=how if bigger else cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    cover = np.clip(cv2.warpAffine(alpha, matrix, (width, height), flags=cv2.INTER_LINEAR), 0, 1)
    frame += cover[..., None] * (np.clip(colour * light, 0, 255) - frame)
    return cover


def face_box(matrix):
    """The face's upright box (x, y, w, h) in the frame."""
    x, y, w, h = FACE
    corners = np.array([[x, y + h / 2], [x + w, y + h / 2], [x + w / 2, y], [x + w / 2, y + h]])
    points = corners @ matrix[:, :2].T + matrix[:, 2]
    low, high = points.min(0), points.max(0)
    return (*low, *(high - low))
