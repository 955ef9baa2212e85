"""Stands for a site with pictures: it sends them late, and counts how many it sends at once."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PICTURES = 12
DELAY = 0.3


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = PICTURES

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Picture)
        self.lock = threading.Lock()
        self.now = 0
        self.most_at_once = 0
        self.latest = time.monotonic()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def urls(self):
        port = self.server_port
        return [f"http://127.0.0.1:{port}/{number}" for number in range(1, PICTURES + 1)]


class Picture(BaseHTTPRequestHandler):
    def do_GET(self):
        with self.server.lock:
            self.server.now += 1
            self.server.most_at_once = max(self.server.most_at_once, self.server.now)
            self.server.latest = time.monotonic()
        # Counted from the latest request: a busy machine may bring late what was sent together.
        while (left := self.server.latest + DELAY - time.monotonic()) > 0:
            time.sleep(left)
        with self.server.lock:
            self.server.now -= 1
        pgm = picture(int(self.path.removeprefix("/")))
        self.send_response(200)
        self.send_header("Content-Type", "image/x-portable-graymap")
        self.send_header("Content-Length", str(len(pgm)))
        self.end_headers()
        self.wfile.write(pgm)

    def log_message(self, *_):
        pass


def picture(number):
    """Rings around the middle, the more of them the higher the number."""
    middle = range(-16, 16)
    rings = ((x * x + y * y) * (number + 4) // 8 % 256 for y in middle for x in middle)
    return b"P5\n32 32\n255\n" + bytes(rings)
