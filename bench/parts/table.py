"""Markdown tables."""


def shown(value, form="{:.2f}"):
    return "" if value is None else form.format(value)


def print_clips(title, rows):
    print(f"\n{title}:\n")
    print("| clip | faces | not covered | hard | hard not covered | longest run | retained | seen | BlazeFace, % | in the source, % "
          "| mask / face | flicker | frames masked |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for r in rows:
        over = "" if r["empty"] or not r["faces"] else f'{r["mask_over_face"]:.2f}'
        print(f'| {r["clip"]} | {r["faces"]} | {r["uncovered"]} | {r["hard"]} | {r["hard_uncovered"]} | {r["longest_run"]} | {shown(r["retained"], "{}")} '
              f'| {shown(r["seen"], "{}")} | {shown(r["blaze_pct"])} | {shown(r["blaze_source_pct"])} | {over} | {shown(r["flicker"])} | {r["frames_masked_pct"]} % |')
    faces = [r for r in rows if not r["empty"]]
    add = lambda key: sum(r[key] or 0 for r in faces)
    print(f'| **all** | **{add("faces")}** | **{add("uncovered")}** | **{add("hard")}** | **{add("hard_uncovered")}** '
          f'| **{max([r["longest_run"] for r in faces], default=0)}** | **{add("retained")}** | **{add("seen")}** | | | | | |', flush=True)


def print_goals(totals_by_way):
    """A column for each way; whether the first reaches every goal that was measured."""
    ways = list(totals_by_way)
    print(f"\n| figure | goal | {' | '.join(ways)} | |\n| --- | --- |" + " --- |" * (len(ways) + 1))
    all_reached = True
    for row in zip(*totals_by_way.values()):
        name, value, goal = row[0]
        reached = value is None or value <= goal
        all_reached &= reached
        verdict = "not measured" if value is None else "reached" if reached else "missed"
        print(f"| {name} | <= {goal} | {' | '.join(shown(v, '{:.3f}') for _, v, _ in row)} | {verdict} |")
    return all_reached


def print_judged(head, rows, cells):
    """Rows as they come, each with its verdict. In: cells, a row's text between its name and that. Returns whether all goals are reached."""
    print(f"\n{head}\n{'| --- ' * (head.count('|') - 1)}|")
    all_reached = True
    for r in rows:
        all_reached &= r["reached"]
        print(f'| {r["name"]} | {cells(r)} | {"reached" if r["reached"] else "missed"} |', flush=True)
    return all_reached


def print_fill(rows):
    return print_judged("| scene | fill, dB | goal | best peer, dB | goal | flicker | goal | |", rows,
                        lambda r: f'{r["psnr"]:.2f} | >= {r["goal"]} | {r["peer"]:.2f} | 1 below | {r["flicker"]:.2f} | <= 1.2')


def print_sitters(rows):
    return print_judged("| behind who never leaves | colour | texture | residue, % | seam | flicker | goals |", rows,
                        lambda r: f'{r["colour"]:.1f} | {r["texture"]:.2f} | {r["residue_pct"]:.1f} | {r["seam"]:.1f} | {r["flicker"]:.2f}')


def print_bodies(rows):
    return print_judged("| scene | the person | heads | silhouette left, % | frames with more than 2 % of it | unlike the scene, % | shadow left, % | changed far away, % | goals |", rows,
                        lambda r: f'{r["way"]} | {r["heads"]} | {r["left"]:.2f} | {r["open"]} of {r["frames"]} | {r["off"]:.2f} | {r["shadow"]:.1f} | {r["changed"]:.3f}')
