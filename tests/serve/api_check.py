"""What scripts may rely on: uploads in one piece and in many, jobs, results, corrections, restarts. Run by ctest."""
import contextlib
import hashlib
import http.client
import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

import contract
from server import Client, Server, make_clip


class Api(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.mkdtemp(prefix="serve-")
        cls.clip = make_clip(os.path.join(cls.room, "clip.mkv"))
        cls.folder = os.path.join(cls.room, "folder")
        os.makedirs(os.path.join(cls.folder, "inner"))
        shutil.copy(cls.clip, os.path.join(cls.folder, "picked.mkv"))
        cls.server = Server("--folder", cls.folder)
        cls.client = cls.server.session()

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        shutil.rmtree(cls.server.data)
        shutil.rmtree(cls.room)
        assert status == 0, cls.server.errors

    def test_a_video_goes_in_and_comes_back(self):
        job = self.client.process(self.clip)
        done = self.client.wait_for_review(job)
        self.assertEqual((done["state"], done["review"]), ("done", "ready"), done)
        self.assertGreaterEqual(done["faces"], 1)
        self.assertEqual(done["result"]["name"], "clip_invisible.mkv")
        result = self.client.call("GET", f"/jobs/{job}/result")
        self.assertIn("clip_invisible.mkv", result.headers["Content-Disposition"])
        stands = os.path.join(done["folder"], "clip_invisible.mkv")
        with open(stands, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).digest(), hashlib.sha256(result.body).digest())
        self.assertEqual(sorted(os.listdir(done["folder"])), ["clip.mkv", "clip_invisible.mkv"])
        part = self.client.call("GET", f"/jobs/{job}/result", headers={"Range": "bytes=4-7"})
        self.assertEqual((part.status, part.body), (206, result.body[4:8]))
        self.assertEqual(self.client.call("GET", f"/jobs/{job}/report").json["format"], "invisiblur-report")
        self.assertTrue(self.client.call("GET", f"/jobs/{job}/preview").body.startswith(b"\xff\xd8"))
        for which in ("source", "result"):
            self.assertEqual(self.client.call("GET", f"/jobs/{job}/clips/{which}").body[4:8], b"ftyp")
        self.correct(job, done)
        self.assertEqual(self.client.call("DELETE", f"/jobs/{job}").status, 200)
        self.assertFalse(os.path.exists(done["folder"]))
        self.assertFalse(os.path.exists(os.path.join(self.server.data, "jobs", job)))
        self.assertEqual(self.client.call("GET", f"/jobs/{job}").status, 404)

    def correct(self, job, done):
        """The corrected tracks decide, nothing is detected anew, and a person who stays is left alone."""
        tracks = self.client.call("GET", f"/jobs/{job}/tracks").json
        self.assertEqual(self.client.call("GET", f"/jobs/{job}/edits").json, {})
        self.client.call("PUT", f"/jobs/{job}/edits", json_body={"steps": [1]})
        self.assertEqual(self.client.call("GET", f"/jobs/{job}/edits").json, {"steps": [1]})
        extra = {"id": 77, "name": "a cup", "boxes": [{"pts": 0, "x": 5, "y": 5, "w": 20, "h": 20, "score": 1, "from": "hand"}]}
        self.assertEqual(self.client.call("PUT", f"/jobs/{job}/tracks", b'{"format": "other"}').status, 422)
        self.assertEqual(self.client.call("PUT", f"/jobs/{job}/tracks", json.dumps({**tracks, "tracks": [extra]}).encode()).status, 200)
        again = self.client.call("POST", f"/jobs/{job}/again", json_body={"tracks": "edited", "visible": [77]})
        self.assertEqual(again.status, 200, again.body)
        second = self.client.wait_for_review(job)
        self.assertEqual((second["state"], second["rounds"], second["edited"], second["visible"]), ("done", 2, True, [77]), second)
        report = self.client.call("GET", f"/jobs/{job}/report").json
        self.assertEqual(report["streams"][0]["frames_masked"], 0)
        self.assertEqual(self.client.call("GET", f"/jobs/{job}/tracks").json["tracks"][0]["name"], "a cup")
        self.assertEqual(self.client.call("GET", f"/jobs/{job}/tracks?which=found").json["tracks"], tracks["tracks"])

    def test_an_upload_in_pieces_goes_on_where_it_was(self):
        with open(self.clip, "rb") as file:
            content = file.read()
        upload = self.client.call("POST", "/uploads", json_body={"name": "pieces.mkv", "size": len(content)}).json["id"]
        put = lambda offset, piece: self.client.call("PUT", f"/uploads/{upload}?offset={offset}", piece)
        self.assertEqual(put(0, content[:1000]).json["offset"], 1000)
        self.assertEqual((put(0, b"x").status, put(2000, b"x").status), (409, 409))
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port)
        connection.putrequest("PUT", f"/api/v1/uploads/{upload}?offset=1000")
        connection.putheader("Authorization", f"Bearer {self.client.token}")
        connection.putheader("Content-Length", "5000")
        connection.endheaders(content[1000:3000])  # and then the line breaks
        time.sleep(0.3)
        connection.close()
        end = time.time() + 10
        while self.client.call("GET", f"/uploads/{upload}").json["offset"] != 3000 and time.time() < end:
            time.sleep(0.05)
        self.assertEqual(put(3000, content[3000:]).json["complete"], True)
        self.assertEqual(self.client.call("DELETE", f"/uploads/{upload}").status, 200)
        self.assertFalse(os.path.exists(os.path.join(self.server.data, "uploads", upload)))

    def test_a_picked_file_gets_its_result_beside_it(self):
        names = [entry["name"] for entry in self.client.call("GET", "/folder").json["entries"]]
        self.assertEqual([name for name in names if "invisible" not in name], ["inner", "picked.mkv"])
        job = self.client.call("POST", "/jobs", json_body={"path": "picked.mkv", "options": {"fill": "solid=00FF00", "drop": ["audio"]}}).json["id"]
        self.assertEqual(self.client.wait(job)["state"], "done")
        self.assertEqual(self.client.call("POST", f"/jobs/{job}/cancel", b"").json["state"], "done")
        stands = os.path.join(self.folder, "picked_invisible.mkv")
        streams = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", stands], capture_output=True, text=True).stdout
        self.assertEqual(streams.split(), ["video"])
        second = self.client.call("POST", "/jobs", json_body={"path": "picked.mkv"})
        self.assertEqual((second.status, second.code), (409, "result_exists"))
        self.client.call("DELETE", f"/jobs/{job}")
        self.assertTrue(os.path.exists(stands))
        self.assertTrue(os.path.exists(os.path.join(self.folder, "picked.mkv")))

    def test_events_tell_how_far_a_job_is(self):
        job = self.client.process(self.clip)
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        connection.request("GET", f"/api/v1/jobs/{job}/events", headers={"Authorization": f"Bearer {self.client.token}"})
        answer, states = connection.getresponse(), []
        self.assertTrue(answer.headers["Content-Type"].startswith("text/event-stream"))
        while "done" not in states and "failed" not in states:
            line = answer.readline().decode()
            if line.startswith("data:"):
                states.append(json.loads(line[5:])["state"])
        connection.close()
        self.assertEqual(states[-1], "done")
        self.assertIn("running", states)

    def test_health_metrics_and_description(self):
        self.assertEqual(self.server.request("GET", "/healthz").json, {"status": "ok"})
        self.assertIn("# TYPE invisiblur_jobs gauge", self.server.request("GET", "/metrics").body.decode())
        self.assertEqual(self.server.request("GET", "/api/v1/openapi.json").json["openapi"], "3.1.0")


    def test_zz_each_described_call_was_made(self):
        """After all others, as its name sorts; events are read by hand above."""
        for path in ("/options", "/session", "/jobs"):
            self.assertEqual(self.client.call("GET", path).status, 200)
        other = self.server.session()
        self.assertEqual(other.call("DELETE", "/session").status, 200)
        self.assertEqual(other.call("GET", "/session").status, 401)
        by_hand = {("GET", "/api/v1/events"), ("GET", "/api/v1/jobs/{id}/events")}
        self.assertEqual(set(contract.operations) - contract.used - by_hand, set())


def change_upload(data, upload, **facts):
    """In the database of a server that is not running."""
    with contextlib.closing(sqlite3.connect(os.path.join(data, "invisiblur.sqlite"))) as database:
        known = json.loads(database.execute("SELECT facts FROM uploads WHERE id = ?", (upload,)).fetchone()[0])
        database.execute("UPDATE uploads SET facts = ? WHERE id = ?", (json.dumps({**known, **facts}), upload))
        database.commit()


class Restart(unittest.TestCase):
    def test_jobs_survive_a_restart_and_eight_wait_for_one_worker(self):
        room = tempfile.mkdtemp(prefix="serve-")
        clip, long_clip = make_clip(os.path.join(room, "clip.mkv"), 0.2), make_clip(os.path.join(room, "long.mkv"), 5, 0.5, 640)
        first = Server(data=os.path.join(room, "data"))
        client = first.session()
        running, cancelled = client.process(long_clip), client.process(clip)
        client.wait(running, lambda j: j["state"] == "running" and j["progress"])
        self.assertEqual(client.call("POST", f"/jobs/{cancelled}/cancel").json["state"], "cancelled")
        small = [client.process(clip) for _ in range(7)]
        began = time.time()
        self.assertEqual(first.stop(), 0, first.errors)
        self.assertLess(time.time() - began, 20)
        with Server(data=os.path.join(room, "data")) as second:
            client = Client(second, client.token)
            self.assertIn(client.job(running)["state"], ("queued", "running"))
            client.wait(running, lambda j: j["state"] == "running" and j["progress"])
            self.assertLessEqual(len(second.workers()), 1)
            client.call("POST", f"/jobs/{running}/cancel")
            self.assertEqual(client.wait(running)["state"], "cancelled")
            self.assertEqual(os.listdir(client.job(running)["folder"]), ["long.mkv"])
            self.assertEqual({client.wait(job)["state"] for job in small}, {"done"})
        shutil.rmtree(room)


class Retention(unittest.TestCase):
    def test_what_was_kept_for_its_time_is_deleted(self):
        room = tempfile.mkdtemp(prefix="serve-")
        clip, data = make_clip(os.path.join(room, "clip.mkv"), 0.2), os.path.join(room, "data")
        with Server("--keep-days", "2", data=data) as server:
            client = server.session()
            old, young = client.process(clip), client.process(clip)
            folders = {job: client.wait_for_review(job)["folder"] for job in (old, young)}
        with contextlib.closing(sqlite3.connect(os.path.join(data, "invisiblur.sqlite"))) as database:
            for job, days in ((old, 3), (young, 1)):
                facts = json.loads(database.execute("SELECT facts FROM jobs WHERE id = ?", (job,)).fetchone()[0])
                facts.update(created=0, finished=facts["finished"] - days * 24 * 3600 * 1000)
                database.execute("UPDATE jobs SET facts = ? WHERE id = ?", (json.dumps(facts), job))
            database.commit()
        with Server("--keep-days", "2", data=data) as server:
            client, end = Client(server, client.token), time.time() + 20
            while client.call("GET", f"/jobs/{old}").status == 200 and time.time() < end:
                time.sleep(0.1)
            self.assertEqual([job["id"] for job in client.call("GET", "/jobs").json["jobs"]], [young])
        self.assertFalse(os.path.exists(folders[old]) or os.path.exists(os.path.join(data, "jobs", old)))
        self.assertTrue(os.path.exists(folders[young]))
        shutil.rmtree(room)

    def test_folders_that_nobody_owns_are_deleted(self):
        with tempfile.TemporaryDirectory(prefix="serve-") as room:
            clip, data = make_clip(os.path.join(room, "clip.mkv"), 0.2), os.path.join(room, "data")
            with Server(data=data) as server:
                kept = server.session().upload(clip)
            left = [os.path.join(data, place, name * 32) for place, name in (("uploads", "a"), ("jobs", "b"))]
            for folder in left:
                os.makedirs(folder)
            with Server(data=data):
                end = time.time() + 20
                while any(map(os.path.exists, left)) and time.time() < end:
                    time.sleep(0.1)
            self.assertEqual([folder for folder in left if os.path.exists(folder)], [])
            self.assertEqual(os.listdir(os.path.join(data, "uploads", kept)), ["clip.mkv"])


def open_files(pid):
    """Names of what a process has open now; what it closes while this looks is none."""
    names = []
    for descriptor in os.listdir(f"/proc/{pid}/fd"):
        with contextlib.suppress(FileNotFoundError):
            names.append(os.readlink(f"/proc/{pid}/fd/{descriptor}"))
    return names


class Interrupted(unittest.TestCase):
    def test_an_upload_that_was_not_looked_at_is_when_it_is_asked_for(self):
        """As after an answer 503, or the server's end in the middle of a look."""
        with tempfile.TemporaryDirectory(prefix="serve-") as room:
            clip, data = make_clip(os.path.join(room, "clip.mkv"), 0.2), os.path.join(room, "data")
            with Server(data=data) as server:
                client = server.session()
                upload = client.upload(clip)
            folder = os.path.join(data, "uploads", upload)
            os.rename(os.path.join(folder, "clip.mkv"), os.path.join(folder, ".part"))
            change_upload(data, upload, complete=False, media={})
            with Server(data=data) as server:
                again = Client(server, client.token).call("PUT", f"/uploads/{upload}?offset={os.path.getsize(clip)}", b"")
                self.assertEqual((again.status, again.json["complete"]), (200, True))
                self.assertEqual(again.json["media"]["width"], 256)

    def test_a_full_disk_costs_no_descriptor(self):
        with tempfile.TemporaryDirectory(prefix="serve-") as room:
            data = os.path.join(room, "data")
            with Server(data=data) as server:
                client = server.session()
                upload = client.call("POST", "/uploads", json_body={"name": "a.mkv", "size": 4_000_000}).json["id"]
            change_upload(data, upload, received=3_000_000)  # and what was received is gone
            with Server(data=data, file_size=2_000_000) as server:
                client = Client(server, client.token)
                for _ in range(2):
                    full = client.call("PUT", f"/uploads/{upload}?offset=3000000", b"x")
                    self.assertEqual((full.status, full.code), (507, "disk_full"))
                    self.assertEqual([name for name in open_files(server.process.pid) if name.endswith(".part")], [])


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
