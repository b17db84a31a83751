#!/usr/bin/env python3
# flow: beside
# Answering a notice as people do: a signed link through the real server.
import http.client, sys, urllib.parse
from harness import *
from flow_kill import TEXTS

CONF = """
site: { name: acks, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on, public_url: "http://watch.example.test:%(api)d/" }
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches: { brand: { title: 山脆, query: '山脆 OR Shancui', size: small } }
lexicons: { dir: "%(top)s/lexicons" }
people:
  anna: { name: 安娜, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: hook, address: anna } ] }
  bob: { name: Bob, zone: Asia/Shanghai, lang: en, contacts: [ { channel: hook, address: bob } ] }
policies: { default: { steps: [ { to: ["person:anna", "channel:group"] }, { to: ["person:bob"], after: 3h } ] } }
routes: [ { policy: default, owner: anna } ]
channels:
  hook: { kind: webhook, url: "http://127.0.0.1:%(hook)d/", wakes: on, rate: 6000, allow_private: ["127.0.0.1:%(hook)d"] }
  group: { kind: file, path: "%(dir)s/group" }
templates: { dir: "%(top)s/templates" }
"""


class House:
    def __init__(self, name, extra=""):
        self.dir = TMP / name
        self.dir.mkdir(parents=True)
        self.hook, self.api = Webhook(), free_port()
        self.conf = self.dir / "langyan.yaml"
        self.conf.write_text(CONF % {"dir": self.dir, "api": self.api, "token": secret(self.dir, "token", "t" * 40),
                                     "top": TOP, "hook": self.hook.port} + extra)
        self.record = self.dir / "data/respond/langyan.db"
        self.start()

    def start(self):
        self.p = Proc(["run", "-c", self.conf], self.dir / "log")
        if not self.p.ready():
            raise SystemExit("did not start: " + self.p.tail())

    def call(self, method, path, body=None, **headers):
        """Status, headers, body; as a proxy passes it on: with the public name."""
        c = http.client.HTTPConnection("127.0.0.1", self.api, timeout=10 * SLOW)
        c.request(method, path, body, dict({"Host": "watch.example.test:%d" % self.api}, **headers))
        r = c.getresponse()
        return r.status, {k.lower(): v for k, v in r.getheaders()}, r.read().decode()

    def push(self, n, text):
        doc = {"id": "d%d" % n, "source": ("hotline", "board", "wire")[n % 3], "author": "u%d" % n,
               "url": "http://s%d.example/p/%d" % (n % 5, n), "text": text % n}
        return self.call("POST", "/api/v1/documents", json.dumps(doc, ensure_ascii=False).encode(),
                         Authorization="Bearer " + "t" * 40, **{"Content-Type": "application/x-ndjson"})[0]

    def one(self, sql, *args):
        got = rows(self.record, sql, *args)
        return got[0][0] if got else None

    def link(self, recipient, verb):
        facts = json.loads(self.one("SELECT facts FROM notice WHERE recipient = ? AND kind = 'page' ORDER BY created_at DESC LIMIT 1", recipient))
        return {l["verb"]: l for l in facts["links"]}[verb]


def links(h):
    raised = until(20, lambda: [h.push(n, TEXTS[0]) for n in range(4)] and h.one("SELECT max(level) FROM incident") and h.hook.taken())
    check("somebody is told", raised, h.p.tail())
    notice = json.loads(h.hook.taken()[0]["body"])
    take, up = h.link("anna", "take"), h.link("anna", "escalate")
    check("the notice carries both links", take["url"] in notice["alerts"][0]["annotations"]["description"] and take["label"] == "我来处理"
          and take["url"].startswith("http://watch.example.test:%d/a/" % h.api), notice["alerts"][0]["annotations"]["description"][:500])
    path = urllib.parse.urlsplit(take["url"]).path
    moves = lambda: h.one("SELECT count(*) FROM move WHERE event IN ('ack', 'escalate')")
    status, head, page = h.call("GET", path)
    want = {"cache-control": "no-store", "x-frame-options": "DENY", "referrer-policy": "same-origin", "content-type": "text/html; charset=utf-8"}
    check("a GET shows a button", status == 200 and '<form method="post">' in page and "INC-" in page, "%d %s" % (status, page[:300]))
    check("with its headers", all(head.get(k) == v for k, v in want.items()) and "noindex" in head.get("x-robots-tag", "")
          and "default-src 'none'" in head.get("content-security-policy", "") and "frame-ancestors 'none'" in head["content-security-policy"], head)
    status, head, page = h.call("HEAD", path)
    check("HEAD and OPTIONS do nothing", (status, page) == (200, "") and h.call("OPTIONS", path)[0] == 405, "%d %r" % (status, page))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    check("another site's form is refused", h.call("POST", path, "", Origin="https://evil.example", **form)[0] == 403
          and h.call("POST", path, "", Origin="null", **form)[0] == 403, "")
    check("nothing of that acted", moves() == 0, moves())
    status, head, page = h.call("POST", path, "", Origin="http://watch.example.test:%d" % h.api, **{"Sec-Fetch-Site": "same-origin"}, **form)
    check("a POST acts", status == 200 and "安娜" in page and h.one("SELECT acked_by FROM incident") == "anna", "%d %s" % (status, page[-300:]))
    check("once", h.call("POST", path, "", **form)[0] == 410 and moves() == 1, moves())
    h.p.kill()
    h.start()
    check("also after a kill -9", h.call("POST", path, "", **form)[0] == 410 and moves() == 1, moves())
    check("a changed one is none", h.call("POST", path[:-1] + ("A" if path[-1] != "A" else "B"), "", **form)[0] == 404, "")
    group = urllib.parse.urlsplit(h.link("", "escalate")["url"]).path
    status, head, page = h.call("GET", group)
    check("a group is asked who", status == 200 and 'name="who" value="anna"' in page and 'value="bob"' in page, page[-600:])
    check("and nobody is not enough", h.call("POST", group, "", **form)[0] == 400 and moves() == 1, moves())
    status, head, page = h.call("POST", group, "who=bob", **form)
    check("who says it is recorded", status == 200 and h.one("SELECT actor FROM move WHERE event = 'escalate'") == "claimed:bob"
          and until(10, lambda: h.one("SELECT count(*) FROM notice WHERE recipient = 'bob' AND state = 'sent'")), "%d %s" % (status, page[-300:]))
    metrics = h.call("GET", "/metrics")[2]
    said = dict(re.findall(r'langyan_links_total\{outcome="(\w+)"\} (\d+)', metrics))
    check("refusals are counted", said.get("used") == "1" and said.get("wrong") == "1" and said.get("nameless") == "1", said)


def main():
    h = House("links")
    links(h)
    done = langyan("verify", "-c", h.conf)
    check("the chain holds", done.returncode == 0, done.stdout.decode()[-500:])
    check("it stops well", h.p.stop() == 0, h.p.tail())
    finish()


main()
