"""One drawing: how much video was done by when."""

WIDTH, HEIGHT, LEFT, BOTTOM = 800, 260, 60, 40
STEPS = 200  # a line of a hundred thousand points is no better


def nice(top):
    """A round number at or above `top`."""
    size = 1.0
    while size < top:
        size *= 10
    for part in (0.1, 0.2, 0.5):
        if size * part >= top:
            return size * part
    return size


def throughput(done):
    """SVG of hours of video over hours of time. In: (when it ended in seconds, seconds of video), in order of time."""
    if not done:
        return "<p>Nothing was done yet.</p>\n"
    first = min(end for end, _ in done) - 1
    total, points = 0.0, [(0.0, 0.0)]
    for end, seconds in done:
        total += (seconds or 0) / 3600
        points.append(((end - first) / 3600, total))
    points = points[:: max(1, len(points) // STEPS)] + [points[-1]]
    most_x, most_y = nice(points[-1][0]), nice(max(total, 0.001))

    def place(x, y):
        return f"{LEFT + x / most_x * (WIDTH - LEFT - 10):.1f},{HEIGHT - BOTTOM - y / most_y * (HEIGHT - BOTTOM - 10):.1f}"

    labels = "".join(f'<text x="{place(most_x * k / 4, 0).split(",")[0]}" y="{HEIGHT - 20}" text-anchor="middle">{most_x * k / 4:g}</text>'
                     f'<text x="{LEFT - 6}" y="{place(0, most_y * k / 4).split(",")[1]}" text-anchor="end">{most_y * k / 4:g}</text>' for k in range(5))
    line = " ".join(place(x, y) for x, y in points)
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{total:.2f} hours of video in {points[-1][0]:.2f} hours" font-size="12" fill="currentColor">'
            f'<polyline points="{place(0, most_y)} {place(0, 0)} {place(most_x, 0)}" fill="none" stroke="currentColor" opacity=".4"/>'
            f'<polyline points="{line}" fill="none" stroke="#27c" stroke-width="2"/>{labels}'
            f'<text x="{(WIDTH + LEFT) / 2}" y="{HEIGHT - 4}" text-anchor="middle">hours of time; upwards: hours of video</text></svg>\n')
