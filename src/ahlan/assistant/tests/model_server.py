"""A server on loopback that answers as the OpenAI API does, and misbehaves as real ones do."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = "We send a new cup the same day and you need not send anything back [1]."


class Model(BaseHTTPRequestHandler):
    """`way`: what it does with the next questions; `words`: what it says."""

    way, words = "good", WORDS
    asked: list[dict] = []
    gone = threading.Event()

    def do_POST(self):
        given = json.loads(self.rfile.read(int(self.headers["content-length"])))
        type(self).asked.append({**given, "path": self.path, "key": self.headers["authorization"]})
        if self.way in ("500", "429", "302"):
            self.send_response(int(self.way))
            self.send_header("location", "/elsewhere")
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        try:
            getattr(self, f"be_{self.way}")()
        except (BrokenPipeError, ConnectionResetError):
            type(self).gone.set()

    def say(self, words, finish=None, **more):
        part = {"choices": [{"delta": {"content": words}, "finish_reason": finish}], **more}
        self.wfile.write(b"data: " + json.dumps(part).encode() + b"\n\n")
        self.wfile.flush()

    def end(self):
        self.wfile.write(b"data: [DONE]\n\n")

    def be_good(self):
        half = len(self.words) // 2
        self.say(self.words[:half])
        self.say(self.words[half:])
        self.say("", "stop", usage={"total_tokens": 321})
        self.end()

    def be_empty(self):
        self.say("", "stop")
        self.end()

    def be_unfinished(self):
        self.say(self.words, "length")
        self.end()

    def be_cut(self):
        self.say(self.words[:20])

    def be_garbage(self):
        self.wfile.write(b"data: {not json\n\n")
        self.end()

    def be_strange(self):
        self.wfile.write(b'data: {"choices": [{"delta": {"content": {"a": 1}}}]}\n\ndata: []\n\n')
        self.end()

    def be_html(self):
        self.wfile.write(b"<html><body>Please sign in</body></html>")

    def be_huge(self):
        for _ in range(1_000):
            self.say("talk " * 100)

    def be_endless_line(self):
        for _ in range(200):
            self.wfile.write(b"x" * 65_536)

    def be_slow(self):
        for word in self.words.split():
            self.say(f"{word} ")
            time.sleep(0.3)

    def be_drip(self):
        for _ in range(100):
            self.wfile.write(b"d")
            self.wfile.flush()
            time.sleep(0.05)

    def be_silent(self):
        time.sleep(2)

    def log_message(self, *_args):
        pass


class Running:
    """Use as `with Running(settings):`."""

    def __init__(self, settings):
        Model.way, Model.words, Model.asked = "good", WORDS, []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
        self.server.daemon_threads = True
        settings.MODEL_URL = f"http://127.0.0.1:{self.server.server_port}/v1"
        settings.MODEL, settings.MODEL_KEY = "small", "secret"
        settings.MODEL_PATIENCE, settings.MODEL_SECONDS = 0.6, 1.5

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return Model

    def __exit__(self, *_error):
        self.server.shutdown()
        self.server.server_close()
