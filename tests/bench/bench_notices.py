#!/usr/bin/env python3
"""10,000 notices to 12 channels, against loopback fakes that keep to the vendors' rates: do they leave as fast as each one
allows, and does none refuse? Rates run by a clock that nobody can hasten, so the notices are shared out by rate: what each
channel may take in MINUTES (default 1.5), which is 10,000 in all; the webhook's rate is set to 6,000 a minute, the others have
their vendor's. Prints for each what is allowed, what was reached, what was refused for its rate. Ends with 1 when one is below
REACHED of its rate, or refuses.
"""
import pathlib, shutil, sys
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flow"))
import fakes
from harness import *

MINUTES = float(os.environ.get("MINUTES", "1.5"))
REACHED = float(os.environ.get("REACHED", "0.95"))
HOME = pathlib.Path(os.environ.get("BENCH_HOME") or TOP / "build/bench-notices")

# name: fake, settings, address, rate, seconds, burst (responder/channel.c)
CHANNELS = {
    "feishu": (lambda: fakes.Feishu(secret="s"), "kind: feishu, token: %(token)s, secret: %(secret)s", "", 100, 60, 5),
    "feishu-app": (lambda: fakes.FeishuApp(secret="s"), "kind: feishu-app, app: cli_1, secret: %(secret)s", "ou_1", 100, 60, 5),
    "dingtalk": (lambda: fakes.DingTalk(secret="s"), "kind: dingtalk, token: %(token)s, secret: %(secret)s", "", 20, 60, 3),
    "wecom": (lambda: fakes.WeCom(), "kind: wecom, token: %(token)s", "", 20, 60, 3),
    "slack": (lambda: fakes.Slack(), "kind: slack, token: %(token)s", "", 60, 60, 1),
    "teams": (lambda: fakes.Teams(), "kind: teams, token: %(token)s", "", 60, 60, 3),
    "telegram": (lambda: fakes.Telegram(), "kind: telegram, token: %(token)s", "-1001", 20, 60, 1),
    "ntfy": (lambda: fakes.Ntfy(token="tk"), "kind: ntfy, token: %(token)s, topic: alerts", "", 60, 300, 6),
    "pagerduty": (lambda: fakes.PagerDuty(), "kind: pagerduty, token: %(token)s", "", 60, 60, 6),
    "webhook": (lambda: fakes.Webhook(), "kind: webhook, rate: 6000", "", 6000, 60, 600),
    "mail": (lambda: fakes.Mail(), "kind: smtp, from: \"langyan@example.test\", starttls: off, server: \"%(base)s\"", "anna@example.test", 120, 60, 12),
    "command": (None, "kind: command, argv: [%(program)s, %(box)s]", "1", 60, 60, 4),
}
TOKENS = {"slack": "T/B/x", "telegram": "123:abc", "ntfy": "tk", "pagerduty": "k" * 32, "wecom": "k3y"}
PROGRAM = "#!/bin/sh\ndate +%s.%N >> \"$1\"\n"


def timed(fake):
    """Note when each message was taken."""
    fake.taken_at = []
    if isinstance(fake, fakes.Mail):
        kept = fake.got

        class Got(list):
            def append(self, x):
                fake.taken_at.append(time.time())
                kept.append(x)
        fake.got, fake.said = Got(), []
        return fake
    reply = fake.reply

    def noted(method, path, headers, body):
        said = reply(method, path, headers, body)
        if said not in (fake.too_often(),) and "tenant_access_token" not in path:
            fake.taken_at.append(time.time())
        return said
    fake.reply = noted
    return fake


def configure(vendors, api):
    program, box = HOME / "page", HOME / "box"
    program.write_text(PROGRAM)
    program.chmod(0o755)
    box.write_text("")
    lines = []
    for name, (_, settings, _, _, _, _) in CHANNELS.items():
        fake = vendors.get(name)
        token = fake.base + "/flow?sig=1" if name == "teams" else TOKENS.get(name, "t0ken")
        fill = {"base": fake.base if fake else "", "program": program, "box": box, "secret": '"%s"' % secret(HOME, name + ".secret", "s"),
                "token": '"%s"' % secret(HOME, name + ".token", token)}
        url = "" if name in ("mail", "command", "teams") else ', url: "%s/x"' % fake.base if name == "webhook" else ', url: "%s"' % fake.base
        private = "" if name in ("mail", "command") else ', allow_private: ["127.0.0.1:%d"]' % fake.port
        lines.append("  %s: { %s%s%s }" % (name, settings % fill, url, private))
    conf = HOME / "langyan.yaml"
    conf.write_text("""
site: { name: notices, zone: Asia/Shanghai, lang: en, data: "%s/data", allow_root: on, region: global }
http: { listen: "", respond_listen: "127.0.0.1:%d", token: "%s" }
people: { anna: { contacts: [ { channel: mail, address: "anna@example.test" } ] } }
channels:
%s
""" % (HOME, api, secret(HOME, "token", "t" * 40), "\n".join(lines)))
    return conf


def share(rate, per_s, burst):
    return max(1, round(burst + rate / per_s * 60 * MINUTES))


def fill(record):
    """As many rows as its share, like those of `notify test`, all due now."""
    c, now, total = sqlite3.connect(record), int(time.time()), 0
    for name, (_, _, address, rate, per_s, burst) in CHANNELS.items():
        rows_ = [(os.urandom(16), name, address, now, now, now, "%s %d" % (name, i), "Notice number %d.\n" % i) for i in range(share(rate, per_s, burst))]
        c.executemany("INSERT INTO notice (id, level, kind, recipient, channel, address, seq, state, why, created_at, due_at, attempts, next_at, subject,"
                      " body, html, facts, code, repeat_possible) VALUES (?, 1, 'test', '', ?, ?, 0, 'queued', '', ?, ?, 0, ?, ?, ?, '', '{}', '', 0)", rows_)
        total += len(rows_)
    c.commit()
    c.close()
    return total


def main():
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    vendors = {name: timed(make()) for name, (make, *_) in CHANNELS.items() if make}
    conf = configure(vendors, free_port())
    record = HOME / "data/respond/langyan.db"
    p = Proc(["respond", "-c", conf], HOME / "log")
    if not p.ready(30) or p.stop() != 0:
        raise SystemExit("it does not start: " + p.tail())
    total = fill(record)
    p = Proc(["respond", "-c", conf], HOME / "log")
    begin = time.time()
    waiting = lambda: rows(record, "SELECT count(*) FROM notice WHERE kind = 'test' AND state NOT IN ('sent', 'failed_perm')")[0][0]
    until(60 * MINUTES * 3, lambda: waiting() == 0, 0.5)
    left, took = waiting(), time.time() - begin
    print("%d notices to %d channels in %.0f s; load average %.1f" % (total, len(CHANNELS), took, os.getloadavg()[0]))
    print("%-12s %7s %12s %12s %8s %9s %9s" % ("channel", "notices", "allowed/min", "reached/min", "of it", "refused", "took s"))
    worst, refusals = 1.0, 0
    for name, (_, _, _, rate, per_s, burst) in CHANNELS.items():
        fake = vendors.get(name)
        at = sorted(fake.taken_at) if fake else [float(x) for x in (HOME / "box").read_text().split()]
        refused = sum(1 for s in fake.said if s == fake.too_often()) if fake and not isinstance(fake, fakes.Mail) else 0
        allowed, n = rate / per_s * 60, share(rate, per_s, burst)
        span = at[-1] - at[0] if len(at) > 1 else 0
        reached = (len(at) - burst) / span * 60 if span else 0  # what may go at once is not of the rate
        worst, refusals = min(worst, reached / allowed), refusals + refused
        print("%-12s %3d/%-5d %10.0f %12.1f %7.0f%% %9d %9.1f" % (name, len(at), n, allowed, reached, reached / allowed * 100, refused, span))
    p.stop()
    met = worst >= REACHED and not refusals and not left
    print("goal: each at %.0f %% of its allowed rate or more, none refused, none left: %s (worst %.0f %%, %d refused, %d left)" %
          (REACHED * 100, "met" if met else "MISSED", worst * 100, refusals, left))
    if not met:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
    finish()
