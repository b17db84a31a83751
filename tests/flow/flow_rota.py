#!/usr/bin/env python3
# flow: beside
"""The rota in a shell: who, check, export; changed while everything runs, kept over a restart, verified."""
from harness import *

HOME = TMP / "rota"
HOME.mkdir(parents=True, exist_ok=True)
conf = HOME / "langyan.yaml"
TEXT = """
site: { name: 茶铺, zone: Asia/Shanghai, lang: en, data: "%s/data", allow_root: on }
lexicons: { dir: "%s/lexicons" }
templates: { dir: "%s/templates" }
clock: { mode: wall }
http: { listen: "" }
watches: { tea: { title: 茶铺, query: '茶铺', size: small } }
people:
  ann: { contacts: [ { channel: desk } ] }
  ben: { contacts: [ { channel: desk } ] }
  cai: { contacts: [ { channel: desk, wakes: no } ] }
schedules: { duty: { shifts: [ { who: [ann, ben], rotate: { every: week, start: 2026-01-05 09:00 } } ] } }
policies: { default: { steps: [ { to: ["schedule:duty"] } ] } }
routes: [ { policy: default } ]
channels: { desk: { kind: file, path: "%s/notices", wakes: on } }
""" % (HOME, TOP, TOP, HOME)
conf.write_text(TEXT)


def rota(*args, code=0):
    got = langyan("rota", args[0], "-c", conf, *args[1:])
    said = got.stdout.decode() + got.stderr.decode()
    return said if got.returncode == code else "exit %d: %s" % (got.returncode, said)


def says(name, said, *texts):
    check(name, all(t in said for t in texts), "no %s in %s" % ([t for t in texts if t not in said], said[:800]))


says("who is on shift, until when, and who comes", rota("who", "--at", "2026-01-06 12:00"), "ann (ann)  since 2026-01-05 09:00  until 2026-01-12 09:00",
     "from 2026-01-12 09:00: ben")
says("whom each level tells", rota("who", "--at", "2026-01-06 03:00", "--watch", "tea"), "L1: policy default", "L3: policy default", "ann via desk (wakes)")
lines = [json.loads(x) for x in langyan("rota", "who", "-c", conf, "--json", "--at", "2026-01-06T04:00:00Z").stdout.splitlines()]
check("the same for programs", lines == [{"schedule": "duty", "at": "2026-01-06T04:00:00Z", "on": [{"person": "ann", "name": "ann", "since": "2026-01-05T01:00:00Z",
      "until": "2026-01-12T01:00:00Z"}], "next": {"who": ["ben"], "at": "2026-01-12T01:00:00Z"}}], str(lines))
says("every minute is covered", rota("check"), "every minute has somebody")
calendar = langyan("rota", "export", "-c", conf, "--from", "2026-01-06", "--days", "30").stdout
check("a calendar", calendar.count(b"BEGIN:VEVENT") == 5 and b"DTSTART:20260105T010000Z\r\nDTEND:20260112T010000Z\r\nSUMMARY:On call: ann (duty)\r\n" in calendar, str(calendar))

# ---- changed while everything runs --------------------------------------------------------------
p = Proc(["run", "-c", conf], HOME / "run.log")
p.ready()
now = time.time()
stamp = lambda s: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(now + s))
says("somebody joins", rota("override", "duty", "add", "--who", "cai", "--from", stamp(0), "--to", stamp(7200), "--why", "launch"), "change 1 of duty: override")
says("at once", rota("who"), "cai (cai)")
says("who is not on shift cannot be taken off it", rota("override", "duty", "remove", "--who", "cai", "--from", stamp(9000), "--to", stamp(9600), code=1), "cai is not on shift")
says("a wrong name is told the nearest", rota("override", "dutty", "add", "--who", "cai", "--from", stamp(0), "--to", stamp(60), code=2), 'did you mean "duty"?')
says("a day that nobody has is told", rota("temporary", "duty", "--from", stamp(86400), "--to", stamp(90000), "--shift", "cai: %s / %s" % (stamp(88200), stamp(90000))),
     "nobody is on shift")
says("and found", rota("check", "--days", "3", code=1), 'L1 policy "default": nobody can be reached', 'L3 policy "default": nobody can be woken', "30 min")
check("the run ends well", p.stop() == 0, p.tail())

# ---- kept ----------------------------------------------------------------------------------------
p = Proc(["run", "-c", conf], HOME / "again.log")
p.ready()
check("a gap is a warning of run, never a refusal", "event=rota_gap level=3 why=nobody_can_be_reached" in p.tail(200), p.tail(200))
check("it ends well again", p.stop() == 0, p.tail())
says("changes outlive the process", rota("changes"), "add cai", "holds, by unix:", ": launch", "to come")
says("one is taken back where nothing runs", rota("cancel", "2", "--why", "moved"), "change 3 of duty: cancel")
says("and no gap is left", rota("check", "--days", "3"), "every minute has somebody")
verified = langyan("verify", "-c", conf)
check("the chain holds", verified.returncode == 0 and b"3 rota changes" in verified.stdout, str(verified))
finish()
