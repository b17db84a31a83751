"""A site of answers that no feed reader should get, for flow_hostile.py and flow_bombs.py.

KINDS: name -> (what is sent, what the source's reason must say; None: it is taken, but does no harm). Everything on loopback.
"""
import ctypes, gzip, socket, socketserver, struct, threading, time, zlib

HEAD = b"HTTP/1.1 %s\r\nContent-Type: text/xml\r\nConnection: close\r\n"
GOOD = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>good</title>
<item><guid>g%s</guid><title>a good item %s</title><description>nothing to see</description></item></channel></rss>"""
MIB = 1 << 20


def zeros(wbits, mib=1024):
    """So much of nothing, compressed. Made beforehand: while it is being made nobody answers."""
    c = zlib.compressobj(1, zlib.DEFLATED, wbits)
    return b"".join(c.compress(bytes(MIB)) for _ in range(mib)) + c.flush()


def brotli(mib):
    """The same by libbrotlienc, which comes with libcurl; None when it is not there."""
    try:
        lib = ctypes.CDLL("libbrotlienc.so.1")
    except OSError:
        return None
    n, room = mib * MIB, ctypes.create_string_buffer(MIB)
    size = ctypes.c_size_t(MIB)
    ok = lib.BrotliEncoderCompress(1, 22, 0, ctypes.c_size_t(n), bytes(n), ctypes.byref(size), room)
    return room.raw[:size.value] if ok else None


def body(b, status=b"200 OK", more=b""):
    return HEAD % status + more + b"Content-Length: %d\r\n\r\n" % len(b) + b


def coded(b, coding):
    return body(b, more=b"Content-Encoding: %s\r\n" % coding)


def to(where, status=b"302 Found"):
    return lambda s, port: s.sendall(body(b"", status, b"Location: " + where(port) + b"\r\n"))


def forever(first, again, pause=0.0):
    def send(s, port):
        s.sendall(first)
        while True:
            s.sendall(again)
            if pause:
                time.sleep(pause)
    return send


def reset(s, port):
    s.sendall(HEAD % b"200 OK" + b"Content-Length: 100\r\n\r\n<rss>")
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silent(s, port):
    s.settimeout(60)
    s.recv(1)


GZIP, NESTED = zeros(31), gzip.compress(gzip.compress(zeros(31, 256)))
BROTLI = brotli(256)
BILLION = b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">' + b"".join(
    b'<!ENTITY %c "%s">' % (98 + i, (b"&%c;" % (97 + i)) * 10) for i in range(9)) + b"]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>"
QUADRATIC = b'<!DOCTYPE r [<!ENTITY a "%s">]><rss><channel><item><title>%s</title></item></channel></rss>' % (b"a" * 50000, b"&a;" * 50000)
XXE = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&x;</title></item></channel></rss>'
ATTRIBUTES = b'<rss version="2.0"><channel x="1" ' + b" ".join(b'a%d="1"' % i for i in range(200000)) + b"/></rss>"
XMLNS = b"<rss><channel " + b" ".join(b'xmlns:a%d="u"' % i for i in range(80000)) + b"/></rss>"
DEEP = b"<rss><channel>" + b"<a>" * 2000000
PAGE = b"<!doctype html><html><body><h1>Just a moment...</h1></body></html>"
CHUNKED = HEAD % b"200 OK" + b"Transfer-Encoding: chunked\r\n\r\n"
OPEN = HEAD % b"200 OK" + b"\r\n<rss><channel><item><title>"

KINDS = {
    # compressed
    "gzip": (coded(GZIP, b"gzip"), "more bytes than allowed"),
    "deflate": (coded(zeros(15), b"deflate"), "more bytes than allowed"),
    "nested": (coded(NESTED, b"gzip, gzip, gzip"), "more bytes than allowed"),
    "codings": (coded(b"x", b", ".join([b"gzip"] * 40)), "content encoding"),
    "badgzip": (coded(b"hello" * 100, b"gzip"), "content unencoding"),
    "cutgzip": (coded(gzip.compress(GOOD % (b"1", b"1"))[:60], b"gzip"), "no element in it"),
    # without end, or slow
    "endless": (forever(OPEN, b"x" * 65536), "more bytes than allowed"),
    "chunks": (forever(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"), "more bytes than allowed"),
    "tiny": (forever(CHUNKED, b"1\r\nx\r\n" * 4096), "more bytes than allowed"),
    "drip": (forever(OPEN, b"x", 0.05), "timed out"),
    "dripped": (forever(HEAD % b"200 OK", b"X-A: b\r\n", 0.05), "timed out"),
    "silent": (silent, "timed out"),
    "large": (HEAD % b"200 OK" + b"Content-Length: 99999999999\r\n\r\nx", "Maximum file size exceeded"),
    # headers
    "headers": (HEAD % b"200 OK" + b"X-Filler: aaaaaaaaaaaaaaaaaaaa\r\n" * 200000 + b"\r\n", "more headers than allowed"),
    "longheader": (HEAD % b"200 OK" + b"X: " + b"a" * (4 * MIB) + b"\r\n\r\n", "larger header than allowed"),
    "continue": (forever(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), "more headers than allowed"),
    "nul": (HEAD % b"200 OK" + b"X: a\0b\r\n\r\n", "Nul byte"),
    # lengths
    "short": (HEAD % b"200 OK" + b"Content-Length: 100000\r\n\r\n<rss>", "bytes remaining"),
    "negative": (HEAD % b"200 OK" + b"Content-Length: -5\r\n\r\nhello", "Invalid Content-Length"),
    "badchunk": (CHUNKED + b"ZZ\r\nhello", "chunked"),
    "cutchunk": (CHUNKED + b"5\r\n<rss>\r\n", "outstanding"),
    "nothing": (b"", "Empty reply"),
    "reset": (reset, "bytes remaining"),
    "ssh": (b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n" * 100, "HTTP/0.9"),
    # redirects
    "loop": (to(lambda port: b"/loop"), "redirects followed"),
    "longer": (None, "redirects followed"),
    "metadata": (to(lambda port: b"http://169.254.169.254/latest/meta-data/"), "169.254.169.254 is not allowed"),
    "file": (to(lambda port: b"file:///etc/passwd"), "is not a web address"),
    # XML
    "billion": (body(BILLION), "declares an entity"),
    "quadratic": (body(QUADRATIC), None),
    "xxe": (body(XXE), None),
    "attributes": (body(ATTRIBUTES), "256 attributes"),
    "xmlns": (body(XMLNS), "256 attributes"),
    "deep": (body(DEEP), "nests too many"),
    "page": (body(PAGE).replace(b"text/xml", b"text/html"), "a web page, not a feed"),
    "gone": (body(b"", b"410 Gone"), "answered 410"),
}
if BROTLI:
    KINDS["brotli"] = (coded(BROTLI, b"br"), "more bytes than allowed")


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        s, ask = self.request, b""
        s.settimeout(60)
        try:
            while b"\r\n\r\n" not in ask:
                more = s.recv(65536)
                if not more:
                    return
                ask += more
            self.answer(s, ask.split(b" ")[1].decode().strip("/"))
        except OSError:
            pass

    def answer(self, s, path):
        self.server.asked.append((time.monotonic(), path))
        if path == "robots.txt":
            what = self.server.robots
        elif path.startswith("good"):
            what = body(GOOD % (path.encode(), path.encode()))
        elif path.startswith("longer"):
            what = to(lambda port: b"/%s/longer" % path.encode())
        else:
            what = KINDS.get(path, (body(b"", b"404 Not Found"),))[0]
        if callable(what):
            what(s, self.server.server_address[1])
        else:
            s.sendall(what)


class Site(socketserver.ThreadingTCPServer):
    """One on an address of its own (127.0.0.x): each is another host with another queue."""
    request_queue_size, daemon_threads, allow_reuse_address = 128, True, True

    def __init__(self, address="127.0.0.1", robots=None):
        super().__init__((address, 0), Handler)
        self.asked, self.robots = [], robots or body(b"", b"404 Not Found")
        self.at = "%s:%d" % self.server_address
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def source(self, name, path, interval="1h"):
        return '  %s: { url: "http://%s/%s", allow_private: ["%s"], interval: %s }\n' % (name, self.at, path, self.at, interval)
