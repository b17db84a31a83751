#!/usr/bin/env python3
# Was I told? As a new user: three channels, two of them broken on purpose, a test through each, and one
# place that says what arrived, what did not, and why.
from harness import *

CONF = """
site: { name: desk, zone: Asia/Shanghai, lang: en, data: "%(dir)s/data", allow_root: on }
sources: { board: { kind: push, class: forum } }
watches: { tea: { title: tea, query: 'tea', size: small } }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
people:
  anna: { name: Anna, contacts: [ { channel: good }, { channel: refuses }, { channel: files } ], roles: [lead] }
routes: [ { owner: anna } ]
channels:
  good: { kind: webhook, url: "http://127.0.0.1:%(good)d/", allow_private: ["127.0.0.1:%(good)d"] }
  refuses: { kind: webhook, url: "http://127.0.0.1:%(bad)d/", allow_private: ["127.0.0.1:%(bad)d"] }
  away: { kind: webhook, url: "http://127.0.0.1:1/", allow_private: ["127.0.0.1:1"] }
  files: { kind: file, path: "%(dir)s/told" }
"""


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    good, bad = Webhook(), Webhook(lambda n, h: 400)
    conf = TMP / "langyan.yaml"
    conf.write_text(CONF % {"dir": TMP, "top": TOP, "good": good.port, "bad": bad.port})
    notice = lambda *a: langyan("notice", *a, "-c", conf)
    said = lambda r: (r.stdout + r.stderr).decode(errors="replace")

    r = langyan("notify", "test", "good", "--wait", "1s", "-c", conf)
    check("without a responder the test waits and says so", r.returncode == 1 and "queued" in said(r) and not good.got, said(r))
    p = Proc(["respond", "-c", conf], TMP / "log")
    check("the responder starts", p.ready(), p.tail())
    check("what waited leaves", until(10, lambda: len(good.taken()) == 1))
    r = langyan("notify", "test", "anna/good", "--wait", "20s", "-c", conf)
    check("a channel that works: exit 0, and what was answered", r.returncode == 0 and "sent: the other side has taken it" in said(r)
          and "taken  [200]" in said(r) and len(good.taken()) == 2, said(r))
    check("the test says that nothing has happened", b"nothing is to be done" in good.taken()[-1]["body"])
    r = langyan("notify", "test", "anna/refuses", "--wait", "20s", "-c", conf)
    check("one that refuses: exit 1 and its answer in words", r.returncode == 1 and "refused for good" in said(r) and "it answered 400" in said(r)
          and "not tried again: mend" in said(r) and "not all of it arrived" not in said(r), said(r))
    r = langyan("doctor", "-c", conf)
    check("the doctor says which channel does not get through, and why", re.search(r"bad +refuses +its newest notice .*it answered 400", said(r))
          and not re.search(r" good +its newest", said(r)), said(r))
    r = notice("list", "--state", "lost")
    check("a state that does not exist is no empty list", r.returncode == 2 and "ever in the state" in said(r), said(r))
    r = langyan("notify", "test", "away", "--wait", "1s", "-c", conf)
    check("one that is away: exit 1 and why", r.returncode == 1 and "did not get through" in said(r) and "onnect" in said(r), said(r))
    r = langyan("notify", "test", "anna", "--wait", "20s", "-c", conf)
    check("a person: one through each contact", r.returncode == 1 and len(re.findall(r" test +anna ", said(r))) == 3, said(r))
    r = langyan("notify", "test", "nobody", "-c", conf)
    check("nobody of that name: asked wrongly", r.returncode == 2 and "no person and no channel" in said(r), said(r))

    r = notice("list", "--person", "anna", "--since", "1h")
    lines = said(r).splitlines()
    check("was anna told? one place says it", r.returncode == 0 and any("via good" in x and " sent" in x for x in lines)
          and any("via refuses" in x and "failed_perm" in x for x in lines) and all(" anna " in x for x in lines), said(r))
    r = notice("list", "--state", "failed_perm", "--json")
    rows_ = json.loads(r.stdout)["notices"]
    check("by state, as JSON", rows_ and all(x["state"] == "failed_perm" and x["channel"] == "refuses" for x in rows_), said(r))
    r = notice("show", rows_[0]["id"][:10])
    check("each try with its answer", "tries" in said(r) and "[400]" in said(r), said(r))
    one = json.loads(notice("show", rows_[0]["id"], "--json").stdout)["notice"]
    check("the same as JSON", [t["status"] for t in one["tries"]] == [400] and one["tries"][0]["said"] == "it answered 400", "%s" % one)
    told = json.loads(notice("list", "--kind", "operator", "--json").stdout)["notices"]
    check("somebody was told of what was refused, by another channel", told and all(x["channel"] != "refuses" for x in told), "%s" % told)
    check("a digit that fits none, a wrong option", notice("show", "ffff").returncode == 2 and notice("list", "--colour", "red").returncode == 2)
    check("it stops well", p.stop() == 0, p.tail())
    finish()


if __name__ == "__main__":
    main()
