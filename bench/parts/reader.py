"""How much of known text a recogniser still reads in a result."""
import difflib
import re

import cv2


def frames_of(film):
    capture = cv2.VideoCapture(str(film))
    while True:
        there, picture = capture.read()
        if not there:
            return
        yield picture


def letters(text):
    return re.sub(r"[^a-z0-9]", "", text.lower())


def same(truth, read):
    """Characters of the truth that were read, in order, two at least side by side: one alone is chance."""
    blocks = difflib.SequenceMatcher(None, truth, read, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks if block.size >= 2)


class Reader:
    """PP-OCRv4's recogniser, given each line where it is known to be, straightened and enlarged: more than anybody has who does not know the text."""

    def __init__(self):
        from rapidocr_onnxruntime import RapidOCR

        self.network = RapidOCR().text_rec

    def read(self, cuts):
        answers, _ = self.network(cuts)
        return [letters(text) for text, *_ in answers]

    def score(self, film, items, source=None):
        """In: source, the film that this one was made of, or None. Characters there were, characters read, the longest run of frames with half of a line."""
        total = read = 0
        runs, longest = {}, 0
        for n, picture in enumerate(frames_of(film)):
            known = [(item, line) for item in items if item.first <= n < item.end for line in range(len(item.lines))]
            cuts = [(item, line, item.cut(picture, n, line)) for item, line in known]
            cuts = [one for one in cuts if one[2] is not None]
            if not cuts:
                continue
            for (item, line, _), text in zip(cuts, self.read([one[2] for one in cuts])):
                truth = letters(item.lines[line])
                right, key = same(truth, text), (id(item), line)
                total, read = total + len(truth), read + right
                runs[key] = runs.get(key, 0) + 1 if 2 * right >= len(truth) else 0
                longest = max(longest, runs[key])
        return total, read, longest
