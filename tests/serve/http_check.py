"""How the page's server speaks HTTP: what a client sees of connections, bodies, forms, parts of files and streams. Run by ctest."""
import contextlib
import http.client
import json
import os
import shutil
import socket
import tempfile
import time
import unittest

from server import Server, make_clip

MARK = "mark-of-parts"


def part(name, content, file_name=None):
    """One field of a form."""
    file = f'; filename="{file_name}"' if file_name is not None else ""
    return f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"


def chunked(content, size):
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (content[i:i + size] for i in range(0, len(content), size))) + b"0\r\n\r\n"


def until(condition, seconds=20):
    end = time.time() + seconds
    while not condition() and time.time() < end:
        time.sleep(0.05)
    return condition()


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.room = tempfile.mkdtemp(prefix="serve-")
        with open(make_clip(os.path.join(cls.room, "clip.mkv"), 0.2), "rb") as file:
            cls.clip = file.read()
        cls.server = Server("--max-size", "100M")
        cls.client = cls.server.session()
        cls.key = {"Authorization": f"Bearer {cls.client.token}"}

    @classmethod
    def tearDownClass(cls):
        status = cls.server.stop()
        shutil.rmtree(cls.server.data)
        shutil.rmtree(cls.room)
        assert status == 0, cls.server.errors

    def connect(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        self.addCleanup(connection.close)
        return connection

    def speak(self, text, method="GET"):
        """The answer to a request as it stands; the socket is left open."""
        raw = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        self.addCleanup(raw.close)
        raw.sendall(text)
        answer = http.client.HTTPResponse(raw, method=method)
        answer.begin()
        return answer

    def head(self, line, **headers):
        lines = [f"{line} HTTP/1.1", f"Host: localhost:{self.server.port}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n"

    def threads(self):
        return len(os.listdir(f"/proc/{self.server.process.pid}/task"))

    def send_form(self, body, **headers):
        answer = self.client.call("POST", "/uploads", body, headers={"Content-Type": f"multipart/form-data; boundary={MARK}", **headers})
        return answer

    def test_one_connection_serves_many_requests(self):
        connection = self.connect()
        connection.connect()
        own = connection.sock
        for method, path, body, status in (("GET", "/healthz", None, 200), ("HEAD", "/healthz", None, 200), ("GET", "/nothing", None, 404),
                                           ("POST", "/api/v1/sessions", b"", 201), ("POST", "/api/v1/sessions", b"x" * 100, 201),
                                           ("POST", "/nothing", b"x" * 100_000, 404), ("PUT", "/healthz", b"x", 405), ("GET", "/", None, 200)):
            connection.request(method, path, body)
            answer = connection.getresponse()
            content = answer.read()
            self.assertEqual(answer.status, status, (method, path))
            self.assertEqual(int(answer.headers["Content-Length"]) if method != "HEAD" else 0, len(content))
            self.assertTrue(answer.headers["Content-Security-Policy"])
            self.assertIs(connection.sock, own, f"{method} {path} ended the connection")

    def test_pieces_of_a_request_line_and_requests_in_one_piece_are_the_same(self):
        raw = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        self.addCleanup(raw.close)
        twice = self.head("GET /healthz") + self.head("GET /healthz", Connection="close")
        for at in range(0, 40):
            raw.sendall(twice[at:at + 1])
        raw.sendall(twice[40:])
        got = b""
        while piece := raw.recv(65536):
            got += piece
        self.assertEqual(got.count(b'{"status":"ok"}'), 2, got)

    def test_a_refusal_is_seen_by_a_client_that_still_sends(self):
        many = 90_000_000  # which never come
        upload = self.client.call("POST", "/uploads", json_body={"name": "a.mkv", "size": 1000}).json["id"]
        own = {"Authorization": f"Bearer {self.client.token}"}
        for line, headers, status in (("POST /nothing", {}, 404), ("POST /api/v1/jobs", {}, 401), ("POST /api/v1/jobs", own, 413),
                                      (f"PUT /api/v1/uploads/{upload}?offset=0", own, 413), ("PUT /api/v1/uploads/none?offset=0", own, 404),
                                      (f"PUT /api/v1/uploads/{upload}?offset=7", own, 409), ("POST /api/v1/sessions", {"Origin": "http://evil.example"}, 403),
                                      ("DELETE /api/v1/session", own, 400), ("PATCH /", {}, 405)):
            for length in ({"Content-Length": many}, {"Transfer-Encoding": "chunked"}):
                if "Transfer-Encoding" in length and status == 413:
                    continue  # nobody knows yet
                answer = self.speak(self.head(line, **headers, **length) + b"40000\r\n" + b"x" * 200_000)
                self.assertEqual(answer.status, status, (line, length))
                self.assertIn("message", json.loads(answer.read())["error"])

    def test_a_refusal_is_seen_after_all_was_sent(self):
        """As most clients do: they send all, then look."""
        upload = self.client.call("POST", "/uploads", json_body={"name": "a.mkv", "size": 1000}).json["id"]
        for size in (2_000, 2_000_000, 12_000_000):
            self.assertEqual(self.server.request("POST", "/nothing", b"x" * size).status, 404)
            self.assertEqual(self.client.call("PUT", f"/uploads/{upload}?offset=0", b"x" * size).status, 413)
            answer = self.speak(self.head(f"PUT /api/v1/uploads/{upload}?offset=0", Transfer_Encoding="chunked", **self.key) + chunked(b"x" * size, 100_000))
            self.assertEqual((answer.status, json.loads(answer.read())["error"]["code"]), (413, "too_large"))
            self.client.call("DELETE", f"/uploads/{upload}")
            upload = self.client.call("POST", "/uploads", json_body={"name": "a.mkv", "size": 1000}).json["id"]

    def test_a_body_comes_in_pieces_of_any_size(self):
        for size in (1, 7, 100_000):
            content = self.clip if size > 1 else b"no video" * 100
            upload = self.client.call("POST", "/uploads", json_body={"name": "a.mkv", "size": len(content)}).json["id"]
            answer = self.speak(self.head(f"PUT /api/v1/uploads/{upload}?offset=0", Transfer_Encoding="chunked", **self.key) + chunked(content, size))
            self.assertEqual(answer.status, 200 if size > 1 else 415, answer.read())

    def test_who_asks_first_is_told_to_go_on_or_not(self):
        begin = self.head("POST /api/v1/jobs", Expect="100-continue", Content_Type="application/json", Content_Length=2, **self.key)
        raw = socket.create_connection(("127.0.0.1", self.server.port), timeout=60)
        self.addCleanup(raw.close)
        raw.sendall(begin)
        self.assertTrue(raw.recv(1000).startswith(b"HTTP/1.1 100 "))
        raw.sendall(b"{}")
        self.assertTrue(raw.recv(1000).startswith(b"HTTP/1.1 422 "))
        refused = self.speak(self.head("POST /api/v1/jobs", Expect="100-continue", Content_Length=2))
        self.assertEqual(refused.status, 401)

    def test_requests_that_mean_two_things_are_refused(self):
        body = b"0\r\n\r\n"
        for headers in ({"Content_Length": 5, "Transfer_Encoding": "chunked"}, {"Transfer_Encoding": "gzip"}, {"Transfer_Encoding": "gzip, chunked"},
                        {"Content_Length": "5\r\nContent-Length: 6"}, {"Transfer_Encoding": "chunked\r\nTransfer-Encoding: chunked"},
                        {"Content_Length": "-5"}, {"Content_Length": "5x"}, {"Content_Length": "+5"}):
            answer = self.speak(self.head("POST /api/v1/sessions", **headers) + body)
            self.assertEqual((answer.status, answer.headers["Connection"]), (400, "close"), headers)  # what follows is no request
        self.assertEqual(self.speak(self.head("GET /healthz%00.js")).status, 400)
        self.assertEqual(self.speak(self.head("GET /healthz", Host="localhost")).status, 421)  # a second one

    def test_a_form_may_hold_other_fields_and_inputs_without_a_file(self):
        content = self.clip + f"\r\n--{MARK[:-1]}\r\n--\r\n\r\n-".encode() * 2000  # what looks like the mark is none
        body = part("note", b"a" * 50_000) + part("other", b"", "") + part("file", content, "clip.mkv") + part("last", b"") + f"--{MARK}--\r\n".encode()
        upload = self.send_form(body)
        self.assertEqual((upload.status, upload.json["size"]), (201, len(content)), upload.body)
        with open(os.path.join(self.server.data, "uploads", upload.json["id"], "clip.mkv"), "rb") as file:
            self.assertEqual(file.read(), content)
        answer = self.speak(self.head("POST /api/v1/uploads", Transfer_Encoding="chunked", Content_Type=f"multipart/form-data; boundary={MARK}", **self.key)
                            + chunked(body, 50))
        self.assertEqual((answer.status, json.loads(answer.read())["size"]), (201, len(content)))

    def test_a_form_that_holds_no_whole_video_is_refused_and_gone(self):
        before = os.listdir(os.path.join(self.server.data, "uploads"))
        end = f"--{MARK}--\r\n".encode()
        file = part("file", self.clip, "clip.mkv")
        for body, status, code in ((part("file", b"", "a.mkv") + end, 422, "empty"), (part("file", b"", "") + end, 422, "bad_request"),
                                   (part("note", b"text") + end, 422, "bad_request"), (end, 422, "bad_request"), (b"", 400, "cut_off"),
                                   (file + file + end, 422, "bad_request"), (part("file", b"", "a.mkv") + file + end, 422, "bad_request"),
                                   (file, 400, "cut_off"), (file[:-2], 400, "cut_off"), (file[:100], 400, "cut_off"), (b"x" * 5000, 422, "bad_request"),
                                   (part("file", b"x", "a.mkv") + end, 415, "not_a_video")):
            answer = self.send_form(body)
            self.assertEqual((answer.status, answer.code), (status, code), body[:200])
        self.assertEqual(self.send_form(file + end, **{"Content-Type": "multipart/form-data"}).status, 400)
        self.assertEqual(os.listdir(os.path.join(self.server.data, "uploads")), before)

    def test_a_form_that_the_line_breaks_off_is_gone(self):
        before = os.listdir(os.path.join(self.server.data, "uploads"))
        with socket.create_connection(("127.0.0.1", self.server.port)) as raw:
            raw.sendall(self.head("POST /api/v1/uploads", Content_Length=1_000_000, Content_Type=f"multipart/form-data; boundary={MARK}", **self.key)
                        + part("file", b"x" * 100_000, "a.mkv")[:50_000])
            self.assertTrue(until(lambda: len(os.listdir(os.path.join(self.server.data, "uploads"))) > len(before)))
        self.assertTrue(until(lambda: os.listdir(os.path.join(self.server.data, "uploads")) == before))

    def test_a_file_is_given_in_the_part_that_is_asked_for(self):
        upload = self.client.send_form(self.clip)
        job = self.client.call("POST", "/jobs", json_body={"upload": upload.json["id"]}).json["id"]
        self.client.wait_for_review(job)
        whole = self.client.call("GET", f"/jobs/{job}/result")
        size = len(whole.body)
        self.assertEqual((whole.headers["Accept-Ranges"], int(whole.headers["Content-Length"])), ("bytes", size))
        for wish, content in (("bytes=0-", whole.body), ("bytes=5-9", whole.body[5:10]), ("bytes=-7", whole.body[-7:]), (f"bytes={size - 1}-{size + 50}", whole.body[-1:])):
            answer = self.client.call("GET", f"/jobs/{job}/result", headers={"Range": wish})
            self.assertEqual((answer.status, answer.body), (206, content), wish)
            begin = size - len(content) if wish != "bytes=5-9" else 5
            self.assertEqual(answer.headers["Content-Range"], f"bytes {begin}-{begin + len(content) - 1}/{size}")
        for headers in ({"Range": "bytes=1-2,4-5"}, {"Range": "bytes=9-5"}, {"Range": "bytes=5-9", "If-Range": '"any"'}):
            answer = self.client.call("GET", f"/jobs/{job}/result", headers=headers)
            self.assertEqual((answer.status, answer.body), (200, whole.body), headers)
        beyond = self.client.call("GET", f"/jobs/{job}/result", headers={"Range": f"bytes={size}-"})
        self.assertEqual((beyond.status, beyond.code, beyond.headers["Content-Range"]), (416, "bad_range", f"bytes */{size}"))
        head = self.client.call("HEAD", f"/jobs/{job}/result")
        self.assertEqual((head.status, int(head.headers["Content-Length"]), head.body), (200, size, b""))

    def test_who_leaves_a_stream_leaves_no_thread(self):
        before = min(self.threads() for _ in range(20) if not time.sleep(0.05))  # those of other tests end meanwhile
        streams = [self.speak(self.head("GET /api/v1/events", **self.key)) for _ in range(5)]
        for stream in streams:
            self.assertEqual(stream.readline(), b"retry: 1000\n")
        self.assertGreaterEqual(self.threads(), before + 5)
        for stream in streams:
            stream.close()
        self.doCleanups()  # closes the sockets
        self.assertTrue(until(lambda: self.threads() <= before), self.threads())

    def test_a_crowd_that_says_nothing_keeps_nobody_out(self):
        def answers():
            try:
                return self.server.request("GET", "/healthz").status == 200
            except (ConnectionError, http.client.HTTPException):
                return False

        with contextlib.ExitStack() as crowd:
            for _ in range(400):
                with contextlib.suppress(ConnectionError):
                    crowd.enter_context(socket.create_connection(("127.0.0.1", self.server.port))).sendall(b"GET /h")
            self.assertTrue(until(answers, 8))  # they are cut off after 15

    def test_headers_that_dribble_are_cut_off(self):
        with socket.create_connection(("127.0.0.1", self.server.port)) as slow:
            slow.settimeout(0.5)
            began, got = time.time(), None
            text = self.head("GET /healthz", X_Long="y" * 1000)
            for byte in text:
                with contextlib.suppress(socket.timeout):
                    try:
                        slow.sendall(bytes([byte]))
                        got = slow.recv(1000)
                    except ConnectionError:
                        got = b""
                if got is not None:
                    break
            self.assertEqual(got, b"")
            self.assertGreater(time.time() - began, 14)


class End(unittest.TestCase):
    def test_the_server_ends_at_once_whoever_is_connected(self):
        with tempfile.TemporaryDirectory(prefix="serve-") as room:
            server = Server(data=os.path.join(room, "data"))
            client = server.session()
            stream = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
            stream.request("GET", "/api/v1/events", headers={"Authorization": f"Bearer {client.token}"})
            answer = stream.getresponse()
            self.assertEqual(answer.readline(), b"retry: 1000\n")
            idle = socket.create_connection(("127.0.0.1", server.port))
            half = socket.create_connection(("127.0.0.1", server.port))
            half.sendall(b"POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nx")
            time.sleep(0.2)
            began = time.time()
            self.assertEqual(server.stop(), 0, server.errors)
            self.assertLess(time.time() - began, 10)
            self.assertEqual(answer.read(), b"\n")  # to its end, not broken off
            for raw in (stream, idle, half):
                raw.close()

    def test_it_listens_where_it_is_told_to(self):
        if not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6") or not open("/proc/net/if_inet6").read().strip():
            self.skipTest("this machine has no IPv6")
        with tempfile.TemporaryDirectory(prefix="serve-") as room, Server("--bind", "::1", data=os.path.join(room, "data")) as server:
            connection = http.client.HTTPConnection("::1", server.port, timeout=60)
            connection.request("GET", "/healthz")
            self.assertEqual(connection.getresponse().read(), b'{"status":"ok"}')
            connection.close()
            self.assertIsNotNone(socket.socket(socket.AF_INET).connect_ex(("127.0.0.1", server.port)))


if __name__ == "__main__":
    unittest.main(verbosity=2, warnings="ignore")
