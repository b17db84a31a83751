#!/usr/bin/env python3
# A disk that fills up: what was acknowledged is there, nothing more is acknowledged, notices still go
# out, and it recovers without a restart when there is room again.
import http.client, sys
import flow_kill as kill
from harness import *


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    small = TMP / "disk"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(small)], capture_output=True).returncode:
        print("ok full disk # SKIP cannot mount a small tmpfs here")
        finish()
    try:
        play(small)
    finally:
        for p in _procs():
            p.kill()
        until(10, lambda: subprocess.run(["umount", str(small)], capture_output=True).returncode == 0)
    finish()


def _procs():
    return [c for crew in CREWS for c in crew.procs.values()]


CREWS = []


def play(small):
    (small / "data").mkdir(mode=0o700)
    kill.CONF = kill.CONF.replace('data: "%(dir)s/data"', 'data: "' + str(small) + '/data"')
    crew = kill.Crew("full")
    CREWS.append(crew)
    crew.spool, crew.record = small / "data/crawl/spool.db", small / "data/respond/langyan.db"
    post = lambda a, n: crew.feeder.post([kill.document(k) for k in range(a, a + n)])
    check("the first are taken in", post(0, 20) and until(20, lambda: crew.open_work() == 0), crew.procs["crawl"].tail())
    check("its drafts are written", until(20, lambda: rows(crew.record, "SELECT count(*) FROM drafting")[0][0] == 0), crew.procs["respond"].tail())
    ballast = open(small / "ballast", "wb")
    try:
        while True:
            ballast.write(bytes(1 << 16))
            ballast.flush()
    except OSError:
        pass
    acked, refused = 20, 0
    for _ in range(400):
        said = post(acked, 20)
        if said and said["accepted"] + said["seen"] == 20:
            acked += 20
        else:
            refused += 1
            if refused > 5:
                break
    check("with the disk full nothing more is acknowledged", refused > 5, "%d more were taken in" % acked)
    number = rows(crew.record, "SELECT number FROM incident ORDER BY number")[0][0]
    act = lambda n: langyan("incident", "claim", number, "--text", "claim %d" % n, "-c", crew.conf).returncode == 0
    until(20, lambda: act(0) and not (small / "data/respond/reserve").exists())
    took = [(post(acked + k * 20, 20) or {}).get("accepted", 0) for k in range(20)]
    check("what the responder gives back the crawler leaves alone", not any(took) and not (small / "data/respond/reserve").exists(), "%s" % took)
    check("people go on by it", all(act(n) for n in range(1, 9)), crew.procs["respond"].tail())
    check("the processes stay up", all(p.p.poll() is None for p in crew.procs.values()), "%s" % [p.p.poll() for p in crew.procs.values()])
    os.ftruncate(ballast.fileno(), 0)
    check("with room again it goes on without a restart", until(60, lambda: (post(acked, 20) or {}).get("refused") == 0), crew.procs["crawl"].tail())
    acked += 20
    check("what was set aside is so again", until(20, lambda: (small / "data/respond/reserve").exists()), crew.procs["respond"].tail())
    settled = until(60, lambda: crew.open_work() == 0)
    sums = crew.sums()
    check("what was acknowledged is counted once", settled and sums["documents"] >= acked and sums["mentions"] == sums["documents"] == sums["counted"],
          "%s, %d acknowledged, %d wait" % (sums, acked, crew.open_work()), "%s" % sums)
    rc = crew.stop()
    check("all stop well", all(v == 0 for v in rc.values()), "%s" % rc)
    v = langyan("verify", "-c", crew.conf)
    check("verify passes", v.returncode == 0, (v.stdout + v.stderr)[-300:].decode(errors="replace"))


main()
