#!/usr/bin/env python3
# flow: beside
# The night test: W1 at 22:05 with nobody awake causes no L3 by 08:00 and is told at 08:00; a safety
# report from two sources at 23:40 reaches the person on shift at once.
import datetime, sys
from harness import *

SCENARIO_TEXT = """
title: a night
start: 2026-03-10T21:00:00+08:00
length: 12h
feeds:
  forum: { path: /forum.xml, title: 论坛 }
  board: { path: /board.xml, title: 社区 }
injects:
"""
COMPLAINTS = "".join('  - { at: %dm, feed: forum, author: 客%d, text: "山脆包装漏气受潮，退款被拒，客服不理人，要投诉，太差了 %d" }\n' % (58 + i, i, i) for i in range(8))
SAFETY = """  - { at: 160m, feed: forum, author: 甲, text: "我家孩子吃了山脆海苔脆片，上吐下泻送急诊，食物中毒" }
  - { at: 160m, feed: board, author: 乙, text: "我女儿吃山脆之后拉肚子一夜，医院说食物中毒，太可怕了" }
"""
CONF = """
site: { name: 夜班, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T21:00:00+08:00, scale: 0, step: 10s, length: 12h }
http: { listen: "" }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
sources:
  forum: { url: "http://127.0.0.1:%(port)d/forum.xml", class: forum, site: forum.example, interval: 1m, allow_private: ["127.0.0.1:%(port)d"] }
  board: { url: "http://127.0.0.1:%(port)d/board.xml", class: social, site: board.example, interval: 1m, allow_private: ["127.0.0.1:%(port)d"] }
watches: { brand: { title: 山脆, query: '山脆', size: small } }
people:
  day: { name: 白班, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: desk, address: day } ] }
  night: { name: 夜班, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: desk, address: night } ] }
  boss: { name: 负责人, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: desk, address: boss } ] }
schedules:
  duty:
    zone: Asia/Shanghai
    shifts:
      - { who: [day], from: 08:00, to: 20:00 }
%(night)s
policies: { default: { steps: [ { to: ["schedule:duty", "person:day"], after: 0s }, { to: ["person:boss"], after: 15m } ] } }
routes: [ { policy: default, owner: day } ]
channels: { desk: { kind: file, path: "%(dir)s/notices", wakes: on } }
"""
NIGHT_SHIFT = "      - { who: [night], from: 20:00, to: 08:00 }"


def at(local):
    """Shanghai clock of the night -> UTC seconds."""
    day = 10 if local >= "12:00" else 11
    h, m = map(int, local.split(":"))
    return int(datetime.datetime(2026, 3, day, h, m, tzinfo=datetime.timezone(datetime.timedelta(hours=8))).timestamp())


def play(name, injects, night):
    folder = TMP / name
    folder.mkdir(parents=True)
    (folder / "scenario.yaml").write_text(SCENARIO_TEXT + injects)
    room, port, _ = newsroom(folder / "scenario.yaml", TMP / (name + ".newsroom"))
    conf = folder / "langyan.yaml"
    conf.write_text(CONF % {"dir": folder, "top": TOP, "port": port, "night": NIGHT_SHIFT if night else ""})
    p = Proc(["run", "--once", "-c", conf], TMP / (name + ".log"))
    p.wait(200)
    room.stop()
    db = folder / "data/respond/langyan.db"
    moves = rows(db, "SELECT at, event, to_level FROM move ORDER BY seq")
    notices = rows(db, "SELECT recipient, level, created_at, sent_at, state, why FROM notice WHERE kind = 'page' ORDER BY created_at")
    return p, moves, notices


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    p, moves, notices = play("asleep", COMPLAINTS, False)
    first = moves[0] if moves else (0, "", 0)
    check("the complaints of 22:00 raise W1 at L1", moves and first[1] == "W1" and first[2] == 1 and at("22:00") <= first[0] <= at("22:10"),
          "%s; %s" % (moves[:3], p.tail()))
    check("nobody asleep is told before 08:00", notices and all(s is None or s >= at("08:00") for _, _, _, s, _, _ in notices), "%s" % notices)
    check("it is told at 08:00", any(at("08:00") <= (s or 0) <= at("08:01") for _, _, _, s, _, _ in notices), "%s" % notices)
    check("no L3 by 08:00", all(level < 3 for t, _, level in moves if t <= at("08:00")), "%s" % moves)
    p, moves, notices = play("awake", SAFETY, True)
    l3 = [t for t, _, level in moves if level == 3]
    check("two sources at 23:40 are L3", l3 and at("23:40") <= l3[0] <= at("23:42"), "%s; %s" % (moves, p.tail()))
    told = [s for who, level, _, s, _, _ in notices if who == "night" and level == 3 and s]
    check("the person on shift is told at once", told and l3 and told[0] <= l3[0] + 10, "%s" % notices,
          "%s s" % (told[0] - l3[0] if told and l3 else "?"))
    finish()


main()
