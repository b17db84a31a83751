#!/usr/bin/env python3
# flow: beside
# Two and a quarter simulated days (the clock is stepped) against sites that do what sites do: 301, 302, 304 by either
# validator, none at all, 410, 404, 429 and 503 with Retry-After in both forms, a slow drip, wrong lengths, TLS that cannot
# be trusted, changing guids, a day of 500s, wishes (ttl, skipHours). 0 items lost, 0 repeated, and each host is asked as
# often as the rules say: a model of them in a few lines of Python stands beside what the sites counted.
import email.utils, math, socketserver, ssl, sys
from harness import *

T0 = 1773100800  # 2026-03-10T00:00:00Z
HOUR, STEP = 3600, 300
END = 54 * HOUR
CONF = """
site: { name: twodays, zone: UTC, lang: en, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T00:00:00Z, scale: 0, step: 5m, length: %(length)ds }
http: { listen: "" }
fetch: { timeout: %(timeout)ds, max_age: 30d, blind_after: 6h }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { none: { query: 'nothing-of-this-name', size: small } }
people: { olga: { name: Olga, zone: UTC, lang: en, contacts: [ { channel: desk, address: olga } ] } }
schedules: { duty: { zone: UTC, shifts: [ { who: [olga], from: 00:00, to: 00:00 } ] } }
policies: { default: { steps: [ { to: ["schedule:duty"], after: 0s } ] } }
routes: [ { policy: default, owner: olga } ]
channels: { desk: { kind: file, path: "%(dir)s/desk" } }
sources:
"""


def http_date(t):
    return email.utils.formatdate(T0 + t, usegmt=True)


# ---- sites ---------------------------------------------------------------------------------------

class Site:
    """One host: 127.0.0.N. Times are seconds since T0. gap: between items; act(t, hit): what it does beside 200."""
    port = 0

    def __init__(self, name, gap=40 * 60, backlog=14, sources=("",), interval="15m", act=None, validators="etag", channel="",
                 dates=True, guid=None, tls=False, target=None, hides=(), doubles=()):
        self.__dict__.update(locals())
        self.lock = threading.Lock()
        self.hits, self.wrong, self.oks = [], [], {}

    def shown(self, t):
        """How many items it has published by then."""
        return self.backlog + int(t // self.gap)

    def item(self, k, t, hit, again=""):
        at = T0 + (k - self.backlog + 1) * self.gap
        guid = self.guid(k, hit) if self.guid else "%s-%d" % (self.name, k) + again
        link = "http://%s/item/%d%s" % (self.host, k, again or ("?utm_source=x%d" % hit if self.guid else ""))
        date = "<pubDate>%s</pubDate>" % email.utils.formatdate(at, usegmt=True) if self.dates else ""
        return "<item><guid isPermaLink='false'>%s</guid><title>%s %d%s</title><link>%s</link>%s<description>words of %s %d%s</description></item>" % (
            guid, self.name, k, again, link, date, self.name, k, again)

    def body(self, t, hit):
        n = self.shown(t)
        items = [self.item(k, t, hit) for k in range(n) if k not in self.hides]
        items += [self.item(k, t, hit, "?again") for k in self.doubles if k < n]
        return ("<rss version='2.0'><channel><title>%s</title>%s%s</channel></rss>" % (self.name, self.channel, "".join(reversed(items)))).encode()

    def answer(self, path, t, headers):
        """(status, headers, body, how)"""
        with self.lock:
            hit = len(self.hits)
            self.hits.append((t, path))
        does = self.act(t, path) if self.act else None
        if does and does[0] != "ok":
            return does
        n = self.shown(t)
        with self.lock:
            self.oks[path] = max(self.oks.get(path, 0), n)
        etag, modified = '"%s:%d-W/x"' % (self.name, n), http_date((n - self.backlog) * self.gap)
        if self.validators == "etag":
            if headers.get("If-None-Match") == etag:
                return 304, {"ETag": etag}, b"", ""
            return 200, {"ETag": etag}, self.body(t, hit), ""
        if self.validators == "modified":
            asked = headers.get("If-Modified-Since")
            if asked is not None and email.utils.parsedate_to_datetime(asked).timestamp() > T0 + t:
                self.wrong.append("asked with %s at %d" % (asked, t))
            return (304, {}, b"", "") if asked == modified else (200, {"Last-Modified": modified}, self.body(t, hit), "")
        return 200, {}, self.body(t, hit), ""


class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        data = b""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while True:
            while b"\r\n\r\n" not in data:
                more = self.request.recv(65536)
                if not more:
                    return
                data += more
            head, data = data.split(b"\r\n\r\n", 1)
            lines = head.decode("latin-1").split("\r\n")
            path = lines[0].split(" ")[1]
            headers = dict(l.split(": ", 1) for l in lines[1:] if ": " in l)
            if path == "/robots.txt":
                self.request.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            status, extra, body, how = self.server.site.answer(path, int(headers.get("Langyan-Clock", T0)) - T0, headers)
            length = len(body) + (1000 if how == "cut" else 0)
            out = "HTTP/1.1 %d X\r\nContent-Type: application/rss+xml\r\n" % status
            out += "".join("%s: %s\r\n" % h for h in extra.items()) + ("" if status == 304 else "Content-Length: %d\r\n" % length) + "\r\n"
            if how == "drip":
                self.request.sendall(out.encode())
                for i in range(len(body)):
                    time.sleep(0.5)
                    self.request.sendall(body[i:i + 1])
            self.request.sendall(out.encode() + body)
            if how == "cut":
                return


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address, daemon_threads, request_queue_size = True, True, 128

    def handle_error(self, request, client_address):
        pass  # the far end gave up: that is what it is here for

    def get_request(self):
        s, a = super().get_request()
        if self.site.tls:
            self.site.hits.append((None, "handshake"))
            s.settimeout(5)
            s = self.tls.wrap_socket(s, server_side=True)
        return s, a


def certificate(folder):
    """One that nobody has signed."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", cert, "-days", "9", "-subj", "/CN=x"],
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return context


def serve_sites(sites, folder):
    port, tls = free_port(), certificate(folder)
    for i, s in enumerate(sites):
        s.host = "127.0.0.%d" % (i + 2)
        s.server = Server((s.host, port), Handler)
        s.server.site, s.server.tls = s, tls
        s.authority = "%s:%d" % (s.host, port)
        threading.Thread(target=s.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return port


# ---- the rules, once more --------------------------------------------------------------------------

def grid(t):
    return math.ceil(t / STEP) * STEP


def mix(a, b):
    return (a * b ^ a * b >> 64) & (1 << 64) - 1


def hash_fast(s, seed):
    """core/hash.c's, for texts under 16 bytes: what the back-off's jitter is drawn from."""
    k0, k1, k2 = 0x9e3779b97f4a7c15, 0x243f6a8885a308d3, 0xb7e151628aed2a6b
    h, tail = mix(seed ^ k0, len(s) ^ k1), s.encode().ljust(16, b"\0")
    h = mix(int.from_bytes(tail[:8], "little") ^ h ^ k1, int.from_bytes(tail[8:], "little") ^ k2)
    return mix(h ^ k2, k0)


def polls(name, does, wait):
    """Times at which one source is asked. does(t): True, False, or the time until which its host is closed."""
    t, failures, times = 0, 0, []
    while t <= END:
        times.append(t)
        got = does(t)
        failures = 0 if got is True else failures + 1
        w = wait(t, len(times))
        if failures:  # doubles to a day, +-10 %
            w = min(w * 2 ** failures, 24 * HOUR)
            w += int(w * (hash_fast(name, failures) % 201 - 100) / 1000)
        t = grid(max(t + w, got if got is not True else 0))
    return times


def every(s):
    return lambda t, n: s


def learned(t, n):
    """No dates, nothing new: 15 minutes, half as long again each time, at most 2 hours."""
    w = 900
    for _ in range(n - 1):
        w = min(w + w // 2, 7200)
    return w


def waking(t, n):
    """ttl 60, and not from 00:00 to 05:59 UTC."""
    t += HOUR
    return (t if t // HOUR % 24 >= 6 else t // (24 * HOUR) * 24 * HOUR + 6 * HOUR) - (t - HOUR)


def world():
    """The sites, and for each how often it should be asked."""
    fail500 = lambda t, p: (500, {}, b"oops", "") if 6 * HOUR <= t < 30 * HOUR else ("ok",)
    busy = lambda t, p: (429, {"Retry-After": "7200"}, b"", "") if p == "/a" and t == 3 * HOUR else ("ok",)
    shut = lambda t, p: (503, {"Retry-After": http_date(t + 90 * 60)}, b"", "") if t == 10 * HOUR else ("ok",)
    drip = lambda t, p: (200, {}, b"<rss>" * 100, "drip") if t < 4 * HOUR else ("ok",)
    cut = lambda t, p: (200, {"ETag": '"half"'}, b"<rss version='2.0'><channel><item><title>half</title>", "cut") if 20 * HOUR <= t < 26 * HOUR else ("ok",)
    always = lambda status: lambda t, p: (status, {}, b"", "")
    good, n = (lambda t: True), END // 900 + 1
    w = {}

    def add(want, name, **how):
        w[name] = Site(name, **how)
        w[name].want = want

    add(n, "etag")
    add(n, "modified", validators="modified")
    add(n, "neither", validators="none")
    add(n, "guids", validators="none", guid=lambda k, hit: "changing-%d-%d" % (k, hit))
    add(n, "new")
    add(48 * 4 + 1, "moved", target="new", act=lambda t, p: (301, {"Location": "http://%s/" % w["new"].authority}, b"", ""))
    add(n, "elsewhere")
    add(n, "for-now", target="elsewhere", act=lambda t, p: (302, {"Location": "http://%s/" % w["elsewhere"].authority}, b"", ""))
    add(2, "gone", act=always(410))
    add(len(polls("missing", lambda t: False, every(900))), "missing", act=always(404))
    add(len(polls("dead", lambda t: not 6 * HOUR <= t < 30 * HOUR, every(900))), "dead", act=fail500)
    # One of two sources of a host is told to wait: both do.
    a = polls("busya", lambda t: 5 * HOUR if t == 3 * HOUR else True, every(900))
    b = [t for t in polls("busyb", good, every(900)) if not 3 * HOUR < t < 5 * HOUR]
    add(len(a) + len(b), "busy", act=busy, sources=("a", "b"))
    add(len(polls("shut", lambda t: 10 * HOUR + 90 * 60 if t == 10 * HOUR else True, every(900))), "shut", act=shut)
    add(len(polls("drip", lambda t: t >= 4 * HOUR, every(900))), "drip", act=drip)
    add(len(polls("cut", lambda t: not 20 * HOUR <= t < 26 * HOUR, every(900))), "cut", act=cut)
    add(len(polls("tls", lambda t: False, every(900))), "tls", tls=True)
    # Without an interval: each at its own pace.
    add(len(polls("lively", good, every(20 * 60))), "lively", gap=HOUR, interval="0")
    add(len(polls("quiet", good, learned)), "quiet", gap=1000 * HOUR, dates=False, interval="0")
    add(len(polls("ttl", good, every(2 * HOUR))), "ttl", gap=HOUR, interval="0", channel="<ttl>120</ttl>")
    add(len(polls("sleeper", good, waking)), "sleeper", gap=HOUR, interval="0",
        channel="<ttl>60</ttl><skipHours>%s</skipHours>" % "".join("<hour>%d</hour>" % h for h in range(6)))
    return w


# ---- a run and what is said of it ------------------------------------------------------------------

def crawl(name, sites, length):
    folder = TMP / name
    folder.mkdir(parents=True)
    serve_sites(list(sites.values()), folder)
    text = CONF % {"dir": folder, "top": TOP, "length": length, "timeout": min(3 * SLOW, 60)}
    for s in sites.values():
        if any(o.target == s.name for o in sites.values()):
            continue  # reached through the other
        allow = ", ".join('"%s"' % x.authority for x in [s] + ([sites[s.target]] if s.target else []))
        for p in s.sources:
            text += '  %s%s: { url: "%s://%s/%s", interval: %s, allow_private: [%s] }\n' % (
                s.name, p, "https" if s.tls else "http", s.authority, p, s.interval, allow)
    conf = folder / "langyan.yaml"
    conf.write_text(text)
    began = time.monotonic()
    p = Proc(["run", "--once", "-c", conf], TMP / (name + ".log"))
    p.wait(300)  # its exit code says whether something was raised
    for s in sites.values():
        s.server.shutdown()
        s.server.server_close()
    check("%s: the run ends by itself" % name, p.said("stage=respond unreceipted=0") and p.p.returncode in (0, 1), p.tail(), "%.1f s" % (time.monotonic() - began))
    return folder


def judge(sites, db):
    """(lost, repeated): what a site said in an answer that came through, against the record."""
    got, lost, repeated = {}, [], []
    for source, url in rows(db, "SELECT source, url FROM document WHERE flags & 192 = 0"):
        m = re.search(r"//([\d.]+)/item/(\d+)", url)
        got.setdefault((source, m.group(1), int(m.group(2))), []).append(url)
    want = {(s.name + p.strip("/"), s.host, k) for s in sites.values() for p, n in s.oks.items() for k in range(n)}
    want = {(next((o.name for o in sites.values() if o.target == source), source), host, k) for source, host, k in want}
    lost = sorted(want - set(got))
    repeated = sorted(k for k, v in got.items() if len(v) > 1) + sorted(set(got) - want)
    return lost, repeated


def counts(sites):
    """Hosts that were not asked as often as the rules say."""
    return ["%s %d, not %d" % (s.name, len(s.hits), s.want) for s in sites.values() if len(s.hits) != s.want]


def main():
    sites = world()
    folder = crawl("twodays", sites, END)
    db = folder / "data/respond/langyan.db"
    lost, repeated = judge(sites, db)
    total = rows(db, "SELECT count(*) FROM document WHERE flags & 192 = 0")[0][0]
    check("0 items lost", not lost and total > 1000, "%d: %s" % (len(lost), lost[:5]), "%d documents of %d hosts" % (total, len(sites)))
    check("0 items repeated", not repeated, "%d: %s" % (len(repeated), repeated[:5]))
    for s in sites.values():
        print("# %-10s asked %4d times, the rules say %4d" % (s.name, len(s.hits), s.want))
    check("each host is asked as often as the rules say", not counts(sites), "; ".join(counts(sites)),
          "%d requests" % sum(len(s.hits) for s in sites.values()))
    check("validators go back to the letter", not sites["modified"].wrong and rows(folder / "data/crawl/spool.db",
          "SELECT count(*) FROM source WHERE unchanged > 100")[0][0] >= 4, "%s" % sites["modified"].wrong)
    inside = [t for t, _ in sites["busy"].hits if 3 * HOUR < t < 5 * HOUR] + [t for t, _ in sites["shut"].hits if 10 * HOUR < t < 11.5 * HOUR]
    check("a host that asks for time has it", not inside, "%s" % inside)
    told = rows(db, "SELECT subject, count(*) FROM notice WHERE kind = 'operator' GROUP BY subject ORDER BY subject")
    want = [("[Langyan] blind spot: %s gives nothing" % n, 1) for n in ("dead", "gone", "missing", "tls")] + [("[Langyan] dead is read again", 1)]
    check("a dead source is told once, and once that it is back", told == want, "%s" % told)
    state = dict(rows(folder / "data/crawl/spool.db", "SELECT name, adopted FROM source"))
    check("a 301 that lasts is adopted, a 302 never", state["moved"].endswith(sites["new"].authority + "/") and not state["for-now"],
          "%s" % {n: a for n, a in state.items() if a})
    # The same judges over sites that lie: one hides an item, one tells one twice, one counts a request too many.
    lies = {"hides": Site("hides", hides=(9,)), "twice": Site("twice", doubles=(9,)), "more": Site("more")}
    for n, s in lies.items():
        s.want = 13 if n != "more" else 14
    lost, repeated = judge(lies, crawl("lies", lies, 3 * HOUR) / "data/respond/langyan.db")
    check("a loss, a repetition and a wrong count are seen", [x[0] for x in lost] == ["hides"] and [x[0] for x in repeated] == ["twice"] and
          len(counts(lies)) == 1, "%s %s %s" % (lost, repeated, counts(lies)))
    finish()


main()
