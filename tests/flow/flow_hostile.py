#!/usr/bin/env python3
# flow: beside
# Hostile sources among good ones: refused within their ceilings, counted on their own source, the
# others undisturbed. A redirect to a private address reaches nobody.
import socketserver
from harness import *
from hostile import *

CONF = """
site: { name: hostile, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T08:00:00+08:00, scale: 0, step: 10s, length: 60s }
http: { listen: "" }
fetch: { timeout: 3s, max_bytes: 8M, max_redirects: 3 }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
"""
# A robots.txt that cannot be had closes its host, with the reason.
ROBOTS = {"endless-robots": (KINDS["endless"][0], "robots.txt: more bytes than allowed"),
          "bomb-robots": (coded(zeros(31, 256), b"gzip"), "robots.txt: more bytes than allowed"),
          "slow-robots": (KINDS["drip"][0], "robots.txt: "),
          "broken-robots": (body(b"", b"500 no"), "robots.txt answered 500"),
          "closed-robots": (body(b"user-agent: *\ndisallow: /\n"), "robots.txt disallows it (line 2")}


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    touched = []

    class Honey(socketserver.BaseRequestHandler):
        def handle(self):
            touched.append(self.client_address)

    honey = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Honey)
    threading.Thread(target=honey.serve_forever, daemon=True).start()
    KINDS["inside"] = (to(lambda port: b"http://127.0.0.1:%d/secret" % honey.server_address[1]), "127.0.0.1 is not allowed")
    bad, fine = Site("127.0.0.1"), Site("127.0.0.2")
    refused = {k: v[1] for k, v in KINDS.items() if v[1] is not None}
    refused.update((k, v[1]) for k, v in ROBOTS.items())
    # In a slow build the limits of time may come before the ceiling.
    told = lambda n, why: refused[n] in why or (SANITIZED and refused[n].endswith("more bytes than allowed") and ("timed out" in why or "slow" in why))
    conf = TMP / "langyan.yaml"
    conf.write_text(CONF % {"dir": TMP, "top": TOP} + "".join(bad.source(k, k) for k in sorted(KINDS)) +
                    "".join(Site("127.0.1.%d" % (i + 1), ROBOTS[k][0]).source(k, "good-robots") for i, k in enumerate(sorted(ROBOTS))) +
                    "".join(fine.source("good-%d" % i, "good-%d" % i) for i in range(8)))
    began = time.monotonic()
    p = Proc(["run", "-c", conf, "--once"], TMP / "run.log")
    peak = 0
    while p.p.poll() is None and time.monotonic() < began + 120 * SLOW:
        try:
            peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % p.p.pid).read()).group(1)))
        except (OSError, AttributeError):
            pass
        time.sleep(0.05)
    check("it ends", p.p.poll() is not None, "still running: %s" % p.tail(), "%.1f s" % (time.monotonic() - began))
    states = {s["name"]: s for s in json.loads(langyan("source", "list", "--json", "-c", conf).stdout or b"[]")}
    for n in sorted(refused):
        s = states.get(n, {})
        check("%s is refused with its reason" % n, s.get("failures", 0) >= 1 and s.get("why") and told(n, s["why"]) and not s.get("documents"),
              "%s" % s, s.get("why"))
    for n in sorted(k for k, v in KINDS.items() if v[1] is None):
        s = states.get(n, {})
        check("%s does no harm" % n, s.get("polls", 1) and b"root:" not in (TMP / "data/crawl/spool.db").read_bytes(), "%s" % s, s.get("why"))
    good = [states.get("good-%d" % i, {}) for i in range(8)]
    check("the others are undisturbed", all(g.get("documents") == 1 and not g.get("failures") for g in good), "%s" % good[:2])
    check("nobody inside was reached", not touched, "%s" % touched)
    check("memory stays under 400 MB with all of them at once", SANITIZED or peak < 400 * 1024, "%d KiB" % peak, "%d MiB" % (peak // 1024))
    # The honeypot can be reached: a source that may use it does.
    conf.write_text(conf.read_text().replace("length: 60s", "length: 90s") +
                    '  allowed: { url: "http://127.0.0.1:%d/x", allow_private: ["127.0.0.1:%d"] }\n' % (honey.server_address[1], honey.server_address[1]))
    Proc(["run", "-c", conf, "--once"], TMP / "run2.log").wait(60)
    check("the guard is not deaf: an allowed address is reached", touched, "nobody came")
    finish()


main()
