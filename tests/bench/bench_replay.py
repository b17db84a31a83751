#!/usr/bin/env python3
"""langyan replay: documents a second, in wall time and by CPU time, over text sizes and over how many of the documents
are mentions. 50,000 mentions or documents a day, steps of ten seconds, shipped lexicons and triggers, one watch.

The start (lexicons, stages) is measured with one document and taken off. Each history is replayed twice: the same bytes.
"""
import json, os, pathlib, random, resource, shutil, subprocess, sys, time

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("LY_BIN", str(TOP / "build/langyan"))
HOME = TOP / "build/bench-replay"
DOCUMENTS = int(os.environ.get("DOCUMENTS", "200000"))
# bytes of text, of how many documents one is a mention, documents
CASES = [(100, 10, DOCUMENTS), (500, 100, DOCUMENTS), (500, 10, DOCUMENTS), (500, 1, DOCUMENTS // 4), (4000, 10, DOCUMENTS // 8)]
CONF = """
site: { name: bench, data: "%s", allow_root: on }
clock: { mode: stepped, step: 10s }
lexicons: { dir: "%s/lexicons" }
templates: { dir: "%s/templates" }
sources: { weibo: { kind: push, class: social }, forum: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches: { shancui: { query: 山脆, size: large } }
"""


def sentences():
    """Our own writing in many registers, whole and in halves, so that texts hardly repeat each other."""
    all = []
    for name in ("labels-zh.tsv", "labels-en.tsv", "pairs-zh.tsv", "pairs-en.tsv", "stories-develop.tsv", "stories-more.tsv"):
        for line in (TOP / "tests/data" / name).read_text().splitlines():
            if line and not line.startswith("#"):
                all.append(line.split("\t")[-1])
    return [s for s in all if "山脆" not in s]


def history(path, size, one_in, n, r, parts):
    with open(path, "w") as f:
        for i in range(n):
            text = "山脆第%d号：" % r.randrange(10 ** 6) if r.randrange(one_in) == 0 else ""
            left = size - len(text.encode())
            while left > 0:
                s = r.choice(parts)
                at = r.randrange(len(s)) if r.random() < .5 else 0
                s = s[at:] + " "
                text += s
                left -= len(s.encode())
            f.write(json.dumps({"id": "d%d" % i, "source": r.choice(("weibo", "forum", "wire")), "author": "u%d" % int(r.paretovariate(1) * 3),
                                "url": "http://s%d.example/p/%d" % (r.randrange(200), i), "text": text, "followers": int(r.paretovariate(.8) * 50),
                                "arrived": 1773532800 + i * 86400 // 50000}, ensure_ascii=False) + "\n")


def replay(conf, path):
    """-> wall seconds, CPU seconds, what came out"""
    cpu, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run([BIN, "replay", "-c", str(conf), str(path)], capture_output=True)
    wall = time.perf_counter() - wall
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit("replay: " + done.stderr.decode()[-500:])
    return wall, now.ru_utime + now.ru_stime - cpu.ru_utime - cpu.ru_stime, done.stdout


if __name__ == "__main__":
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    conf, path, r, parts = HOME / "langyan.yaml", HOME / "history.jsonl", random.Random(1), sentences()
    conf.write_text(CONF % (HOME / "data", TOP, TOP))
    history(path, 100, 1, 1, r, parts)
    start = replay(conf, path)
    print("start: %.2f s, %.2f s CPU; %d processors" % (start[0], start[1], os.cpu_count()))
    for size, one_in, n in CASES:
        history(path, size, one_in, n, r, parts)
        wall, cpu, out = replay(conf, path)
        _, cpu2, again = replay(conf, path)
        if out != again:
            raise SystemExit("the same history gave other bytes")
        cpu = min(cpu, cpu2) - start[1]
        print("%5d B, 1 in %3d a mention: %7.0f documents/s; %5.1f us CPU a document, so %7.0f/s of %d processors to itself; %d events" %
              (path.stat().st_size // n, one_in, n / max(wall - start[0], 1e-3), cpu / n * 1e6, n / cpu * os.cpu_count(), os.cpu_count(),
               out.count(b"\n")))
    shutil.rmtree(HOME)
