#!/usr/bin/env python3
# flow: beside, long
# The same day, told by threads, by processes over tcp with CURVE, with one scorer and with three,
# over shuffled wires: the same incidents, levels, notice texts and digest, byte for byte.
import sys
from harness import *

LENGTH_S = 600
PORT = free_port()  # links in notices name it: the same for every run


def outcome(folder, conf):
    """Everything that people see, raw."""
    got = {"notices/" + k: v for k, v in files(folder / "notices").items()}
    got.update({"digests/" + k: v for k, v in files(folder / "digests").items()})
    got.update({"drafts/" + k: v for k, v in files(folder / "drafts").items()})
    listed = langyan("incident", "list", "--all", "--json", "-c", conf)
    got["incidents"] = listed.stdout
    for number in re.findall(rb"INC-\d+-\d+", listed.stdout):
        got["show " + number.decode()] = langyan("incident", "show", number.decode(), "--json", "-c", conf).stdout
    return got


def as_threads(name, scorers):
    folder = TMP / name
    room, port, items = newsroom(SCENARIO, TMP / (name + ".newsroom"), PORT)
    conf = quickstart(folder, port, "wire: { scorers: %d }\n" % scorers)
    p = Proc(["run", "--once", "-c", conf], TMP / (name + ".log"))
    rc = p.wait(LENGTH_S)
    check("%s ends well" % name, rc == 0, "status %s: %s" % (rc, p.tail()), "%d items" % items)
    room.stop()
    return folder, conf, items


def as_processes(name, scorers, seed, most_ms):
    """crawl, score x n, respond over tcp with CURVE; a slow wire on each way."""
    folder = TMP / name
    room, port, items = newsroom(SCENARIO, TMP / (name + ".newsroom"), PORT)
    keys = {k: keygen() for k in ("crawl", "respond", "score")}
    documents, results = free_port(), free_port()
    folder.mkdir(parents=True)
    confs = {}
    for part in ("crawl", "respond", "score"):
        own = {k: secret(folder, "%s-%s" % (part, k), v) for k, v in keys[part].items()}
        wires = "wire:\n  public_key: \"%s\"\n  secret_key: \"%s\"\n" % (own["public_key"], own["secret_key"])
        if part == "score":
            slow = SlowWire(documents, seed, most_ms), SlowWire(results, seed + 1, most_ms)
            # Both servers show one key: the scorer knows one server_key.
            wires += "  documents: [\"tcp://127.0.0.1:%d\"]\n  results: \"tcp://127.0.0.1:%d\"\n" % (slow[0].port, slow[1].port)
            wires += "  server_key: \"%s\"\n" % secret(folder, "server", keys["crawl"]["public_key"])
        else:
            own = {k: secret(folder, "server-%s" % k, v) for k, v in keys["crawl"].items()}
            wires = "wire:\n  public_key: \"%s\"\n  secret_key: \"%s\"\n" % (own["public_key"], own["secret_key"])
            wires += "  documents: [\"tcp://127.0.0.1:%d\"]\n  results: \"tcp://127.0.0.1:%d\"\n" % (documents, results)
            wires += "  allowed: [\"%s\"]\n" % keys["score"]["public_key"]
        conf = quickstart(folder, port, wires)
        confs[part] = conf.rename(folder / (part + ".yaml"))
    respond = Proc(["respond", "-c", confs["respond"]], TMP / (name + ".respond"))
    scores = [Proc(["score", "-c", confs["score"]], TMP / ("%s.score%d" % (name, i))) for i in range(scorers)]
    crawl = Proc(["crawl", "-c", confs["crawl"]], TMP / (name + ".crawl"))
    rc = crawl.wait(LENGTH_S)
    rest = [p.stop() for p in scores] + [respond.stop()]
    check("%s ends well" % name, rc == 0 and all(r == 0 for r in rest),
          "crawl %s, others %s: %s" % (rc, rest, crawl.tail()), "%d items" % items)
    room.stop()
    return folder, confs["respond"], items


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    runs = [as_threads("threads-1", 1), as_threads("threads-3", 3),
            as_processes("processes-1", 1, SEED, 2), as_processes("processes-3", 3, SEED + 10, 4)]
    check("the scenario has at least 2,000 items", runs[0][2] >= 2000, "%d" % runs[0][2])
    first = outcome(*runs[0][:2])
    check("there is something to compare", sum(k.startswith("notices/") for k in first) >= 3
          and any(k.startswith("digests/") for k in first) and b"INC-" in first["incidents"],
          "only %s" % sorted(first))
    for folder, conf, _ in runs[1:]:
        other = outcome(folder, conf)
        differ = [k for k in sorted(set(first) | set(other)) if first.get(k) != other.get(k)]
        check("%s tells the same as threads-1" % folder.name, not differ, "differs in %s" % differ[:6],
              "%d files and answers" % len(first))
        v = langyan("verify", "-c", conf)
        check("%s verifies" % folder.name, v.returncode == 0, (v.stdout + v.stderr)[-300:].decode(errors="replace"))
    # The comparison itself can fail.
    changed = dict(first)
    changed["incidents"] = first["incidents"].replace(b"L3", b"L2", 1) + b" "
    check("a changed outcome is noticed", changed != first)
    finish()


main()
