#!/usr/bin/env python3
# flow: beside
# A backup made while everything runs; an hour of documents later the record is lost: restored, the
# spool sends again what came after, and nothing is missing or counted twice.
# Also: SIGTERM drains and exits 0, a second start names the pid, reload answers, SIGHUP keeps serving.
import http.client, sys
import flow_kill as kill
from harness import *


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    crew = kill.Crew("backup")
    feeder = crew.feeder
    push = lambda a, b: feeder.post([kill.document(n) for n in range(a, b)])
    for n in range(0, 300, 50):
        push(n, n + 50)
    check("the first 300 are receipted", until(30, lambda: crew.open_work() == 0), "%d wait" % crew.open_work())
    attached = crew.dir / "data/pack/INC-2026-0001/a1"
    attached.parent.mkdir(parents=True)
    attached.write_text("what the laboratory found")
    b = langyan("backup", "-c", crew.conf, crew.dir / "copy")
    check("a backup while everything runs", b.returncode == 0, b.stderr.decode())
    again = langyan("crawl", "-c", crew.conf)
    check("a second start names the pid", again.returncode == 1 and str(crew.procs["crawl"].p.pid) in again.stderr.decode(),
          again.stderr.decode())
    r = langyan("reload", "-c", crew.conf)
    check("reload: every process answers ok", r.returncode == 0 and r.stdout.decode().count("\tok") == 3, (r.stdout + r.stderr).decode())
    good = crew.conf.read_text()
    crew.conf.write_text(good.replace("query:", "qeury:"))
    r = langyan("reload", "-c", crew.conf)
    check("reload of a wrong file is refused", r.returncode != 0, (r.stdout + r.stderr).decode())
    crew.conf.write_text(good)
    until(20, lambda: (feeder.post([kill.document(0)]) or {}).get("seen") == 1)
    for n in range(300, 800, 50):
        check("pushed after the backup", until(10, lambda: (push(n, n + 50) or {}).get("accepted") is not None), "no answer") if n == 300 else push(n, n + 50)
    until(30, lambda: crew.open_work() == 0)
    before = crew.sums()
    rc = crew.stop()
    check("SIGTERM drains and exits 0", all(v == 0 for v in rc.values()), "%s" % rc)
    attached.unlink()
    attached.parent.rmdir()
    r = langyan("restore", "-c", crew.conf, crew.dir / "copy")
    check("what was attached to an incident is back", attached.exists() and attached.read_text() == "what the laboratory found", "it is not")
    check("restore says how many come again", r.returncode == 0 and b"500 documents" in r.stdout, (r.stdout + r.stderr).decode())
    for part in ("respond", "score", "crawl"):
        crew.start(part)
    until(20, lambda: all(p.said("event=ready") for p in crew.procs.values()))
    check("what came after is taken in again", until(40, lambda: crew.open_work() == 0), "%d wait" % crew.open_work())
    after = crew.sums()
    check("nothing lost and nothing twice", after == before and after["documents"] == 800, "%s, before %s" % (after, before), "%s" % after)
    crew.stop()
    segments = lambda where: sorted(p.name for p in (where / "archive").iterdir())
    attached.unlink()
    langyan("backup", "-c", crew.conf, crew.dir / "copy")
    check("what went at its term goes out of the copy", not (crew.dir / "copy/pack/INC-2026-0001/a1").exists(), "it is there")
    kept = segments(crew.dir / "copy")
    for p in (crew.dir / "data/crawl/archive").iterdir():
        p.unlink()
    b = langyan("backup", "-c", crew.conf, crew.dir / "copy")
    check("an archive whose disk is not there is not taken for an erased one",
          kept and segments(crew.dir / "copy") == kept and b"left as it was" in b.stderr, "%s, %s: %s" % (kept, segments(crew.dir / "copy"), b.stderr.decode()))
    v = langyan("verify", "-c", crew.conf)
    check("verify passes", v.returncode == 0, (v.stdout + v.stderr)[-300:].decode(errors="replace"))
    finish()


main()
