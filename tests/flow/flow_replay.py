#!/usr/bin/env python3
# flow: beside
# langyan replay: the order of lines does not matter, their times do; what is refused is told by its line; nothing is written.
from harness import *

HOME = TMP / "replay"
HOME.mkdir(parents=True, exist_ok=True)
CONF = HOME / "langyan.yaml"
CONF.write_text("""
site: { name: replay, data: "%s/data", lang: en, allow_root: on }
clock: { mode: stepped, step: 10s }
lexicons: { dir: "%s/lexicons" }
templates: { dir: "%s/templates" }
watches: { shancui: { query: 山脆, size: small } }
signals: { load: { class: system, above: 0.85 } }
""" % (HOME, TOP, TOP))


def replay(lines, *options):
    path = HOME / "history.jsonl"
    path.write_text("\n".join(lines) + "\n")
    done = langyan("replay", *options, "-c", CONF, path)
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


r = random.Random(SEED)
texts = ["山脆包装漏气，很失望，差评", "山脆味道不错", "山脆有股怪味，再也不买了", "今天天气很好"]
lines = [json.dumps({"id": "d%d" % i, "author": "a%d" % (i % 40), "url": "https://s%d.example/%d" % (i % 7, i),
                     "text": "%s，第%d次了" % (r.choice(texts), i), "published": 1773532800 + i * 37}, ensure_ascii=False) for i in range(600)]
lines.insert(300, json.dumps({"signal": "load", "value": 0.91, "at": "2026-03-15T02:00:00Z"}))
first = replay(lines)
check("a history is replayed", first.returncode == 0 and '"type":"firing"' in first.stdout, first.stderr)
check("a number fires among documents", '"reason":"load' in first.stdout, first.stdout)
shuffled = lines[:]
r.shuffle(shuffled)
check("lines in any order give the same", replay(shuffled).stdout == first.stdout)
bad = replay([lines[0], "{", '{"text":"no time"}', '{"signal":"load","value":1}', '{"signal":"load","value":"x","at":"2026-03-15T02:00:00Z"}', lines[1]])
for line, why in [(2, "column"), (3, 'neither "arrived" nor "published"'), (4, 'needs "at"'), (5, '"value" is no number')]:
    check("line %d is refused with its reason" % line, re.search(r"^line %d: .*%s" % (line, re.escape(why)), bad.stderr, re.M), bad.stderr)
check("the rest is replayed, and the exit code tells of it", bad.returncode == 1 and "2 documents" in bad.stderr, bad.stderr)
many = [json.dumps({"id": "m%d" % i, "author": "a%d" % (i % 40), "text": "%s，第%d次了" % (texts[i % 4], i), "arrived": 1773532800 + i * 37},
                   ensure_ascii=False) for i in range(20000)]
whole = replay(many)
broken = many[:7000] + ["{", '{"text":"no time"}'] + many[7000:]
for name, lines in [("in the order of times", broken), ("in another", broken[:7002] + broken[:7001:-1])]:
    done = replay(lines, "--threads", "3")
    told = re.findall(r"^line (\d+): (.*)", done.stderr, re.M)
    check("%s: lines in the midst are refused, and the rest is the same" % name,
          done.returncode == 1 and done.stdout == whole.stdout and [n for n, _ in told] == ["7001", "7002"] and "neither" in told[1][1], str(told))
(HOME / "history.jsonl").write_text("\n".join(many) + "\n")
stopped = subprocess.Popen([BIN, "replay", "-c", str(CONF), str(HOME / "history.jsonl")], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
said = stopped.stderr.readline()  # the first incident is raised; thousands of lines are to come
stopped.send_signal(signal.SIGINT)
out, err = stopped.communicate()
out, err = out.decode(), (said + err).decode()
check("a signal ends it, and what came out is whole", stopped.returncode == 1 and re.search(r"stopped before line \d+", err) and whole.stdout.startswith(out)
      and (not out or out.endswith("\n")) and out != whole.stdout, "%d %s" % (stopped.returncode, err[-300:]))
check("nothing is written", sorted(p.name for p in HOME.iterdir()) == ["history.jsonl", "langyan.yaml"], str(list(HOME.iterdir())))
finish()
