#!/usr/bin/env python3
# What each hostile answer costs: a process of its own for each kind, and its memory, processor and
# time beside one that reads a good feed; then whether good sources notice that the bad are there.
import concurrent.futures
from harness import *
from hostile import *

# The figures are for a plain build; a sanitizer only shows that nothing breaks.
# CPU: half a second is the parsers' limit (unit tests); here a whole process runs, two side by side, and chunks of one byte cost libcurl .3 s
GROWTH_MIB, LIMIT_S, CPU_S, WATCH_S, LATE_S, GOOD_N = 64 * SLOW, 5 * SLOW, SLOW, 5, 0.25 * SLOW, 16
CONF = """
site: { name: bombs, data: "%(dir)s/data", allow_root: on }
clock: %(clock)s
http: { listen: "" }
fetch: { timeout: %(timeout)s, max_bytes: 8M, max_redirects: 3, per_host: 16 }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
"""
STEPPED = "{ mode: stepped, start: 2026-03-10T08:00:00+08:00, scale: 0, step: 10s, length: 10s }"


def write(name, sources, clock=STEPPED, timeout="1s"):
    dir = TMP / name
    dir.mkdir(parents=True, exist_ok=True)
    (dir / "langyan.yaml").write_text(CONF % {"dir": dir, "top": TOP, "clock": clock, "timeout": timeout} + sources)
    return dir


def cost(name, source):
    """(peak MiB, CPU s, wall s) of one run from start to end."""
    dir = write(name, source)
    began, peak = time.monotonic(), 0
    p = Proc(["run", "-c", dir / "langyan.yaml", "--once"], dir / "log")
    while True:  # ru_maxrss would be this script's own: it counts from before the exec
        try:
            peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % p.p.pid).read()).group(1)))
        except (OSError, AttributeError):
            pass
        pid, status, used = os.wait4(p.p.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(0.003)
    p.p.returncode = os.waitstatus_to_exitcode(status)
    return peak / 1024, used.ru_utime + used.ru_stime, time.monotonic() - began


def watch(name, sources, good):
    """Seconds between the polls of each good source while it runs, sorted."""
    del good.asked[:]
    dir = write(name, sources, "{ mode: wall }", "2s")
    p = Proc(["run", "-c", dir / "langyan.yaml"], dir / "log")
    p.ready()
    began = time.monotonic()
    time.sleep(WATCH_S)
    asked = [(t, path) for t, path in good.asked if t >= began]
    check("%s: it stops when asked" % name, p.stop() == 0, p.tail())
    at = {}
    for t, path in asked:
        at.setdefault(path, []).append(t)
    return sorted(b - a for v in at.values() for a, b in zip(v, v[1:]))


def main():
    site, good = Site("127.0.0.1"), Site("127.0.0.2")
    usual = [cost("usual-%d" % i, good.source("good", "good")) for i in range(3)]
    base = [min(u[i] for u in usual) for i in range(3)]
    ok("a good feed", "%.0f MiB, %.2f s CPU, %.1f s" % tuple(base))
    worst = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        costs = list(pool.map(lambda k: cost(k, site.source(k, k)), sorted(KINDS)))
    for kind, used in zip(sorted(KINDS), costs):
        grew, cpu, took = (a - b for a, b in zip(used, base))
        worst = [max(a, b) for a, b in zip(worst, (grew, cpu, took))]
        check("%s is borne" % kind, SANITIZED or grew <= GROWTH_MIB and cpu <= CPU_S and took <= LIMIT_S, note="+%.0f MiB, +%.2f s CPU, +%.1f s" % (grew, cpu, took))
    ok("the worst of %d kinds" % len(KINDS), "+%.0f MiB, +%.2f s CPU, +%.1f s" % tuple(worst))

    # Each on a host of its own, as they are in life.
    fine = "".join(good.source("good-%d" % i, "good-%d" % i, "1s") for i in range(GOOD_N))
    bad = "".join(Site("127.0.3.%d" % (i + 1)).source(k, k, "1s") for i, k in enumerate(sorted(KINDS)))
    alone, among = watch("alone", fine, good), watch("among", fine + bad, good)
    p95 = [v[len(v) * 95 // 100] if v else 99 for v in (alone, among)]
    check("good sources do not notice the bad", SANITIZED or len(among) >= 0.8 * len(alone) and p95[1] <= 1.1 * p95[0] + LATE_S,
          note="%d polls, 95 %% within %.2f s; among %d bad ones %d polls, within %.2f s" % (len(alone), p95[0], len(KINDS), len(among), p95[1]))
    finish()


main()
