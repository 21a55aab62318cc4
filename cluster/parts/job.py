#!/usr/bin/env python3
"""One job: takes the faces out of one recording and leaves a status file. Runs on a node.

usage: job.py ROOM ID --attempt N --last N --threads N --program P
The first failure ends with status 1, so that the workflow tries again, with more memory; the last one is written down, and ends with 0:
one broken recording does not stop the others. What another try cannot mend is written down at once.
"""
import argparse
import json
import os
import pathlib
import shlex
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from parts import store  # noqa: E402

STATES = {0: "done", 3: "unsafe"}
FINAL = {0, 2, 3}  # done; a wrong option; a face was found in the result: trying again changes none of them


def parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("room", type=pathlib.Path)
    parser.add_argument("id")
    parser.add_argument("--attempt", type=int, default=1)
    parser.add_argument("--last", type=int, default=2)
    parser.add_argument("--threads", default="auto")
    parser.add_argument("--program", default="invis-transcode")
    return parser.parse_args()


def command(row, arguments):
    pathlib.Path(row["output"]).parent.mkdir(parents=True, exist_ok=True)
    pathlib.Path(row["report"]).parent.mkdir(parents=True, exist_ok=True)
    # -y: a result that stands there without a status is one of a run that was broken off.
    return [arguments.program, "--progress", "none", "-y", "--threads", arguments.threads, "--report", row["report"], *shlex.split(row["options"]),
            "-o", row["output"], "--", row["path"]]


def facts(report):
    try:
        known = json.loads(pathlib.Path(report).read_text())
    except (OSError, ValueError):
        return {}
    return {"frames": sum(stream["frames"] for stream in known["streams"]), "faces": known["faces"], "doubtful_places": known["doubtful_places"],
            "source_sha256": known["source_sha256"], "output_sha256": known["output_sha256"], "passes": known["passes"]}


def main():
    arguments = parse()
    row = store.one(arguments.room / "plan.sqlite", arguments.id)
    began = time.time()
    if row["problem"]:
        exit_status, said = 2, f'{row["path"]}: {row["problem"]}'
    else:
        done = subprocess.run(command(row, arguments), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace")
        exit_status, said = done.returncode, done.stderr.strip()
    print(said or f"job: exit status {exit_status}", flush=True)
    if exit_status not in FINAL and arguments.attempt < arguments.last:
        sys.exit(1)
    status = {"id": row["id"], "path": row["path"], "output": row["output"], "report": row["report"], "state": STATES.get(exit_status, "failed"),
              "exit_status": exit_status, "said": said.split("\n")[-1], "attempt": arguments.attempt, "began": began, "elapsed_s": time.time() - began,
              "node": os.environ.get("SLURMD_NODENAME", socket.gethostname()), **facts(row["report"])}
    store.write_status(arguments.room / store.status_name(row["id"]), status)


if __name__ == "__main__":
    main()
