#!/usr/bin/env python3
# flow: beside
# kill -9 with slow, failing, rate-limiting and forgetful receivers: no notice missing, none twice at one
# that honours the key, at most one a kill, and labelled, at one that does not.
from harness import *

KILLS = 12 if not NIGHTLY else 200
WATCHES = 3

CONF = """
site: { name: outbox, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on }
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches:
%(watches)s
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
people:
%(people)s
policies: { default: { repeat: 5, steps: [ { to: [%(to)s] }, { to: [%(to)s] } ] } }
routes: [ { policy: default, owner: plain } ]
channels:
%(channels)s
"""


class Receiver:
    """A webhook that remembers what it has taken, by key. It takes a notice, or it does not: it
    never takes one and says no. honours: what has come before is not taken again."""

    def __init__(self, name, seed, delay=0, refuses=0.0, limit=0, honours=False):
        self.name, self.delay, self.refuses, self.limit, self.honours = name, delay, refuses, limit, honours
        self.random, self.lock = random.Random(seed), threading.Lock()
        self.taken, self.repeats, self.refused, self.asked, self.again = {}, [], 0, 0, 0
        outer = self

        class Handler(Asked):
            def do_POST(self):
                self.body()
                status, wait = outer.answer(self.headers)
                self.say(status, headers=[("Retry-After", str(wait))] if wait else ())

        self.server = serve(Handler)
        self.port = self.server.server_port

    def answer(self, headers):
        """Taken at once, answered late."""
        now, status, wait = time.monotonic(), 200, 0
        key = headers["Idempotency-Key"].replace("-", "")
        with self.lock:
            self.asked += 1
            if self.limit and self.asked % self.limit == 0:
                status, wait = 429, 1
            elif self.random.random() < self.refuses:
                status = 500
            elif key not in self.taken:
                self.taken[key] = now
            elif self.honours:
                self.again += 1
            else:
                self.repeats.append((key, now, headers.get("X-Langyan-Repeat") == "possible"))
            self.refused += status != 200
        time.sleep(self.random.uniform(0, 2 * self.delay))
        return status, wait


class Site:
    def __init__(self, name, mistake=None):
        self.dir = TMP / name
        self.dir.mkdir(parents=True)
        self.api, self.mistake, self.kills, self.p = free_port(), mistake, [], None
        self.receivers = [Receiver("slow", SEED, delay=0.15), Receiver("failing", SEED + 1, delay=0.05, refuses=0.5),
                          Receiver("limited", SEED + 2, delay=0.01, limit=4), Receiver("plain", SEED + 3, delay=0.02),
                          Receiver("honest", SEED + 4, delay=0.05, honours=True)]
        names = [r.name for r in self.receivers]
        self.conf = self.dir / "langyan.yaml"
        self.conf.write_text(CONF % {
            "dir": self.dir, "api": self.api, "token": secret(self.dir, "token", "t" * 40), "top": TOP,
            "watches": "\n".join("  w%d: { title: 山脆%d, query: '山脆%d', size: small }" % (i, i, i) for i in range(WATCHES)),
            "people": "\n".join("  %s: { quiet: { from: 00:00, to: 00:00 }, roles: [lead], contacts: [ { channel: %s } ] }" % (n, n) for n in names),
            "to": ", ".join('"person:%s"' % n for n in names),
            "channels": "\n".join('  %s: { kind: webhook, url: "http://127.0.0.1:%d/", wakes: on, rate: 6000, allow_private: ["127.0.0.1:%d"] }'
                                  % (r.name, r.port, r.port) for r in self.receivers)})
        self.record = self.dir / "data/respond/langyan.db"
        self.start("run")
        if not self.p.ready() or not until(20, self.push) or not until(20, lambda: len(self.rows("SELECT 1 FROM incident")) == WATCHES):
            raise SystemExit("it does not start: " + self.p.tail())
        self.kills.append(time.monotonic())  # it cuts off what is under way, too
        self.p.stop()  # from now on only who tells people
        self.start()
        self.p.ready()
        for number, in self.rows("SELECT number FROM incident"):
            langyan("incident", "promote", number, "--level", "3", "-c", self.conf)  # no budget holds it

    def start(self, part="respond"):
        self.p = Proc([part, "-c", self.conf], self.dir / "log")

    def push(self):
        lines = [json.dumps({"id": "w%d-%d" % (w, n), "source": ("hotline", "board", "wire")[n % 3], "author": "u%d" % n,
                             "url": "http://s%d.example/%d/%d" % (n, w, n), "text": "我家孩子吃了山脆%d海苔脆片，半夜送急诊，食物中毒，第%d例" % (w, n)},
                            ensure_ascii=False) for w in range(WATCHES) for n in range(6)]
        return post_documents(self.api, lines)[1] is not None

    def rows(self, sql):
        try:
            return rows(self.record, sql)
        except sqlite3.Error:
            return []

    def sending(self):
        return self.rows("SELECT count(*) FROM notice WHERE state = 'sending'")

    def tell(self):
        """Everybody once more of each incident."""
        for number, in self.rows("SELECT number FROM incident"):
            langyan("incident", "escalate", number, "-c", self.conf)

    def kill(self, r):
        """At a random moment while something is on its way; True when it was so."""
        self.tell()
        until(10, lambda: (self.sending() or [[0]])[0][0] > 0, 0.005)
        time.sleep(r.uniform(0, 0.1))
        self.kills.append(time.monotonic())
        self.p.kill()
        cut = (self.sending() or [[0]])[0][0] > 0
        if self.mistake:
            c = sqlite3.connect(self.record)
            c.execute(self.mistake)
            c.commit()
            c.close()
        self.start()
        until(20, lambda: self.p.said("event=ready"))
        return cut

    def settle(self):
        for number, in self.rows("SELECT number FROM incident"):
            langyan("incident", "ack", number, "-c", self.conf)
        return until(60, lambda: self.rows("SELECT count(*) FROM notice WHERE state IN ('planned','held','queued','sending','retry_wait')") == [(0,)], 0.1)

    def judge(self):
        """-> how many left, missing, repeats by receiver, repeats without a label, repeats beyond one a kill, keys that are
        no notice's own: who honours keys takes a notice again when it comes under another one"""
        left = self.rows("SELECT lower(hex(id)), channel FROM notice WHERE sent_at IS NOT NULL OR state IN ('sent', 'acked')")
        missing = [k for k, via in left for r in self.receivers if r.name == via and k not in r.taken]
        unlabelled = [k for r in self.receivers for k, _, label in r.repeats if not label]
        # Of the first n repeats each has a kill of its own behind it.
        most = 0
        for r in self.receivers:
            for n, (_, at, _) in enumerate(sorted(r.repeats, key=lambda x: x[1]), 1):
                most = max(most, n - sum(1 for k in self.kills if k < at))
        known = set(self.rows("SELECT lower(hex(id)), channel FROM notice"))
        strange = [k for r in self.receivers for k in r.taken if (k, r.name) not in known]
        return len(left), missing, {r.name: len(r.repeats) for r in self.receivers}, unlabelled, most, strange


def campaign(name, kills, mistake=None, seen=None, delay=None):
    """delay: of every receiver; a long one is cut off by each kill."""
    site = Site(name, mistake)
    for x in site.receivers:
        x.delay = delay or x.delay
    r, cut = random.Random(SEED), 0
    for _ in range(kills):
        cut += site.kill(r)
        if seen and until(1, lambda: seen(site)):
            break
    settled = seen or site.settle()
    return site, cut, settled


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    site, cut, settled = campaign("kills", KILLS)
    left, missing, repeats, unlabelled, most, strange = site.judge()
    again = next(r.again for r in site.receivers if r.honours)
    notes = "%d notices, %d kills of which %d cut one off, repeats %s" % (left, KILLS, cut, repeats)
    check("everything has left in the end", settled, site.p.tail())
    check("kills cut notices off", cut >= KILLS // 2 and left > KILLS, notes, notes)
    check("0 notices missing", not missing, "%d of %d: %s" % (len(missing), left, missing[:3]))
    check("0 repeats where the key is honoured: it is always the notice's own", not strange, "%d are not" % len(strange),
          "%d came again there" % again)
    check("at most one repeat a kill where it is not", most <= 0, "%d too many; %s" % (most, notes))
    check("each repeat says that it may be one", not unlabelled, "%d do not" % len(unlabelled))
    tries = site.rows("SELECT count(*), sum(n.attempts) FROM notice n WHERE n.attempts > 0")[0]
    ledger = site.rows("SELECT count(*) FROM attempt")[0][0]
    check("the ledger has every try", ledger == tries[1], "%d of %s" % (ledger, tries[1]), "%d tries" % ledger)
    limited = [r for r in site.receivers if r.name in ("limited", "failing")]
    check("receivers refused, too", all(r.refused for r in limited), "", ", ".join("%s %d" % (r.name, r.refused) for r in limited))
    check("it stops well", site.p.stop() == 0, site.p.tail())
    if WRAP:
        finish()
    # The counts can fail: calling sent what may not have left loses, forgetting that it may have left hides a repeat,
    # and what comes under another key is another notice to who honours keys.
    lossy, _, _ = campaign("lossy", 20, "UPDATE notice SET state = 'sent', sent_at = 1 WHERE state = 'sending'", lambda x: x.judge()[1])
    check("a notice that is called sent too early is reported as missing", lossy.judge()[1])
    lossy.p.kill()
    hidden, _, _ = campaign("hidden", 20, "UPDATE notice SET state = 'queued' WHERE state = 'sending'", lambda x: x.judge()[3])
    check("a repeat without its label is reported", hidden.judge()[3])
    hidden.p.kill()
    rekeyed, _, _ = campaign("rekeyed", 20, "UPDATE notice SET id = randomblob(16) WHERE state = 'sending'", lambda x: x.judge()[5], delay=0.3)
    check("a notice that comes again under another key is reported", rekeyed.judge()[5])
    rekeyed.p.kill()
    finish()


if __name__ == "__main__":
    main()
