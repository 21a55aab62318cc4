"""Puts what all jobs left into one SQLite file and one HTML page."""
import collections
import html
import json
import pathlib
import sqlite3

from parts import plot, store

TABLES = """
drop table if exists files; drop table if exists doubtful;
create table files (path text primary key, state text not null, output text, report text, said text, exit_status integer, attempt integer, node text,
    began real, elapsed_s real, frames integer, seconds real, faces integer, doubtful_places integer, source_sha256 text, output_sha256 text);
create table doubtful (path text not null, stream integer, track integer, start text, "end" text, why text, x integer, y integer, w integer, h integer);
"""
FACTS = "output report said exit_status attempt node began elapsed_s frames faces doubtful_places source_sha256 output_sha256".split()


def rows_of(room):
    """A row for each wanted file; one without a status was never finished: its job was killed, or never ran."""
    for planned in store.wanted(room / "plan.sqlite"):
        status = store.read_status(room, planned["id"]) or {"state": "failed", "said": "its job ended without a word (killed, out of memory or time): see jobs/"}
        yield {"path": planned["path"], "state": status["state"], "seconds": planned["seconds"], **{key: status.get(key) for key in FACTS}}


def doubts_of(row):
    try:
        streams = json.loads(pathlib.Path(row["report"]).read_text())["streams"]
    except (OSError, ValueError, TypeError, KeyError):
        return
    for stream in streams:
        for place in stream["doubtful"]:
            yield [row["path"], stream["stream"]] + [place[key] for key in "track start end why x y w h".split()]


def fill(base, rows):
    base.executescript(TABLES)
    columns = ["path", "state", "seconds", *FACTS]
    base.executemany(f'insert into files ({", ".join(columns)}) values ({", ".join("?" * len(columns))})', ([row[c] for c in columns] for row in rows))
    for row in rows:
        if row["doubtful_places"]:
            base.executemany(f'insert into doubtful values ({", ".join("?" * 10)})', doubts_of(row))
    base.commit()


def table(heads, rows):
    cells = "".join("<tr>" + "".join(f"<td>{html.escape(str('' if cell is None else cell))}</td>" for cell in row) + "</tr>\n" for row in rows)
    return "<table><tr>" + "".join(f"<th>{html.escape(head)}</th>" for head in heads) + f"</tr>\n{cells}</table>\n"


STYLE = """body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 70em; padding: 0 1em; color-scheme: light dark }
table { border-collapse: collapse; margin: 1em 0 } td, th { border-bottom: 1px solid #8884; padding: .25em .8em; text-align: left; vertical-align: top }
.bad { color: #c33 } svg { max-width: 100%; height: auto }"""
# A page of every doubt of a hundred thousand files opens in no browser; the table has them all.
MOST_ROWS = 2000


def page(base):
    count = dict(base.execute("select state, count(*) from files group by state"))
    hours, frames, faces, doubts, work = base.execute(
        "select sum(seconds) / 3600, sum(frames), sum(faces), sum(doubtful_places), sum(elapsed_s) / 3600 from files where state = 'done'").fetchone()
    bad = base.execute("select path, state, said, attempt, node from files where state != 'done' order by state, path").fetchmany(MOST_ROWS)
    by_file = base.execute("select path, doubtful_places from files where doubtful_places > 0 order by doubtful_places desc").fetchmany(MOST_ROWS)
    places = base.execute('select path, start, "end", track, why from doubtful order by path, start').fetchmany(MOST_ROWS)
    done = base.execute("select began + elapsed_s, seconds from files where state = 'done' and began is not null order by 1").fetchall()
    totals = table(["", ""], [["done", count.get("done", 0)], ["failed", count.get("failed", 0)], ["unsafe: a face was found in the result", count.get("unsafe", 0)],
                              ["hours of video done", f"{hours or 0:.2f}"], ["frames", frames or 0], ["faces", faces or 0], ["doubtful places", doubts or 0],
                              ["hours of work", f"{work or 0:.2f}"]])
    return (f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Invisiblur: what was done</title><style>{STYLE}</style>\n<h1>What was done</h1>\n{totals}'
            + "<h2>Throughput</h2>\n" + plot.throughput(done)
            + ('<h2 class="bad">Not done</h2>\n' + table(["file", "state", "why", "tries", "node"], bad) if bad else "")
            + "<h2>Doubtful places by file</h2>\n<p>Look at these first; the reports and the table <code>doubtful</code> have all of them.</p>\n"
            + table(["file", "places"], by_file) + table(["file", "from", "to", "face", "why"], places) + "</html>\n")


def collect(room, out):
    """Writes OUT/summary.sqlite and OUT/summary.html; gives how many files are in which state."""
    rows = list(rows_of(room))
    part = out / ".summary.part"
    part.unlink(missing_ok=True)
    base = sqlite3.connect(part)
    fill(base, rows)
    text = page(base)
    base.close()
    part.replace(out / "summary.sqlite")
    (out / "summary.html").write_text(text)
    return collections.Counter(row["state"] for row in rows), [row for row in rows if row["state"] != "done"]
