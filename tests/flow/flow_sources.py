#!/usr/bin/env python3
# flow: beside
# List pages, a growing thread, a JSON API with a cursor, a hot list with a second provider, and a
# sitemap index: what the crawler asks for, and what documents it makes of it.
import gzip, urllib.parse
from harness import *

START = 1773100800  # 2026-03-10T08:00:00+08:00
asked = []  # (path, time on the domain clock, body)
apart = []  # (port, the source's own header)
ports = []  # of the site, and of another one on the same host


def article(n):
    words = "".join("<p>山脆公司第%d号通报说，第%d批产品已经全部检验，结果将在两周之内公布，请消费者放心等待进一步的消息。</p>" % (n, k) for k in range(4))
    return "<html><head><title>通报 %d</title></head><body><h1>通报 %d</h1><article>%s</article></body></html>" % (n, n, words)


def board(query, at):
    p = int(query.get("p", ["1"])[0])
    lis = "".join("<li class=item><a href='/t/%d'>帖子 %d</a><b>小%d</b></li>" % (n, n, n) for n in range(p * 10, p * 10 + 3))
    return "<html><ul>%s</ul><a class=next href='?p=%d'>下一页</a></html>" % (lis, p + 1)


def thread(query, at):
    """Two floors a page; a floor more every two minutes."""
    floors = 5 + (at - START) // 120
    p = int(query.get("p", ["1"])[0])
    mine = range(2 * p - 1, min(2 * p, floors) + 1)
    more = "<a class=next href='/thread?p=%d'>next</a>" % (p + 1) if floors > 2 * p else ""
    return "<html><div>%s</div>%s</html>" % ("".join("<p class=floor id=f%d>第%d楼说的话</p>" % (n, n) for n in mine), more)


def api(body, at):
    cursor = json.loads(body)["cursor"]
    n = int(cursor[1:] or 0) if cursor else 0
    rows = [{"id": n * 10 + i, "title": "Post &amp; <b>%d</b>" % (n * 10 + i), "user": {"fans": "1.2万"}, "at": at - 60} for i in range(2)]
    return json.dumps({"data": {"list": rows, "cursor": 'c%d' % (n + 1) if n < 1 else ""}})


def hot(at):
    """A climbs 60 -> 9 -> 2; B stands at 5 throughout."""
    minute = (at - START) // 60
    rank = {0: 60, 1: 60, 2: 9, 3: 9}.get(minute, 2)
    return json.dumps({"list": [{"w": "话题A", "r": rank, "h": "12.5万"}, {"w": "话题B", "r": 5, "h": "3万"}]})


class Site(Asked):
    def answer(self, body=b""):
        at = int(self.headers.get("Langyan-Clock", START))
        path, _, query = self.path.partition("?")
        query = urllib.parse.parse_qs(query)
        asked.append((self.path, at, body.decode()))
        status, kind, out = 200, "text/html; charset=utf-8", ""
        if path == "/board":
            out = board(query, at)
        elif path == "/thread":
            out = thread(query, at)
        elif path == "/apart":  # its next page is another origin's; a row of tags alone is none
            apart.append((self.server.server_port, self.headers.get("X-Own")))
            out = "<ul><li class=item><a href=/p%d>part %d</a><li class=item><a href=/p><img></a></ul><a class=next href='http://127.0.0.1:%d/apart?2'>n</a>" % (
                len(apart), len(apart), ports[1])
        elif path == "/api":
            kind, out = "application/json", api(body, at)
        elif path == "/hot1":
            status = 500 if 120 <= at - START < 180 else 200  # minute 2: only the fallback knows
            kind, out = "application/json", hot(at)
        elif path == "/hot2":
            d = json.loads(hot(at))["list"]
            out = "<html><table>%s</table></html>" % "".join("<tr><td>%d<td class=w>%s</tr>" % (e["r"], e["w"]) for e in d)
        elif path == "/sitemap.xml":
            kind = "application/xml"
            out = "<sitemapindex><sitemap><loc>/s/new.xml.gz</loc><lastmod>2026-03-09</lastmod></sitemap>" \
                  "<sitemap><loc>/s/old.xml.gz</loc><lastmod>2020-01-01</lastmod></sitemap></sitemapindex>"
        elif path.startswith("/s/"):
            kind = "application/gzip"
            out = gzip.compress(("<?xml version='1.0'?><urlset>%s</urlset>" % "".join(
                "<url><loc>/a/%d</loc><lastmod>2026-03-0%d</lastmod></url>" % (n, n) for n in range(1, 10))).encode())
        elif path.startswith("/a/"):
            out = article(int(path[3:]))
        elif path == "/":
            out = "<html><head><link rel=alternate type='application/rss+xml' title='News' href='/news.xml'></head><body>x</body></html>"
        elif path == "/login":
            out = "<html><title>登录</title><h1>请登录后继续阅读</h1><form><input type=password></form></html>"
        elif path == "/news.xml":
            kind = "application/rss+xml"
            out = "<rss version='2.0'><channel><title>News</title><item><title>One</title><link>/a/1</link><guid>g1</guid>" \
                  "<pubDate>Tue, 10 Mar 2026 07:00:00 +0800</pubDate><description>d</description></item></channel></rss>"
        elif path == "/robots.txt":
            kind, out = "text/plain", "User-agent: *\nDisallow: /secret\n"
        elif path == "/broken":
            out = "<html><ul><li class=other>x</ul></html>"
        else:
            status = 404
        self.say(status, out, kind)

    def do_GET(self):
        self.answer()

    def do_POST(self):
        self.answer(self.body())


CONF = """
site: { name: sources, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T08:00:00+08:00, scale: 0, step: 10s, length: 10m }
http: { listen: "" }
fetch: { interval: 1d, timeout: 20s, max_age: 5d }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
  board:
    kind: list
    url: "%(site)s/board"
    allow_private: ["%(host)s"]
    items: li.item
    fields: { title: a, url: "a @href", author: b }
    next: a.next @href
    max_pages: 2
  thread:
    kind: list
    url: "%(site)s/thread"
    allow_private: ["%(host)s"]
    interval: 2m
    items: p.floor
    fields: { id: "@id", text: . }
    next: a.next @href
    resume: on
  api:
    kind: api
    url: "%(site)s/api"
    allow_private: ["%(host)s"]
    body: '{"cursor":"{page}"}'
    items: data.list
    fields: { id: id, title: title, followers: user.fans, published: at }
    next: data.cursor
  hot:
    kind: hotlist
    class: social
    url: "%(site)s/hot1"
    allow_private: ["%(host)s"]
    interval: 1m
    items: list
    fields: { title: w, rank: r, heat: h }
    fallback:
      url: "%(site)s/hot2"
      format: html
      items: tr
      fields: { title: .w, rank: td }
  map:
    kind: sitemap
    url: "%(site)s/sitemap.xml"
    allow_private: ["%(host)s"]
    max_items: 3
  apart:
    kind: list
    url: "%(site)s/apart"
    allow_private: ["%(host)s", "%(other)s"]
    headers: { X-Own: mine }
    items: li.item
    fields: { title: a, url: "a @href" }
    next: a.next @href
    max_pages: 2
  broken:
    kind: list
    url: "%(site)s/broken"
    allow_private: ["%(host)s"]
    items: li.item
    fields: { title: a }
"""


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    web, other = serve(Site), serve(Site)
    ports.extend([web.server_port, other.server_port])
    host = "127.0.0.1:%d" % web.server_port
    conf = TMP / "langyan.yaml"
    conf.write_text(CONF % {"dir": TMP, "top": TOP, "site": "http://" + host, "host": host, "other": "127.0.0.1:%d" % ports[1]})
    said = langyan("config", "check", "-c", conf)
    check("the configuration is well", said.returncode == 0, said.stderr.decode())
    p = Proc(["crawl", "-c", conf, "-"], TMP / "crawl.log")
    code = p.wait(120)
    docs = [json.loads(l) for l in open(str(p.log) + ".out", encoding="utf-8")]
    docs = [d for d in docs if "source" in d]
    of = lambda name: [d for d in docs if d["source"] == name]
    paths = lambda head: [a[0] for a in asked if a[0].startswith(head)]
    check("it ends by itself", code == 0, "%s: %s" % (code, p.tail()))
    check("a list page and the next one, not the third", paths("/board") == ["/board", "/board?p=2"], paths("/board"))
    check("their items", [d["title"] for d in of("board")] == ["帖子 %d" % n for n in (10, 11, 12, 20, 21, 22)] and
          of("board")[0]["url"].endswith("/t/10") and of("board")[0]["author"] == "小10", [d["title"] for d in of("board")])
    check("a source's headers stay with its origin", apart == [(ports[0], "mine"), (ports[1], None)], apart)
    check("a row without words is no document", [d["title"] for d in of("apart")] == ["part 1", "part 2"], [d["title"] for d in of("apart")])
    floors = [d["text"] for d in of("thread")]
    check("every floor of a thread once", floors == ["第%d楼说的话" % n for n in range(1, len(floors) + 1)] and len(floors) >= 9, floors)
    again = paths("/thread")[3:]
    check("a thread goes on at its last page", "/thread" not in again and again[0] == "/thread?p=3", paths("/thread"))
    bodies = [a[2] for a in asked if a[0] == "/api"]
    check("a cursor goes into the body", bodies == ['{"cursor":""}', '{"cursor":"c1"}'], bodies)
    check("an API's items, as plain text", [(d["title"], d["followers"]) for d in of("api")] ==
          [("Post & %d" % n, 12000) for n in (0, 1, 10, 11)], of("api"))
    told = [(d["title"], d["rank"], d["best_rank"], d["rank_before"], d["dwell"], d["heat"]) for d in of("hot")]
    want = [("话题B", 5, 5, 0, 0, 30000), ("话题A", 60, 60, 0, 0, 125000), ("话题A", 9, 9, 60, 120, 0), ("话题A", 2, 2, 9, 240, 125000)]
    check("an entry is told when it appears and when it passes a step", told == want, told)
    check("the second provider is asked when the first fails", len(paths("/hot2")) == 1, paths("/hot"))
    check("an index leads to its new part only", paths("/s/") == ["/s/new.xml.gz"], paths("/s"))
    check("the newest pages of a sitemap, read from the pages", [d["title"] for d in of("map")] == ["通报 9", "通报 8", "通报 7"] and
          "第9号通报" in of("map")[0]["text"], [(d["title"], d["text"][:40]) for d in of("map")])
    states = dict(rows(TMP / "data/crawl/spool.db", "SELECT name, why FROM source"))
    check("the path that matched nothing is named", states["broken"].startswith('items "li.item" matched 0 nodes'), states["broken"])

    def trial(*args):
        said = langyan("source", "test", "--json", *args)
        return said.returncode, json.loads(said.stdout or b"{}"), said.stderr.decode()

    code, t, why = trial("-c", conf, "board")
    check("source test tells what was seen and when it is due", code == 0 and (t["items"], t["seen"], t["new"]) == (3, 3, 0) and
          t["next_due"] and t["then"].startswith("http://%s/board?p=2" % host), "%s %s" % (t, why))
    check("and where each value came from", t["first"][0]["url"]["from"] == "/html/body/ul/li[1]/a/@href", t.get("first"))
    code, t, why = trial("-c", conf, "broken")
    check("it names the path that matched nothing", code == 1 and t["why"].startswith('items "li.item" matched 0 nodes'), "%s %s" % (t, why))
    code, t, why = trial("-c", conf, "hot")
    check("it knows a hot list's entries", (t["items"], t["seen"]) == (2, 2), t)
    before = rows(TMP / "data/crawl/spool.db", "SELECT count(*) FROM document")
    code, t, why = trial("-c", conf, "--allow-private", host, "http://%s/news.xml" % host)
    check("an address without configuration is recognised", code == 0 and t["kind"] == "feed" and
          t["first"][0]["published"]["from"] == "<pubDate>", "%s %s" % (t, why))
    asked.clear()
    code, t, why = trial("-c", conf, "--allow-private", host, "http://%s/secret" % host)
    check("robots.txt is obeyed", code == 1 and t["forbidden"] and [a[0] for a in asked] == ["/robots.txt"], "%s %s" % (t, asked))
    code, t, why = trial("-c", conf, "--allow-private", host, "http://%s/login" % host)
    check("a login is no page", code == 1 and t["why"].startswith("blocked: a login"), "%s %s" % (t, why))
    told = langyan("source", "test", "-c", conf, "--allow-private", host, "http://%s/login" % host).stdout.decode()
    check("of a wall it says what may be done", "Walls are not climbed" in told, told)
    clocked = conf.with_name("clocked.yaml")
    for zone in ["", "zone: Asia/Shanghai, "]:
        clocked.write_text(conf.read_text().replace("author: b }", 'author: b, published: "= 2026-03-10 09:01" }')
                           .replace('url: "http://%s/board"' % host, 'url: "http://%s/board"\n    %s' % (host, zone.rstrip(", "))))
        told = langyan("source", "test", "-c", clocked, "board").stdout.decode()
        check("whose clock a page's times are is %s" % ("known" if zone else "asked"), ("were read as UTC" in told) == (not zone)
              and "published" in told, told)
    said = langyan("doctor", "-c", conf).stdout.decode()
    check("doctor asks an API as the crawler does", any(l.split()[:2] == ["ok", "api"] for l in said.splitlines()), said)
    check("nothing is stored", rows(TMP / "data/crawl/spool.db", "SELECT count(*) FROM document") == before, before)
    asked.clear()
    said = langyan("source", "discover", "--json", "--allow-private", host, "http://%s/" % host)
    found = json.loads(said.stdout or b"[]")
    check("discover finds the feed, then the sitemap", [(f["url"].rpartition("/")[2], f["kind"], f["items"]) for f in found] ==
          [("news.xml", "feed", 1), ("sitemap.xml", "sitemap", 2)], "%s %s" % (found, said.stderr))
    check("with few requests", len(asked) <= 5, asked)
    finish()


main()
