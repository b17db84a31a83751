#!/usr/bin/env python3
# Hostile sources among good ones: refused within their ceilings, counted on their own source, the
# others undisturbed. A redirect to a private address reaches nobody.
import gzip, socketserver, sys, zlib
from harness import *

GOOD = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>good</title>
<item><guid>g%d</guid><title>a good item %d</title><description>nothing to see</description></item></channel></rss>"""
BILLION = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9)) + b']><rss version="2.0"><channel><item><title>&j;</title></item></channel></rss>'
ATTRIBUTES = b'<?xml version="1.0"?><rss version="2.0"><channel x="1" ' + b" ".join(b'a%d="1"' % i for i in range(200000)) + b"/></rss>"
HONEY = []


def bomb():
    """1 GiB of nothing as gzip. Made beforehand: while it is being made nobody answers."""
    c = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(c.compress(bytes(1 << 20)) for _ in range(1024)) + c.flush()


BOMB = bomb()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def do_GET(self):
        try:
            getattr(self, "get_" + self.path.strip("/").split("-")[0], self.get_none)()
        except (BrokenPipeError, ConnectionResetError):
            pass

    def send(self, body, kind="text/xml", status=200, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for k, v in headers.items():
            self.send_header(k.replace("_", "-"), v)
        self.end_headers()
        self.wfile.write(body)

    def get_none(self):
        self.send(b"", status=404)

    def get_good(self):
        n = int(self.path.split("-")[1])
        self.send(GOOD % (n, n))

    def get_page(self):
        self.send(b"<!doctype html><html><body><h1>Just a moment...</h1></body></html>", "text/html")

    def get_huge(self):
        self.send(b"<rss><channel><item><title>")
        for _ in range(100):
            self.wfile.write(b"x" * (1 << 20))

    def get_bomb(self):
        self.send(BOMB, Content_Encoding="gzip")

    def get_billion(self):
        self.send(BILLION)

    def get_attributes(self):
        self.send(ATTRIBUTES)

    def get_metadata(self):
        self.send(b"", status=302, Location="http://169.254.169.254/latest/meta-data/")

    def get_inside(self):
        self.send(b"", status=302, Location="http://127.0.0.1:%d/secret" % HONEY[0])

    def get_gone(self):
        self.send(b"", status=410)

    def log_message(self, *a):
        pass


CONF = """
site: { name: hostile, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T08:00:00+08:00, scale: 0, step: 10s, length: 60s }
http: { listen: "" }
fetch: { timeout: 10s, max_bytes: 8M, max_redirects: 3 }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
"""
REFUSED = {"page": "a web page, not a feed", "huge": "more bytes than allowed", "bomb": "more bytes than allowed",
           "billion": "declares an entity", "attributes": "256 attributes", "metadata": "is not allowed", "inside": "is not allowed",
           "gone": "answered 410"}


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    touched = []

    class Honey(socketserver.BaseRequestHandler):
        def handle(self):
            touched.append(self.client_address)

    honey = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Honey)
    threading.Thread(target=honey.serve_forever, daemon=True).start()
    HONEY.append(honey.server_address[1])
    socketserver.ThreadingTCPServer.request_queue_size = 64
    web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    port = web.server_address[1]
    names = sorted(REFUSED) + ["good-%d" % i for i in range(8)]
    conf = TMP / "langyan.yaml"
    conf.write_text(CONF % {"dir": TMP, "top": TOP} + "".join(
        '  %s: { url: "http://127.0.0.1:%d/%s", allow_private: ["127.0.0.1:%d"], interval: 1h }\n' % (n, port, n, port) for n in names))
    p = Proc(["run", "-c", conf, "--once"], TMP / "run.log")
    peak, end = 0, time.monotonic() + 120
    while p.p.poll() is None and time.monotonic() < end:
        try:
            peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % p.p.pid).read()).group(1)))
        except (OSError, AttributeError):
            pass
        time.sleep(0.05)
    check("it ends", p.p.poll() is not None, "still running: %s" % p.tail())
    states = {s["name"]: s for s in json.loads(langyan("source", "list", "--json", "-c", conf).stdout or b"[]")}
    for n in sorted(REFUSED):
        s = states.get(n, {})
        check("%s is refused with its reason" % n, s.get("failures", 0) >= 1 and REFUSED[n] in s.get("why", "") and not s.get("documents"), "%s" % s, s.get("why"))
    good = [states.get("good-%d" % i, {}) for i in range(8)]
    check("the others are undisturbed", all(g.get("documents") == 1 and not g.get("failures") for g in good), "%s" % good[:2])
    check("nobody inside was reached", not touched, "%s" % touched)
    check("memory stays under 400 MB", peak < 400 * 1024, "%d KiB" % peak, "%d MiB" % (peak // 1024))
    # The honeypot can be reached: a source that may use it does.
    conf.write_text(conf.read_text().replace("length: 60s", "length: 90s") +
                    '  allowed: { url: "http://127.0.0.1:%d/x", allow_private: ["127.0.0.1:%d"] }\n' % (HONEY[0], HONEY[0]))
    Proc(["run", "-c", conf, "--once"], TMP / "run2.log").wait(60)
    check("the guard is not deaf: an allowed address is reached", touched, "nobody came")
    finish()


main()
