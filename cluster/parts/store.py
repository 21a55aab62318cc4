"""The plan: one SQLite file with a row for each recording, and the status files that jobs leave."""
import json
import os
import pathlib
import sqlite3

SCHEMA = """
create table if not exists files (
    id text primary key,        -- of the path: names status, log and cluster job
    path text not null unique, output text not null, report text not null, options text not null,
    bytes integer, changed real, width integer, height integer, fps real, seconds real,
    cores integer, memory_mb integer, minutes integer,
    wanted integer not null,    -- 0: was in an earlier list
    problem text                -- why it cannot even be tried
);
"""


def connect(plan):
    base = sqlite3.connect(plan)
    base.row_factory = sqlite3.Row
    base.execute("pragma busy_timeout = 60000")
    base.executescript(SCHEMA)
    return base


def wanted(plan):
    """The rows of this run, in order of their paths."""
    base = connect(plan)
    try:
        return base.execute("select * from files where wanted order by path").fetchall()
    finally:
        base.close()


def one(plan, identity):
    base = connect(plan)
    try:
        return base.execute("select * from files where id = ?", (identity,)).fetchone()
    finally:
        base.close()


def status_name(identity):
    """In 256 folders: a hundred thousand files in one are slow to list."""
    return f"status/{identity[:2]}/{identity}.json"


def read_status(room, identity):
    """What a job left, or None."""
    try:
        return json.loads((pathlib.Path(room) / status_name(identity)).read_text())
    except FileNotFoundError:
        return None


def write_status(path, status):
    """Whole or not at all: a job can be killed at any moment."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(status, indent=1))
    part.replace(path)
