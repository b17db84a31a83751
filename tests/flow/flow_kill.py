#!/usr/bin/env python3
# kill -9 at random moments: no document lost, none counted twice, every due notice delivered.
# Only kills count that landed while a document was unreceipted or a transaction was open.
from harness import *

KILLS = {"crawl": 17, "score": 16, "respond": 17} if not NIGHTLY else {"crawl": 150, "score": 150, "respond": 200}
CHUNK = 20

CONF = """
site: { name: kill, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on }
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
spool: { resend_after: 1s }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches: { brand: { title: 山脆, query: '山脆 OR Shancui', size: small } }
lexicons: { dir: "%(top)s/lexicons" }
people:
  anna: { name: Anna, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: hook, address: anna } ] }
  bob: { name: Bob, zone: Asia/Shanghai, lang: en, contacts: [ { channel: hook, address: bob } ] }
schedules:
  duty: { zone: Asia/Shanghai, shifts: [ { who: [anna, bob], from: 00:00, to: 00:00 } ] }
policies: { default: { steps: [ { to: ["schedule:duty"], after: 0s } ] } }
routes: [ { policy: default, owner: anna } ]
channels: { hook: { kind: webhook, url: "http://127.0.0.1:%(hook)d/", wakes: on, rate: 6000, allow_private: ["127.0.0.1:%(hook)d"] } }
templates: { dir: "%(top)s/templates" }
"""

TEXTS = ["我家孩子吃了山脆海苔脆片，半夜上吐下泻，送急诊，食物中毒，第%d天", "山脆包装漏气受潮，退款被拒，客服不理人，差评 %d",
         "买了山脆海苔脆片，真的好吃，第%d次回购", "Shancui seaweed crisps gave my son food poisoning, terrible, case %d"]


def document(n):
    return json.dumps({"id": "d%d" % n, "source": ("hotline", "board", "wire")[n % 3], "author": "u%d" % (n % 97),
                       "url": "http://s%d.example/p/%d" % (n % 5, n), "text": TEXTS[n % len(TEXTS)] % n}, ensure_ascii=False)


class Feeder(threading.Thread):
    """Pushes numbered documents; what got a 2xx is ours for ever, what got none is sent again."""

    MOST = 1000  # there is always open work, and never a mountain of it

    def __init__(self, api, token, open_work):
        super().__init__(daemon=True)
        self.api, self.token, self.open_work = api, token, open_work
        self.acked, self.refused, self.go = 0, 0, True

    def post(self, lines):
        return post_documents(self.api, lines, self.token)[1]

    def run(self):
        while self.go:
            said = self.post([document(n) for n in range(self.acked, self.acked + CHUNK)])
            if said is None:
                time.sleep(0.01)
                continue
            self.refused += said["refused"]
            self.acked += CHUNK
            if self.acked % (10 * CHUNK) == 0:
                until(30, lambda: not self.go or self.open_work() < self.MOST)


class Crew:
    def __init__(self, name, fault=None):
        self.dir = TMP / name
        self.dir.mkdir(parents=True)
        self.hook = Webhook()
        self.api = free_port()
        token = secret(self.dir, "token", "t" * 40)
        self.conf = self.dir / "langyan.yaml"
        self.conf.write_text(CONF % {"dir": self.dir, "api": self.api, "token": token, "top": TOP, "hook": self.hook.port})
        self.fault, self.procs = fault, {}
        self.spool, self.record = self.dir / "data/crawl/spool.db", self.dir / "data/respond/langyan.db"
        for part in ("respond", "score", "crawl"):
            self.start(part)
        for part, p in self.procs.items():
            if not p.ready():
                raise SystemExit("%s did not start: %s" % (part, p.tail()))
        self.feeder = Feeder(self.api, "t" * 40, self.open_work)

    def start(self, part):
        faulty = self.fault if part == "respond" else None
        self.procs[part] = Proc([faulty or part, "-c", self.conf], self.dir / part,
                                program=pathlib.Path(BIN).parent / "tests/flow/faulty_respond" if faulty else None)

    def open_work(self):
        """Something unreceipted? (A transaction is open only while something is.)"""
        try:
            return rows(self.spool, "SELECT count(*) FROM waiting")[0][0]
        except sqlite3.Error:
            return 0

    def kill(self, part, r):
        """One kill at a random moment; True when it counted."""
        time.sleep(r.uniform(0.02, 0.2))
        counted = self.open_work() > 0
        self.procs[part].kill()
        self.start(part)
        return counted

    def settle(self, seconds=60):
        self.feeder.go = False
        self.feeder.join(20)
        until(20, lambda: all(p.said("event=ready") for p in self.procs.values()))
        return until(seconds, lambda: self.open_work() == 0 and self.quiet())

    def quiet(self):
        try:
            return not rows(self.record, "SELECT 1 FROM notice WHERE state IN ('planned','queued','sending','retry_wait') LIMIT 1")
        except sqlite3.Error:
            return False

    def sums(self):
        one = lambda q: rows(self.record, q)[0][0] or 0
        return {"documents": one("SELECT count(*) FROM document"), "mentions": one("SELECT count(*) FROM mention"),
                "counted": one("SELECT sum(mentions) FROM rollup_day WHERE topic = ''"),
                "minutes": one("SELECT sum(mentions) FROM rollup_minute WHERE topic = ''")}

    def stop(self):
        return {part: self.procs[part].stop() for part in ("crawl", "score", "respond")}


def campaign(name, kills, fault=None, give_up=None):
    """Kill until each part had its counted kills. -> (crew, counted, tried)"""
    crew = Crew(name, fault)
    r = random.Random(SEED)
    left, counted, tried = dict(kills), 0, 0
    crew.feeder.start()
    until(10, lambda: crew.feeder.acked > 100)
    while any(left.values()) and tried < 6 * sum(kills.values()):
        part = r.choice([p for p, n in left.items() if n > 0])
        tried += 1
        if crew.kill(part, r):
            counted += 1
            left[part] -= 1
        if give_up and give_up(crew):
            break
        until(10, lambda: crew.procs[part].said("event=ready"))
    return crew, counted, tried


def after(crew):
    want, sums = crew.feeder.acked, crew.sums()
    lost = want - sums["documents"]
    twice = max(sums["counted"], sums["minutes"]) - sums["mentions"]
    return want, sums, lost, twice


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    crew, counted, tried = campaign("kill", KILLS)
    settled = crew.settle()
    want, sums, lost, twice = after(crew)
    check("everything is receipted in the end", settled, "%d wait; %s" % (crew.open_work(), crew.procs["respond"].tail()))
    check("%d kills counted" % counted, counted >= sum(KILLS.values()), "of %d" % tried,
          "%.0f %% of %d landed on open work" % (100 * counted / max(tried, 1), tried))
    if NIGHTLY:
        check("a crisis of 5,000 documents and more", want >= 5000, "%d" % want)
    check("0 documents lost", lost == 0, "%d of %d" % (lost, want), "%d documents" % want)
    check("0 counted twice", twice == 0 and sums["mentions"] == sums["documents"] == want, "%s" % sums)
    taken = {g["key"].replace("-", "") for g in crew.hook.taken()}
    told = rows(crew.record, "SELECT lower(hex(id)), state FROM notice")
    due = [(k, state) for k, state in told if state not in ("held", "bundled", "superseded")]
    missing = [k for k, state in due if k not in taken]
    check("every due notice was delivered", due and not missing, "%d of %d not: %s" % (len(missing), len(due), due[:3]),
          "%d notices, %d deliveries" % (len(due), len(crew.hook.taken())))
    # What had left when its kill came may have been superseded since: it has a row all the same.
    check("repeats carry the key of the first", taken <= {k for k, _ in told}, "%s" % list(taken - {k for k, _ in told})[:3])
    rc = crew.stop()
    check("all stop well", all(v == 0 for v in rc.values()), "%s" % rc)
    v = langyan("verify", "-c", crew.conf)
    check("verify passes", v.returncode == 0, (v.stdout + v.stderr)[-400:].decode(errors="replace"))

    if SANITIZED:  # what follows is about the counts above, and by the millisecond
        finish()
    # The counts above can fail: a receipt before its commit loses, forgotten identity doubles.
    # A kill must land between that receipt and its commit; on a busy machine eight may all miss.
    for chance in range(4):
        lossy, _, _ = campaign("lossy%d" % chance, {"respond": 8}, "early")
        lossy.settle(20)
        want, sums, lost, _ = after(lossy)
        done = lossy.open_work() == 0
        lossy.stop()
        if lost:
            break
    check("a receipt before the commit is reported as loss", done and lost > 0, "%d of %d" % (lost, want), "%d lost" % lost)
    for chance in range(4):
        # A scorer that dies while its results are in the open batch is sent the same again.
        double, _, _ = campaign("double%d" % chance, {"score": 4, "respond": 2}, "forget")
        double.settle(20)
        want, sums, lost, twice = after(double)
        double.stop()
        if sums["documents"] > want:
            break
    check("forgotten identity is reported as twice", sums["documents"] > want, "%s of %d" % (sums, want), "%d too many" % (sums["documents"] - want))
    finish()


if __name__ == "__main__":
    main()
