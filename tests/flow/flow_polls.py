#!/usr/bin/env python3
# flow: beside
# kill -9 in the middle of a poll, at each of its requests, of every kind of source: nothing is lost, nothing comes twice.
import urllib.parse
from harness import *

ITEMS = 5       # of a feed and a sitemap, each with a page behind it
ROWS = 6000     # of a table: more than one look takes
MAILS = 3000
KILLS = 5       # a kind

CONF = """
site: { name: polls, data: "%(dir)s/data", allow_root: on }
http: { listen: "" }
fetch: { timeout: 20s, interval: 1d }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources: { %(source)s }
"""
WEB = 'url: "%(site)s/%(kind)s", allow_private: ["%(host)s"]'
# kind: (keys of its source, documents that it has)
KINDS = {
    "feed": ("kind: feed, full_text: on, " + WEB, ITEMS),
    "page": ("kind: page, " + WEB, 1),
    "list": ('kind: list, items: li, fields: { title: a, url: "a @href" }, next: b @href, max_pages: 3, ' + WEB, 9),
    "api": ("kind: api, body: '{\"cursor\":\"{page}\"}', items: list, fields: { id: id, title: t }, next: cursor, " + WEB, 9),
    "hotlist": ("kind: hotlist, class: social, items: list, fields: { title: t, rank: r }, " + WEB, 9),
    "sitemap": ("kind: sitemap, max_items: %d, " % ITEMS + WEB, ITEMS),
    "metrics": ("kind: metrics, samples: { load: load }, " + WEB, 1),
    "file": ('kind: file, path: "%(dir)s/rows.csv", preset: zh, interval: 1s', ROWS),
    "mail": ('kind: mail, path: "%(dir)s/box.mbox", interval: 1s', MAILS),
}


def article(n):
    words = "".join("<p>山脆公司第%d号通报说，第%d批产品已经全部检验，结果将在两周之内公布，请消费者放心等待进一步的消息。</p>" % (n, k) for k in range(4))
    return "<html><head><title>通报 %d</title></head><body><h1>通报 %d</h1><article>%s</article></body></html>" % (n, n, words)


class Site:
    """One kind's site. When `fatal` requests have come since it was set, `die` is called in the middle of that one."""

    def __init__(self, kind):
        site = self
        self.kind, self.fatal, self.die, self.lock = kind, 0, None, threading.Lock()

        class Handler(Asked):
            def do_POST(self):
                self.do_GET(self.body())

            def do_GET(self, body=b""):
                path, _, query = self.path.partition("?")
                if path != "/robots.txt":
                    site.count()
                type, out = site.answer(path.strip("/"), urllib.parse.parse_qs(query), body)
                self.say(200 if out else 404, out, type)

        self.server = serve(Handler)
        self.host = "127.0.0.1:%d" % self.server.server_port

    def count(self):
        with self.lock:
            self.fatal -= 1
            if self.fatal == 0:
                self.die()

    def answer(self, path, query, body):
        at = "http://" + self.host
        html, data = "text/html; charset=utf-8", "application/json"
        if path.startswith("t/"):
            return html, article(int(path[2:]))
        if path == "feed":
            return "application/rss+xml", '<rss version="2.0"><channel><title>t</title>%s</channel></rss>' % "".join(
                "<item><guid>%s/t/%d</guid><title>通报 %d</title><link>%s/t/%d</link></item>" % (at, n, n, at, n) for n in range(ITEMS))
        if path == "page":
            return html, article(77)
        if path == "list":
            p = int(query.get("p", ["1"])[0])
            return html, "<html><ul>%s</ul>%s</html>" % ("".join("<li><a href='/t/%d'>帖子 %d</a></li>" % (n, n) for n in range(3 * p, 3 * p + 3)),
                                                         "<b href='?p=%d'>n</b>" % (p + 1) if p < 3 else "")
        if path == "api":
            p = int(json.loads(body)["cursor"] or 0)
            return data, json.dumps({"list": [{"id": 3 * p + i, "t": "帖子 %d" % (3 * p + i)} for i in range(3)], "cursor": str(p + 1) if p < 2 else ""})
        if path == "hotlist":
            return data, json.dumps({"list": [{"t": "话题%d" % r, "r": r} for r in range(1, 10)]})
        if path == "sitemap":
            return "application/xml", '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>' % "".join(
                "<url><loc>%s/t/%d</loc></url>" % (at, n) for n in range(ITEMS))
        if path == "metrics":
            return "text/plain", "load 3\n"
        return "text/plain", ""


class Case(threading.Thread):
    def __init__(self, kind):
        super().__init__(daemon=True)
        self.kind, self.dir, self.site = kind, TMP / kind, Site(kind)
        self.dir.mkdir(parents=True)
        self.spool, self.conf = self.dir / "data/crawl/spool.db", self.dir / "langyan.yaml"
        keys = KINDS[kind][0] % {"site": "http://" + self.site.host, "host": self.site.host, "kind": kind, "dir": self.dir}
        self.conf.write_text(CONF % {"dir": self.dir, "top": TOP, "source": "%s: { %s }" % (kind, keys)})
        (self.dir / "rows.csv").write_text("内容,时间\n" + "好评,2026-11-17\n" * ROWS)
        (self.dir / "box.mbox").write_text("".join(
            "From a@x.example Tue Nov 17 08:00:00 2026\nFrom: a@x.example\nMessage-ID: <%d@x.example>\nSubject: 投诉 %d\n\n第%d封\n\n" % (n, n, n)
            for n in range(MAILS)))
        self.kills, self.have, self.why, self.log = 0, -1, "", self.dir / "crawl.log"

    def polled(self):
        """Is its poll over, and everything of an inbox read?"""
        try:
            if self.kind in ("file", "mail"):
                return rows(self.spool, "SELECT count(*) FROM watched_file WHERE place = size AND size > 0")[0][0] > 0
            return rows(self.spool, "SELECT count(*) FROM source WHERE ok_at > 0")[0][0] > 0
        except sqlite3.Error:
            return False

    def documents(self):
        return rows(self.spool, "SELECT count(*) FROM document")[0][0]

    def one(self, n):
        """From its start to its death in the middle of request n; of an inbox, n twentieths of a second after it was started."""
        dead = threading.Event()

        def die():
            p.kill()
            dead.set()

        with self.site.lock:  # no request is answered before
            p = Proc(["crawl", "-c", self.conf, "-"], self.log)
            self.site.die, self.site.fatal = die, n if self.kind not in ("file", "mail") else 0
        if self.kind in ("file", "mail"):
            time.sleep(n / 20)  # from before it reads to the midst of it
            before = self.polled()
            die()
            self.kills += not before
            return
        until(20, lambda: dead.is_set() or self.polled())
        self.kills += dead.is_set()
        with self.site.lock:
            self.site.fatal = 0
        if not dead.is_set():
            p.kill()

    def run(self):
        for n in range(1, KILLS + 1):
            if not self.polled():
                self.one(n)
        p = Proc(["crawl", "-c", self.conf, "-"], self.log)
        if not until(30, self.polled):
            self.why = "not polled: " + p.tail()
        p.kill()
        self.have = self.documents()


def main():
    cases = [Case(kind) for kind in KINDS]
    for c in cases:
        c.start()
    for c in cases:
        c.join(120 * SLOW)
        want = KINDS[c.kind][1]
        check("%s: all of it, once, over %d kills" % (c.kind, c.kills), c.kills > 0 and c.have == want and not c.why,
              "%d of %d; %s" % (c.have, want, c.why))
    finish()


main()
