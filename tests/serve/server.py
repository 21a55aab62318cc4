"""Starts invis-serve for a test and speaks HTTP with it, with Python's own library alone."""
import http.client
import json
import os
import re
import resource
import subprocess
import tempfile
import time
import uuid

import contract

BIN = os.environ.get("INVISIBLUR_BIN", "build/bin")
SAMPLE = os.path.join(os.path.dirname(__file__), "../../media/sample.mkv")


def make_clip(path, seconds=0.6, start=2.0, width=256):
    """A short piece of the sample with a face in it."""
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-ss", str(start), "-i", SAMPLE, "-t", str(seconds), "-map", "0:v", "-map", "0:a:0", "-vf",
                    f"scale={width}:-2", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy", path], check=True, stdin=subprocess.DEVNULL)
    return path


class Answer:
    def __init__(self, response):
        self.status, self.headers, self.body = response.status, response.headers, response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["error"]["code"]


class Server:
    """One running server with a folder of its own; several can follow each other in the same folder."""

    def __init__(self, *arguments, data=None, file_size=None, env=None):
        self.data = data or tempfile.mkdtemp(prefix="serve-")

        def limit():
            if file_size:
                resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))

        self.log = tempfile.TemporaryFile("w+")  # a pipe that nobody reads would hold the server up when it is full
        command = [os.path.join(BIN, "invis-serve"), "--port", "0", "--data", self.data, *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True, preexec_fn=limit, env={**os.environ, **(env or {})})
        self.said = self.process.stdout.readline()
        found = re.search(r"http://[^:]+:(\d+)/(?:#token=(\w+))?", self.said)
        if not found:
            self.process.wait(timeout=10)
            raise RuntimeError(self.said + self.messages())
        self.port, self.token = int(found[1]), found[2]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(timeout=60)
        self.process.stdout.close()
        self.errors = self.messages()
        if os.environ.get("SERVE_LOG"):
            with open(os.environ["SERVE_LOG"], "a", encoding="utf-8") as file:
                file.write(self.errors)
        return self.process.returncode

    def messages(self):
        """What it has said on standard error."""
        self.log.seek(0)
        return self.log.read()

    def request(self, method, path, body=None, headers=None, host=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in {"Host": host or f"localhost:{self.port}", **(headers or {})}.items():
                connection.putheader(name, value)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = Answer(connection.getresponse())
            if method in ("GET", "POST", "PUT", "DELETE") and (path.startswith("/api/") or path in ("/healthz", "/metrics")):
                contract.check(method, path, answer)
            return answer
        finally:
            connection.close()

    def session(self):
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return Client(self, self.request("POST", "/api/v1/sessions", b"", headers).json["token"])

    def workers(self):
        """Process ids of its workers."""
        children = []
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                stat = open(f"/proc/{pid}/stat").read()
            except OSError:
                continue
            if int(stat.rsplit(")", 1)[1].split()[1]) == self.process.pid:
                children.append(int(pid))
        return children


class Client:
    """One session of a script."""

    def __init__(self, server, token):
        self.server, self.token = server, token

    def call(self, method, path, body=None, json_body=None, headers=None):
        headers = {"Authorization": f"Bearer {self.token}", **(headers or {})}
        if json_body is not None:
            body, headers["Content-Type"] = json.dumps(json_body).encode(), "application/json"
        return self.server.request(method, "/api/v1" + path, body, headers)

    def send_form(self, content, name="clip.mkv"):
        mark = uuid.uuid4().hex
        body = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return self.call("POST", "/uploads", body, headers={"Content-Type": f"multipart/form-data; boundary={mark}"})

    def upload(self, path):
        with open(path, "rb") as file:
            return self.send_form(file.read(), os.path.basename(path)).json["id"]

    def process(self, path, **wish):
        return self.call("POST", "/jobs", json_body={"upload": self.upload(path), **wish}).json["id"]

    def job(self, job):
        return self.call("GET", f"/jobs/{job}").json

    def wait(self, job, until=lambda j: j["state"] not in ("queued", "running"), seconds=240):
        end = time.time() + seconds
        while time.time() < end:
            found = self.job(job)
            if until(found):
                return found
            time.sleep(0.1)
        raise TimeoutError(f"job {found}")

    def wait_for_review(self, job):
        return self.wait(job, lambda j: j["state"] in ("failed", "cancelled") or (j["state"] == "done" and j["review"] in ("ready", "failed")))
