"""Each promise of safety that the page's server makes. Run by ctest."""
import os
import re
import resource
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from server import BIN, Server, make_clip


class Safety(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.mkdtemp(prefix="serve-")
        cls.clip = make_clip(os.path.join(cls.room, "clip.mkv"), 0.2)
        cls.folder = os.path.join(cls.room, "folder")
        os.makedirs(os.path.join(cls.folder, "inner"))
        shutil.copy(cls.clip, os.path.join(cls.room, "secret.mkv"))
        shutil.copy(cls.clip, os.path.join(cls.folder, "a.mkv"))
        os.symlink(os.path.join(cls.room, "secret.mkv"), os.path.join(cls.folder, "link.mkv"))
        os.symlink(cls.room, os.path.join(cls.folder, "out"))
        cls.server = Server("--folder", cls.folder, "--max-size", "20M")
        cls.client = cls.server.session()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()
        shutil.rmtree(cls.server.data)
        shutil.rmtree(cls.room)

    def refused(self, answer, status, code):
        self.assertEqual((answer.status, answer.code), (status, code), answer.body)

    def test_it_listens_to_this_machine_alone(self):
        listening = open("/proc/net/tcp").read()
        self.assertIn(f"0100007F:{self.server.port:04X}", listening)
        self.assertNotIn(f"00000000:{self.server.port:04X}", listening)
        start = lambda *a: subprocess.run([os.path.join(BIN, "invis-serve"), "--bind", "0.0.0.0", "--data", self.server.data, *a], capture_output=True, text=True)
        refused = start()
        self.assertEqual(refused.returncode, 2)
        self.assertIn("--token", refused.stderr)

    def test_elsewhere_only_who_knows_the_token_gets_in(self):
        with Server("--bind", "0.0.0.0", "--token") as server:
            self.refused(server.request("POST", "/api/v1/sessions", b""), 401, "token_needed")
            self.refused(server.request("GET", "/metrics"), 401, "token_needed")
            self.assertEqual(server.session().call("GET", "/jobs").json, {"jobs": []})
        shutil.rmtree(server.data)

    def test_other_names_of_this_machine_are_refused(self):
        for host in ("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:5000", ""):
            self.refused(self.server.request("GET", "/healthz", host=host or "."), 421, "bad_host")
        for host in ("localhost", "127.0.0.1:1", "[::1]:5000"):
            self.assertEqual(self.server.request("GET", "/healthz", host=host).status, 200)

    def test_other_pages_change_nothing(self):
        cookie = self.server.request("POST", "/api/v1/sessions", b"", {"Origin": f"http://localhost:{self.server.port}"})
        self.assertEqual(cookie.json, {})  # a page never sees the token
        self.assertRegex(cookie.headers["Set-Cookie"], "HttpOnly; SameSite=Strict")
        crumbs = {"Cookie": cookie.headers["Set-Cookie"].split(";")[0]}
        csrf = self.server.request("GET", "/api/v1/session", headers=crumbs).json["csrf"]
        begin = lambda **headers: self.server.request("POST", "/api/v1/uploads", b'{"name": "a", "size": 5}', {"Content-Type": "application/json", **crumbs, **headers})
        self.refused(begin(), 403, "no_csrf")
        self.refused(begin(**{"X-CSRF-Token": "0" * 32}), 403, "no_csrf")
        self.refused(begin(**{"X-CSRF-Token": csrf, "Origin": "http://evil.example"}), 403, "foreign_page")
        self.refused(begin(**{"X-CSRF-Token": csrf, "Origin": "null"}), 403, "foreign_page")
        self.refused(begin(**{"X-CSRF-Token": csrf, "Sec-Fetch-Site": "cross-site"}), 403, "foreign_page")
        self.assertEqual(begin(**{"X-CSRF-Token": csrf}).status, 201)

    def test_the_page_may_load_nothing_from_elsewhere(self):
        page = self.server.request("GET", "/")
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(page.headers["X-Content-Type-Options"], "nosniff")
        self.assertNotRegex(page.body.decode(), r"<script(?![^>]*src=)|\son\w+=|\sstyle=|https?://")

    def test_no_way_leads_out_of_the_folder(self):
        for path in ("../secret.mkv", "inner/../../secret.mkv", "link.mkv", "out/secret.mkv", "/etc/passwd", "%2e%2e/secret.mkv", ".hidden.mkv"):
            self.refused(self.client.call("POST", "/jobs", json_body={"path": path}), 404, "not_found")
        for path in ("..", "out", "/", "inner/.."):
            self.assertEqual(self.client.call("GET", f"/folder?path={path}").status, 404, path)
        names = [entry["name"] for entry in self.client.call("GET", "/folder").json["entries"]]
        self.assertEqual(names, ["inner", "a.mkv"])
        for path in ("/../../etc/passwd", "/js/../../x", "/%2e%2e/%2e%2e/etc/passwd", "/js/", "/js", "/uploads/"):
            self.assertEqual(self.server.request("GET", path).status, 404, path)

    def test_a_result_never_goes_through_a_link(self):
        target = os.path.join(self.room, "target")
        open(target, "w").write("untouched")
        link = os.path.join(self.folder, "a_invisible.mkv")
        os.symlink(target, link)
        self.refused(self.client.call("POST", "/jobs", json_body={"path": "a.mkv", "overwrite": True}), 409, "result_exists")
        self.assertEqual(open(target).read(), "untouched")
        os.remove(link)

    def test_a_session_sees_only_its_own(self):
        job, other = self.client.process(self.clip), self.server.session()
        self.client.wait_for_review(job)
        self.assertEqual(other.call("GET", "/jobs").json, {"jobs": []})
        for path in ("", "/result", "/report", "/tracks", "/edits", "/preview", "/clips/source", "/clips/result", "/events"):
            self.assertEqual(other.call("GET", f"/jobs/{job}{path}").status, 404, path)
        for method, path in (("DELETE", ""), ("POST", "/cancel"), ("POST", "/again"), ("PUT", "/tracks"), ("PUT", "/edits")):
            self.assertEqual(other.call(method, f"/jobs/{job}{path}", b"" if method != "DELETE" else None).status, 404, path)
        self.assertEqual(self.server.request("GET", f"/api/v1/jobs/{job}/clips/source").status, 401)

    def test_names_of_files_are_harmless(self):
        with open(self.clip, "rb") as file:
            upload = self.client.send_form(file.read(), "..\\<img src=x onerror=1>; .mkv")
        self.assertEqual(upload.status, 201, upload.body)
        self.assertEqual(upload.json["name"], "_img src=x onerror=1_; .mkv")
        job = self.client.call("POST", "/jobs", json_body={"upload": upload.json["id"]}).json["id"]
        self.assertEqual(self.client.wait(job)["state"], "done")
        header = self.client.call("GET", f"/jobs/{job}/result").headers["Content-Disposition"]
        self.assertRegex(header, r"^attachment; filename=\"[\w .-]+\"; filename\*=UTF-8''[\w.%-]+$")

    def test_what_is_no_video_is_refused_and_gone(self):
        before = os.listdir(os.path.join(self.server.data, "uploads"))
        playlist = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{self.room}/secret.mkv\n#EXT-X-ENDLIST\n".encode()
        concat = f"ffconcat version 1.0\nfile {self.room}/secret.mkv\n".encode()
        for content in (b"not a video at all\n" * 100, playlist, concat, b"\0" * 5000, open(self.clip, "rb").read()[:300]):
            self.refused(self.client.send_form(content, "x.mp4"), 415, "not_a_video")
        self.refused(self.client.send_form(b"", "x.mp4"), 422, "empty")
        self.assertEqual(os.listdir(os.path.join(self.server.data, "uploads")), before)

    def test_limits(self):
        self.refused(self.client.call("POST", "/uploads", json_body={"name": "a", "size": 21_000_000}), 413, "too_large")
        upload = self.client.call("POST", "/uploads", json_body={"name": "a", "size": 5}).json["id"]
        self.refused(self.client.call("PUT", f"/uploads/{upload}?offset=0", b"123456"), 413, "too_large")
        self.assertEqual(self.client.call("POST", "/jobs", b"x" * 2_000_000, headers={"Content-Type": "application/json"}).status, 413)
        self.assertEqual(self.server.request("POST", "/nowhere", b"x" * 100_000).status, 404)
        self.refused(self.server.request("GET", "/" + "x" * 3000), 414, "too_long")
        self.assertEqual(self.server.request("OPTIONS", "/").status, 405)
        for option in ({"model": "/etc/passwd"}, {"plate": "/etc/passwd"}, {"save-tracks": "/tmp/x"}, {"fill": "glitter"}, {"radius": 99999}, {"encoder-opt": ["stats=/x"]}):
            self.refused(self.client.call("POST", "/jobs", json_body={"path": "a.mkv", "options": option}), 422, "bad_option")
        with socket.create_connection(("127.0.0.1", self.server.port)) as large:
            large.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"y" * 1000) for i in range(60)))
            self.assertIn(b"431", large.recv(1000))

    def test_slow_clients_hold_nobody_up(self):
        slow = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(60)]
        for client in slow:
            client.sendall(b"GET /healthz HTTP/1.1\r\nHos")
        began = time.time()
        for _ in range(5):
            self.assertEqual(self.server.request("GET", "/healthz").status, 200)
        self.assertLess(time.time() - began, 5)
        for client in slow:
            client.close()

    def test_a_crash_in_a_codec_fails_one_job_alone(self):
        long_clip = make_clip(os.path.join(self.room, "long.mkv"), 5, 0.5, 640)
        job, next_job = self.client.process(long_clip), self.client.process(self.clip)
        self.client.wait(job, lambda j: j["state"] == "running" and j["progress"])
        for worker in self.server.workers():
            limits = open(f"/proc/{worker}/limits").read()
            self.assertRegex(limits, r"Max core file size +0 +0")
            self.assertNotRegex(limits, r"Max cpu time +unlimited")
            self.assertRegex(limits, r"Max open files +256 +256")
            if "asan" not in BIN:
                self.assertRegex(open(f"/proc/{worker}/status").read(), r"Seccomp:\s+2")
                self.assertNotRegex(limits, r"Max address space +unlimited")
            os.kill(worker, signal.SIGSEGV)
        failed = self.client.wait(job)
        self.assertEqual((failed["state"], failed["error"]["code"]), ("failed", "crashed"), failed)
        self.assertEqual(os.listdir(failed["folder"]), ["long.mkv"])
        self.assertEqual(self.client.wait(next_job)["state"], "done")

    def test_a_full_disk_is_said_and_leaves_nothing_half_made(self):
        self.refused(self.server_with_little_room(lambda c: c.call("POST", "/uploads", json_body={"name": "a.mkv", "size": 10**15})), 507, "disk_full")
        self.refused(self.server_with_little_room(lambda c: c.send_form(os.urandom(3_000_000), "a.mkv")), 507, "disk_full")

    def server_with_little_room(self, act):
        """A limit on files' sizes, which is what a full disk looks like to a writer."""
        with Server("--max-size", "2000000G", file_size=2_000_000) as server:
            answer = act(server.session())
            self.assertEqual(os.listdir(os.path.join(server.data, "uploads")), [])
            self.assertEqual(server.request("GET", "/healthz").status, 200)
        shutil.rmtree(server.data)
        return answer

    def test_two_servers_never_share_a_folder(self):
        second = subprocess.run([os.path.join(BIN, "invis-serve"), "--port", "0", "--data", self.server.data], capture_output=True, text=True)
        self.assertEqual(second.returncode, 1)
        self.assertRegex(second.stderr, "another invis-serve uses .*--data")


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
