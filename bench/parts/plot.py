"""A small SVG of how time grows, without any library."""

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 360, 240, 60, 40, 34


def panel(points, x0, title, unit):
    """One curve through (x, y) points from (0, 0)."""
    most_x, most_y = max(x for x, _ in points) * 1.05, max(y for _, y in points) * 1.1
    wide, high = WIDTH - LEFT - 20, HEIGHT - TOP - BOTTOM

    def place(x, y):
        return x0 + LEFT + x / most_x * wide, TOP + high - y / most_y * high

    line = " ".join(f"{a:.0f},{b:.0f}" for a, b in (place(x, y) for x, y in points))
    parts = [f'<text x="{x0 + LEFT}" y="20" font-weight="bold">{title}</text>',
             f'<path d="M{x0 + LEFT},{TOP} V{TOP + high} H{x0 + WIDTH - 20}" fill="none" stroke="#888"/>',
             f'<polyline points="{line}" fill="none" stroke="#1668a8" stroke-width="2"/>']
    for x, y in points:
        a, b = place(x, y)
        parts.append(f'<circle cx="{a:.0f}" cy="{b:.0f}" r="3" fill="#1668a8"/>')
    for share in (0.5, 1):
        _, b = place(0, most_y / 1.1 * share)
        parts.append(f'<text x="{x0 + LEFT - 6}" y="{b + 4:.0f}" text-anchor="end">{most_y / 1.1 * share:.0f}</text>')
    last = points[-1][0]
    parts.append(f'<text x="{place(last, 0)[0]:.0f}" y="{TOP + high + 16}" text-anchor="middle">{last:.3g}</text>')
    parts.append(f'<text x="{x0 + LEFT + wide / 2:.0f}" y="{TOP + high + 32}" text-anchor="middle">{unit}</text>')
    return parts


def write(path, sizes, faces):
    million = [(int(label.split("x")[0]) * int(label.split("x")[1]) / 1e6, 1000 * cpu) for label, cpu, _, _ in sizes]
    heads = [(count, 1000 * cpu) for count, cpu, _ in faces]
    body = panel(million, 0, "CPU ms a frame, by size", "million pixels") + panel(heads, WIDTH, "CPU ms a frame, by faces", "faces in 1920x1080")
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{2 * WIDTH}" height="{HEIGHT}" font-family="sans-serif" font-size="12">'
    path.write_text("\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *body, "</svg>", ""]))
