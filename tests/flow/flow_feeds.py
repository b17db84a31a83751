#!/usr/bin/env python3
# flow: beside
# Real feeds of ../shared served by a real nginx: the crawler takes in what parse-feed reads.
import collections, concurrent.futures, shutil, sys
from harness import *

GROUPS = ("feed-rs", "miniflux", "newsboat", "rss-parser", "real-charset")
FEEDS = TOP.parent / "shared/data/feeds"
NGINX = """
worker_processes 1; daemon off; pid %(dir)s/nginx.pid; error_log %(dir)s/error.log;
events { worker_connections 512; }
http { access_log off; default_type application/octet-stream;
  types { text/xml xml rss atom rdf; text/html html; text/plain txt; application/json json; }
  client_body_temp_path %(dir)s/b; proxy_temp_path %(dir)s/p; fastcgi_temp_path %(dir)s/f; uwsgi_temp_path %(dir)s/u; scgi_temp_path %(dir)s/s;
  server { listen 127.0.0.1:%(port)d; root %(root)s; } }
"""
CONF = """
site: { name: feeds, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T08:00:00+08:00, scale: 0, step: 10s, length: 30s }
http: { listen: "" }
fetch: { max_age: 3650d, interval: 1d, timeout: 20s }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
"""


def parsed(path):
    p = langyan("parse-feed", path)
    if p.returncode:
        return None, p.stderr.decode(errors="replace").strip()
    return len(json.loads(p.stdout)["entries"]), ""


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    if not FEEDS.is_dir() or not shutil.which("nginx"):
        print("ok real feeds # SKIP needs ../shared/data/feeds and nginx")
        finish()
    cases = [json.loads(l) for l in open(FEEDS / "cases.jsonl", encoding="utf-8")]
    names = sorted({c["file"] for c in cases if c["group"].split("/")[0] in GROUPS})
    port = free_port()
    (TMP / "nginx.conf").write_text(NGINX % {"dir": TMP, "port": port, "root": FEEDS})
    web = subprocess.Popen(["nginx", "-p", str(TMP), "-c", str(TMP / "nginx.conf")], stderr=subprocess.DEVNULL)
    up = until(10, lambda: not socket.socket().connect_ex(("127.0.0.1", port)))
    check("nginx serves", up, "it does not")
    conf = TMP / "langyan.yaml"
    text = CONF % {"dir": TMP, "top": TOP}
    for i, n in enumerate(names):
        text += '  f%d: { url: "http://127.0.0.1:%d/%s", allow_private: ["127.0.0.1:%d"] }\n' % (i, port, n, port)
    conf.write_text(text)
    p = Proc(["run", "-c", conf, "--once"], TMP / "run.log")
    p.wait(200)
    said = langyan("source", "list", "--json", "-c", conf)
    states = {s["name"]: s for s in json.loads(said.stdout or b"[]")}
    web.terminate()
    web.wait()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        read = list(pool.map(lambda n: parsed(FEEDS / n), names))
    same, accepted, other, reasons = 0, 0, [], collections.Counter()
    for i, (n, (count, why)) in enumerate(zip(names, read)):
        s = states.get("f%d" % i, {})
        took = s.get("documents", 0) + s.get("old", 0)
        if count is None:
            reasons[s.get("why", "never polled") or "no reason"] += 1
            continue
        accepted += 1
        # A feed may hold the same text twice: the second is "seen", by rule.
        if took == count or took + s.get("seen", 0) == count:
            same += 1
        else:
            other.append((n, count, took, s.get("seen"), s.get("why")))
    check("every file was polled", len(states) == len(names) and all(s["polled_at"] for s in states.values()), "%d of %d" %
          (sum(bool(s["polled_at"]) for s in states.values()), len(names)))
    check("at least 98 % give as many documents as parse-feed reads", accepted and same >= 0.98 * accepted,
          "%d of %d: %s" % (same, accepted, other[:8]), "%d of %d accepted, %d files" % (same, accepted, len(names)))
    check("every reject has a reason", not reasons["no reason"] and not reasons["never polled"], "%s" % dict(reasons),
          "%s" % dict(reasons))
    finish()


main()
