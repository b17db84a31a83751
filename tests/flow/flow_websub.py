#!/usr/bin/env python3
# flow: beside
# A hub and a publisher on loopback: subscribe, verify, deliver, forge, renew, deny, leave; kill -9 between any two.
import hashlib, hmac, http.client, unicodedata, urllib.parse
from harness import *

CONF = """
site: { name: websub, data: "%(dir)s/data", allow_root: on }
http: { listen: "127.0.0.1:%(api)d" }
websub: { public_url: "http://127.0.0.1:%(api)d/", poll: 1h, lease: 90s, allow_private: ["127.0.0.1:%(hub)d"] }
fetch: { interval: 5m, delay: 0 }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
%(sources)s
"""
SOURCE = '  %s: { url: "http://127.0.0.1:%d/%s", allow_private: ["127.0.0.1:%d"] }\n'


class Hub:
    """The publisher's feeds (GET /NAME) and the hub (POST /hub). Verifies as asked, in a thread of its own."""

    def __init__(self):
        hub = self
        self.items = {}      # feed -> ids it shows
        self.polls = {}      # feed -> requests
        self.asked = []      # (mode, topic, callback, secret, lease)
        self.verified = []   # (mode, topic, status, body, type)
        self.lease, self.verify, self.status, self.wait_s = "3600", True, 202, 0

        class Handler(Asked):
            def do_GET(self):
                name = self.path.strip("/")
                hub.polls[name] = hub.polls.get(name, 0) + 1
                body = hub.feed(name, hub.items.get(name, []), links=True)
                self.say(200, body, "application/rss+xml")

            def do_POST(self):
                q = urllib.parse.parse_qs(self.body().decode())
                said = {k: v[0] for k, v in q.items()}
                hub.asked.append(said)
                if hub.status < 300 and hub.verify:
                    threading.Thread(target=hub.ask_back, args=(said,), daemon=True).start()
                self.say(hub.status)

        self.server = serve(Handler)
        self.port = self.server.server_port

    def url(self, name):
        return "http://127.0.0.1:%d/%s" % (self.port, name)

    def feed(self, name, ids, links=False):
        head = '<atom:link rel="hub" href="%s"/><atom:link rel="self" href="%s"/>' % (self.url("hub"), self.url(name)) if links else ""
        return ('<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>t</title>%s%s</channel></rss>'
                % (head, "".join('<item><guid isPermaLink="false">%s</guid><title>title %s</title><description>words of %s</description></item>'
                                 % (i, i, i) for i in ids))).encode()

    def ask_back(self, said, **change):
        time.sleep(self.wait_s)
        q = {"hub.mode": said["hub.mode"], "hub.topic": said["hub.topic"], "hub.challenge": "ch-%d" % len(self.verified)}
        if said["hub.mode"] == "subscribe":
            q["hub.lease_seconds"] = self.lease
        q.update(change)
        got = call("GET", said["hub.callback"] + "?" + urllib.parse.urlencode(q))
        self.verified.append((q["hub.mode"], q["hub.topic"]) + got)
        return got

    def last(self, topic, mode="subscribe"):
        return next((a for a in reversed(self.asked) if a["hub.topic"] == self.url(topic) and a["hub.mode"] == mode), None)

    def deliver(self, said, body, digest="sha256", secret=None, signature=None):
        key = (said["hub.secret"] if secret is None else secret).encode()
        sig = signature if signature is not None else "%s=%s" % (digest, hmac.new(key, body, digest).hexdigest())
        head = {"Content-Type": "application/rss+xml"}
        if sig:
            head["X-Hub-Signature"] = sig
        return call("POST", said["hub.callback"], body, head)


def call(method, url, body=None, head={}):
    """Status, body, type; (0, "", "") when nobody answers."""
    u = urllib.parse.urlsplit(url)
    c = http.client.HTTPConnection(u.hostname, u.port, timeout=20 * SLOW)
    try:
        c.request(method, u.path + ("?" + u.query if u.query else ""), body, head)
        r = c.getresponse()
        return r.status, r.read().decode(errors="replace"), r.getheader("Content-Type") or ""
    except OSError:
        return 0, "", ""
    finally:
        c.close()


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    hub, api = Hub(), free_port()
    conf, spool = TMP / "langyan.yaml", TMP / "data/crawl/spool.db"

    def write(*names):
        conf.write_text(CONF % {"dir": TMP, "api": api, "hub": hub.port, "top": TOP,
                                "sources": "".join(SOURCE % (n, hub.port, n, hub.port) for n in names) or "  none: { kind: push }"})

    def start():
        p = Proc(["run", "-c", conf], TMP / "run.log")
        if not p.ready():
            raise SystemExit("not ready: " + p.tail())
        return p

    def sub(source):
        r = rows(spool, "SELECT state, expires_at, delivered, pings, refused, failures FROM websub WHERE source = ?", source)
        return r[-1] if r else None

    def documents():  # but the crawler's own word of each minute
        return rows(spool, "SELECT count(*) FROM document WHERE NOT instr(body, CAST('pulse:' AS BLOB))")[0][0]

    hub.items = {"one": ["a1", "a2"]}
    write("one")
    p = start()
    live = until(20, lambda: sub("one") and sub("one")[0] == 2)
    said = hub.last("one")
    check("a feed that names a hub is subscribed to", live and said, "%s %s" % (sub("one"), hub.asked))
    if not said:
        finish()
    check("with a callback nobody can guess and a secret of its own", re.fullmatch(r"http://127\.0\.0\.1:%d/websub/[0-9a-f]{64}" % api, said["hub.callback"]) and
          re.fullmatch(r"[0-9a-f]{64}", said["hub.secret"]) and said["hub.lease_seconds"] == "90", str(said))
    verified = until(10, lambda: hub.verified)  # the hub reads its answer after the crawler has gone on
    check("the challenge is echoed as plain text", verified and verified[0][2:] == (200, "ch-0", "text/plain; charset=utf-8"), str(hub.verified))
    check("the lease is the hub's", 3500 < sub("one")[1] - time.time() <= 3600, str(sub("one")))
    until(10, lambda: documents() == 2 and hub.polls["one"] >= 2)  # a second poll closes the gap
    time_left = hub.polls["one"]

    # ---- deliveries
    n = 2
    for digest in ("sha1", "sha256", "sha384", "sha512"):
        got = hub.deliver(said, hub.feed("one", ["d-" + digest]), digest)
        n += 1
        check("%s is taken in, answered after the commit" % digest, got[0] == 202 and documents() == n, "%s, %d of %d" % (got, documents(), n))
    got = hub.deliver(said, hub.feed("one", ["d-sha1", "a1"]))
    check("what came before is seen", got[0] == 202 and documents() == n, "%s %d" % (got, documents()))
    body = hub.feed("one", ["forged"])
    right = hmac.new(said["hub.secret"].encode(), body, "sha256").hexdigest()
    forged = [hub.deliver(said, body, **k)[0] for k in (
        {"secret": "x"}, {"signature": ""}, {"signature": "sha256="}, {"signature": "md5=" + right}, {"signature": right},
        {"signature": "sha256=" + right[:-1]}, {"signature": "sha512=" + right}, {"signature": "sha256=" + right + "00"})]
    forged.append(hub.deliver(said, body + b" ", signature="sha256=" + right)[0])
    check("a wrong signature is answered and ignored", forged == [202] * 9 and documents() == n and sub("one")[4] == 9,
          "%s %d %s" % (forged, documents(), sub("one")))
    hub.items["one"].append("p1")
    hub.deliver(said, b"")
    check("a ping without a body makes a poll, not oftener than once a minute", until(3, lambda: hub.polls["one"] > time_left) or
          rows(spool, "SELECT next_at FROM source WHERE name='one'")[0][0] and sub("one")[3] == 1, "%s %s" % (hub.polls, sub("one")))

    # ---- what people are told
    wide = lambda s: sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in s)
    table = langyan("source", "list", "-c", conf).stdout.decode()
    check("source list fits 100 columns", "one" in table and all(wide(l) <= 100 for l in table.splitlines()), table)
    told = json.loads(langyan("source", "list", "--json", "-c", conf).stdout)[0]
    check("and tells of the hub", told["websub"]["state"] == "live" and told["websub"]["refused"] == 9 and told["state"] == "ok", str(told))
    check("without a secret", said["hub.secret"] not in json.dumps(told) and said["hub.callback"].rsplit("/", 1)[1] not in json.dumps(told), "")
    cover = langyan("source", "list", "--coverage", "-c", conf).stdout.decode()
    check("a feed with a live hub is covered live", "实时" in cover, cover)
    figures = call("GET", "http://127.0.0.1:%d/metrics" % api)[1]
    check("/metrics has the sources", 'langyan_sources{state="ok"} 1\n' in figures and 'langyan_source_lag_seconds{source="one"}' in figures, figures[-400:])

    # ---- what may not
    bad = [call("GET", said["hub.callback"] + "?" + urllib.parse.urlencode(q))[:2] for q in (
        {"hub.mode": "subscribe", "hub.topic": "http://other.example/", "hub.challenge": "EVIL"},
        {"hub.mode": "unsubscribe", "hub.topic": hub.url("one"), "hub.challenge": "EVIL"},
        {"hub.mode": "publish", "hub.topic": hub.url("one"), "hub.challenge": "EVIL"},
        {"hub.mode": "subscribe", "hub.topic": hub.url("one"), "hub.challenge": "EVIL\r\nSet-Cookie: a=b"},
        {"hub.mode": "subscribe", "hub.topic": hub.url("one"), "hub.challenge": "E" * 3000},
        {"hub.mode": "subscribe", "hub.topic": hub.url("one")}, {})]
    nobody = said["hub.callback"][:-1] + ("0" if said["hub.callback"][-1] != "0" else "1")
    bad.append(call("GET", nobody + "?" + urllib.parse.urlencode({"hub.mode": "subscribe", "hub.topic": hub.url("one"), "hub.challenge": "EVIL"}))[:2])
    check("what was not asked for is not echoed", all(s == 404 and "E" not in b for s, b in bad) and sub("one")[0] == 2, str(bad))
    check("nobody listens at another address", call("POST", nobody, b"x")[0] == 410 and call("PUT", said["hub.callback"], b"x")[0] == 405, "")
    check("a body over the ceiling is refused", call("POST", said["hub.callback"], b"x" * (9 << 20))[0] in (413, 0), "")

    # ---- kill -9 after the answer: what was answered is there, the subscription, too
    got = hub.deliver(said, hub.feed("one", ["k1"]))
    p.kill()
    n += 1
    check("what was answered is kept over kill -9", got[0] == 202 and documents() in (n, n + 1), "%s %d" % (got, documents()))
    p = start()
    got = hub.deliver(said, hub.feed("one", ["k1", "k2"]))
    ids = lambda: documents()
    until(5, lambda: ids() >= n + 2)  # k2, and p1 by the poll after the restart
    check("and the hub finds us again, nothing twice", got[0] == 202 and ids() == n + 2, "%s %d of %d" % (got, ids(), n + 2))

    # ---- kill -9 between the request and its verification
    hub.verify = False
    hub.items["two"] = ["b1"]
    p.stop()
    write("one", "two")
    p = start()
    asked = until(20, lambda: hub.last("two"))
    p.kill()
    p = start()
    got = hub.ask_back(asked) if asked else None
    check("an intent asked before kill -9 is verified after it", got and got[0] == 200 and sub("two")[0] == 2, "%s %s" % (got, sub("two")))

    # ---- renewal: the hub gives ten seconds
    hub.verify, hub.lease, before = True, "10", len(hub.asked)
    hub.ask_back(asked)
    first = sub("two")[1]
    renewed = until(20, lambda: sub("two")[1] > first + 3)
    check("a lease is renewed before it ends", renewed and len(hub.asked) > before and hub.asked[-1]["hub.callback"] == asked["hub.callback"],
          "%s %s" % (sub("two"), hub.asked[before:]))
    hub.status = 500
    over = until(25, lambda: sub("two")[0] == 0 and sub("two")[5] > 0)  # a new beginning has no failures yet
    tries = sum(a["hub.topic"] == hub.url("two") for a in hub.asked[before:])
    check("a hub that fails is tried again until the lease ends, then polls go on", over and tries >= 3,
          "%s %d" % (sub("two"), tries))
    hub.status = 202

    # ---- denied, and left
    hub.lease = "3600"
    got = hub.ask_back(asked, **{"hub.mode": "denied"})
    check("a denial is taken, with nothing echoed", got[:2] == (200, "") and sub("two")[0] == 3, "%s %s" % (got, sub("two")))
    p.stop()
    write("two")
    p = start()
    gone = until(20, lambda: hub.last("one", "unsubscribe") and not sub("one") and hub.verified[-1][0] == "unsubscribe")
    check("a source that is removed is unsubscribed from, verified", gone and hub.verified[-1][2] == 200,
          "%s %s" % (sub("one"), hub.verified[-2:]))
    check("and its callback is dead", hub.deliver(said, hub.feed("one", ["z"]))[0] == 410, "")
    log = (TMP / "run.log").read_text()
    check("no secret and no callback in the log", not any(a["hub.secret"] in log or a["hub.callback"].rsplit("/", 1)[1] in log
                                                          for a in hub.asked if "hub.secret" in a), "")
    check("it stops in order", p.stop() == 0, p.tail())
    finish()


main()
