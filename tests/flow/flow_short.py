#!/usr/bin/env python3
# flow: cheap, valgrind, beside
# Half an hour with a safety report from two sources, told by threads and by processes over tcp with
# CURVE; then pushed documents, a reload and a stop. Short enough for every sanitizer and valgrind.
import sys
from harness import *

SCENARIO_TEXT = """
title: half an hour
start: 2026-03-10T10:00:00+08:00
length: 30m
feeds:
  forum: { path: /forum.xml, title: 论坛 }
  board: { path: /board.xml, title: Board, lang: en, format: atom }
  news: { path: /news.xml, title: 日报, pages: on }
noise:
  - { feed: forum, to: 30m, every: 18s, authors: 40, texts: ["今天公司楼下吃了牛肉面，还行 {n}", "中午买了山脆海苔脆片，好吃 {n}"] }
  - { feed: board, to: 30m, every: 50s, authors: 20, texts: ["Trip report number {n}: trains on time.", "Shancui crisps again, love them {n}"] }
  - { feed: news, to: 30m, every: 3m, authors: 3, titles: ["天气预报（{n}）"], texts: ["本报讯 今天多云转晴，编号{n}。市民可在官网查询。"] }
injects:
  - { at: 4m, feed: forum, author: 客, text: "山脆包装漏气受潮，退款被拒，客服不理人，要投诉，太差了 {n}", copies: 8, every: 40s }
  - { at: 12m, feed: forum, author: 甲, text: "我家孩子吃了山脆海苔脆片，上吐下泻送急诊，食物中毒" }
  - { at: 14m, feed: board, author: b, text: "My son ate Shancui seaweed crisps and got food poisoning, he is in hospital." }
"""
CONF = """
site: { name: 短, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { brand: { title: 山脆, query: '山脆 OR Shancui', size: small } }
people:
  day: { name: 白班, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: desk, address: day } ] }
  boss: { name: Boss, zone: Europe/London, lang: en, contacts: [ { channel: desk, address: boss } ] }
schedules: { duty: { zone: Asia/Shanghai, shifts: [ { who: [day], from: 00:00, to: 00:00 } ] } }
policies: { default: { steps: [ { to: ["schedule:duty"], after: 0s }, { to: ["person:boss"], after: 5m } ] } }
routes: [ { policy: default, owner: day } ]
channels: { desk: { kind: file, path: "%(dir)s/notices", wakes: on } }
"""
STEPPED = """
clock: { mode: stepped, start: 2026-03-10T10:00:00+08:00, scale: 0, step: 10s, length: 30m }
http: { listen: "" }
sources:
  forum: { url: "http://127.0.0.1:%(port)d/forum.xml", class: forum, site: forum.example, interval: 1m, allow_private: ["127.0.0.1:%(port)d"] }
  board: { url: "http://127.0.0.1:%(port)d/board.xml", class: social, lang: en, site: board.example, interval: 1m, allow_private: ["127.0.0.1:%(port)d"] }
  news: { url: "http://127.0.0.1:%(port)d/news.xml", class: news, full_text: on, site: news.example, interval: 5m, allow_private: ["127.0.0.1:%(port)d"] }
digests: { daily: { watches: [brand], cut: 10:20, at: 10:25, to: [day], lang: zh, path: "%(dir)s/digests" } }
"""
PUSHED = """
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum } }
"""
PATIENCE_S = 200  # a bound for the slowest wrapper, never a pace


def told(folder):
    return {k: v for part in ("notices", "digests", "drafts") for k, v in
            ((part + "/" + k, v) for k, v in files(folder / part).items())}


def verifies(name, conf):
    v = langyan("verify", "-c", conf)
    check("%s verifies" % name, v.returncode == 0, (v.stdout + v.stderr)[-300:].decode(errors="replace"))


def half_an_hour(name, port, wires):
    """The folder and the configuration of each part; wires: part -> text."""
    folder = TMP / name
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(SCENARIO_TEXT)
    room, port, items = newsroom(folder / "scenario.yaml", TMP / (name + ".newsroom"), port)
    confs = {}
    for part, wire in wires.items():
        confs[part] = folder / (part + ".yaml")
        confs[part].write_text((CONF + STEPPED) % {"dir": folder, "top": TOP, "port": port} + wire)
    return folder, confs, room, items


def as_threads(port):
    folder, confs, room, items = half_an_hour("threads", port, {"run": "wire: { scorers: 2 }\n"})
    p = Proc(["run", "--once", "-c", confs["run"]], TMP / "threads.log")
    rc = p.wait(PATIENCE_S)
    room.stop()
    check("threads end well, at L3 and with every notice delivered", rc == 0, "status %s: %s" % (rc, p.tail()), "%d items" % items)
    verifies("threads", confs["run"])
    return told(folder)


def as_processes(port):
    server, scorer = keygen(), keygen()
    documents, results = free_port(), free_port()
    (TMP / "keys").mkdir()
    key = lambda name, text: secret(TMP / "keys", name, text)
    ends = 'wire: { public_key: "%s", secret_key: "%s", documents: ["tcp://127.0.0.1:' + str(documents) + \
        '"], results: "tcp://127.0.0.1:' + str(results) + '", %s }\n'
    serving = ends % (key("p", server["public_key"]), key("s", server["secret_key"]), 'allowed: ["%s"]' % scorer["public_key"])
    scoring = ends % (key("sp", scorer["public_key"]), key("ss", scorer["secret_key"]), 'server_key: "%s"' % key("k", server["public_key"]))
    folder, confs, room, _ = half_an_hour("processes", port, {"crawl": serving, "score": scoring, "respond": serving})
    parts = {part: Proc([part, "-c", confs[part]], TMP / part) for part in ("respond", "score", "crawl")}
    rc = {"crawl": parts["crawl"].wait(PATIENCE_S), "score": parts["score"].stop(PATIENCE_S), "respond": parts["respond"].stop(PATIENCE_S)}
    room.stop()
    check("processes end well", not any(v != 0 for v in rc.values()), "%s: %s" % (rc, parts["crawl"].tail()))
    verifies("processes", confs["respond"])
    return told(folder)


def post(api, texts, first):
    lines = [json.dumps({"id": "d%d" % (first + i), "source": ("hotline", "board")[i % 2], "author": "u%d" % i,
                         "url": "http://s%d.example/p/%d" % (i % 3, first + i), "text": t}, ensure_ascii=False) for i, t in enumerate(texts)]
    return post_documents(api, lines)[1]


def pushed():
    """Wall-clock time: what is pushed is told; a reload and a stop lose nothing."""
    folder, api = TMP / "pushed", free_port()
    folder.mkdir(parents=True)
    conf = folder / "langyan.yaml"
    conf.write_text((CONF + PUSHED) % {"dir": folder, "top": TOP, "api": api, "token": secret(folder, "token", "t" * 40)})
    record = folder / "data/respond/langyan.db"
    p = Proc(["run", "-c", conf], TMP / "pushed.log")
    if not check("it starts", p.ready(PATIENCE_S), p.tail()):
        return
    order = re.findall("event=(http_open|ready)\\b", p.log.read_text())
    check("HTTP listens before it says ready", order[:2] == ["http_open", "ready"], "%s" % order)
    seen = lambda n: until(PATIENCE_S, lambda: rows(record, "SELECT count(*) FROM document")[0][0] >= n or p.p.poll() is not None)
    first = post(api, ["我家孩子吃了山脆海苔脆片，上吐下泻送急诊，食物中毒", "My son ate Shancui crisps and got food poisoning, he is in hospital",
                       "今天天气不错", "山脆海苔脆片好吃"], 0)
    check("pushed documents are taken", first.get("accepted") == 4, "%s" % first)
    seen(4)
    check("somebody is told", until(PATIENCE_S, lambda: list((folder / "notices").glob("*"))), p.tail())
    p.p.send_signal(signal.SIGHUP)
    check("it reloads", until(PATIENCE_S, lambda: p.said("event=reloaded") or p.p.poll() is not None) and p.p.poll() is None, p.tail())
    second = post(api, ["山脆包装漏气，退款被拒，差评 %d" % i for i in range(6)] + ["not a word about anybody"] * 2, 100)
    seen(12)
    rc = p.stop(PATIENCE_S)
    check("it stops well", rc == 0, "status %s: %s" % (rc, p.tail()))
    got = rows(record, "SELECT count(*) FROM document")[0][0]
    check("each pushed document is on record once", got == 12, "%d; %s" % (got, second))
    verifies("pushed", conf)


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    port = free_port()  # links in notices name it: the same for both
    threads = as_threads(port)
    if not WRAP or SLOW > 1:  # a wrapper multiplies the time: by day one mode is enough for it
        processes = as_processes(port)
        differ = [k for k in sorted(set(threads) | set(processes)) if threads.get(k) != processes.get(k)]
        check("both modes tell the same", threads and not differ, "differs in %s" % differ[:6], "%d files" % len(threads))
    pushed()
    planted = TMP / "planted"
    planted.write_text("a line\n==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\n")
    check("a report in a log is noticed", len(reports([planted])) == 1)
    finish()


main()
