#!/usr/bin/env python3
# flow: beside
# Real notices through every kind of channel, to fakes that keep to the vendors' limits, signatures, keywords, rates and
# codes: each arrives once and whole; what is busy is tried again when it said; what is refused for good is not, and the
# next contact and the operator are told. Time runs 240 times as fast: what is tried again after 5 s is so at once.
import email, email.policy, sys
import fakes
import flow_kill as kill
from harness import *

SCALE = 240
PUBLIC = "https://langyan.example.test"

# name: (kind and settings, address); %(x)d: port of its fake
CHANNELS = {
    "feishu": ("kind: feishu, token: %(token)s, secret: %(secret)s, keyword: 狼烟", "ou_anna"),
    "app": ("kind: feishu-app, app: cli_1, secret: %(secret)s, urgent: phone", "ou_anna"),
    "ding": ("kind: dingtalk, token: %(token)s, secret: %(secret)s, keyword: 狼烟", "13800000000"),
    "wecom": ("kind: wecom, token: %(token)s", "wangqing"),
    "wecom-text": ("kind: wecom, token: %(token)s", "13800001111"),
    "slack": ("kind: slack, token: %(token)s, region: cn, rate: 600", "U1"),
    "teams": ("kind: teams, token: %(token)s, region: cn", ""),
    "telegram": ("kind: telegram, token: %(token)s, region: cn, rate: 600", "-1001"),
    "ntfy": ("kind: ntfy, token: %(token)s, topic: alerts, region: cn", ""),
    "pager": ("kind: pagerduty, token: %(token)s, region: cn", ""),
    "hook": ("kind: webhook, url: \"http://127.0.0.1:%(port)d/x\", secret: %(secret)s", ""),
    "mail": ("kind: smtp, server: \"smtp://127.0.0.1:%(port)d\", from: \"狼烟 <langyan@example.test>\", starttls: off", "anna@example.test"),
    "command": ("kind: command, argv: [%(program)s, %(box)s]", "+8613800000000"),
    "abroad": ("kind: slack, token: %(token)s", "U2"),
    "gone": ("kind: wecom, token: %(token)s", ""),
    "d-mail": ("kind: smtp, server: \"smtp://127.0.0.1:%(port)d\", from: \"狼烟 <langyan@example.test>\", starttls: off", "anna@example.test"),
    "d-wecom": ("kind: wecom, token: %(token)s", ""),
    "d-abroad": ("kind: telegram, token: %(token)s", "-1001"),
    "quota": ("kind: feishu-app, app: cli_1, secret: %(secret)s, urgent: sms", "ou_bob"),
}

if WRAP:  # valgrind of Debian 12 does not know pidfd_open, by which a command is watched: tests/valgrind.skip
    del CHANNELS["command"]
DIGESTS = ("d-mail", "d-wecom", "d-abroad")
PAGES = [n for n in CHANNELS if n not in DIGESTS]
BUSY = ("feishu", "ding", "wecom", "slack", "teams", "telegram", "pager", "hook", "mail", "command")

PROGRAM = """#!/usr/bin/python3
import os, sys
box = sys.argv[1]
n = len(os.listdir(box))
with open(os.path.join(box, "%d.txt" % n), "w") as f:
    f.write("\\n".join("%s=%s" % kv for kv in sorted(os.environ.items())))
sys.exit(75 if n == 0 else 0)
"""


def fakes_open():
    busy = lambda *answers: dict(first=answers)
    return {
        "feishu": fakes.Feishu(secret="s-feishu", keyword="狼烟", **busy((502, "<html>bad gateway</html>"))),
        "app": fakes.FeishuApp(secret="s-app"),
        "ding": fakes.DingTalk(secret="s-ding", keyword="狼烟", **busy((200, "<html>log in to the network</html>"))),
        "wecom": fakes.WeCom(**busy((500, ""))),
        "wecom-text": fakes.WeCom(),
        "slack": fakes.Slack(**busy((429, "", {"Retry-After": "1"}))),
        "teams": fakes.Teams(**busy("cut")),
        "telegram": fakes.Telegram(**busy((429, {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}))),
        "ntfy": fakes.Ntfy(token="tk_1"),
        "pager": fakes.PagerDuty(**busy((500, "oops"))),
        "hook": fakes.Webhook(secret="s-hook", **busy((503, "later"))),
        "mail": fakes.Mail(first=["451 greylisted"]),
        "abroad": fakes.Slack(),
        "gone": fakes.WeCom(key="another"),
        "d-mail": fakes.Mail(),
        "d-wecom": fakes.WeCom(),
        "d-abroad": fakes.Telegram(),
        "quota": fakes.FeishuApp(secret="s-quota", quota=0),
    }


def token_of(name, fake):
    """What the vendor's page shows: a token, or a whole address."""
    return {"slack": "T/B/x", "abroad": "T/B/x", "teams": fake.base + "/flow?sig=1", "telegram": "123:abc", "ntfy": "tk_1", "pager": "k" * 32,
            "wecom": fake.base + "/cgi-bin/webhook/send?key=k3y", "gone": "k3y", "wecom-text": "k3y", "d-wecom": "k3y", "d-abroad": "123:abc"}.get(name, "t0ken")


def configuration(folder, vendors, api):
    box, program = folder / "box", folder / "page"
    box.mkdir(parents=True)
    program.write_text(PROGRAM)
    program.chmod(0o755)
    channels, people = [], []
    for name, (settings, address) in CHANNELS.items():
        fake = vendors.get(name)
        fill = {"port": fake.port if fake else 0, "program": program, "box": box, "secret": '"%s"' % secret(folder, name + ".secret", "s-" + name),
                "token": '"%s"' % secret(folder, name + ".token", token_of(name, fake) if fake else "-")}
        base = "" if name in ("hook", "mail", "d-mail", "teams", "command") else ', url: "%s"' % fake.base
        private = "" if name in ("mail", "d-mail", "command") else ', allow_private: ["127.0.0.1:%d"]' % fake.port
        channels.append("  %s: { %s%s%s }" % (name, settings % fill, base, private))
        people.append("  p-%s: { zone: Asia/Shanghai, lang: zh, contacts: [ { channel: %s, address: \"%s\" }, { channel: shelf } ] }" % (name, name, address))
    channels.append("  shelf: { kind: file, path: \"%s/shelf\" }" % folder)
    people.append("  ops: { lang: zh, roles: [lead], contacts: [ { channel: shelf } ] }")
    token = secret(folder, "token", "t" * 40)
    text = """
site: { name: channels, zone: Asia/Shanghai, lang: zh, data: "%s/data", allow_root: on, public_url: "%s" }
clock: { mode: scaled, start: 2026-03-16T10:00:00+08:00, scale: %d }
http: { listen: "127.0.0.1:%d", token: "%s" }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches: { brand: { title: 山脆, query: '山脆', size: small } }
lexicons: { dir: "%s/lexicons" }
templates: { dir: "%s/templates" }
people:
%s
policies: { default: { steps: [ { to: [%s], after: 0s }, { to: ["person:ops"], after: 10h } ] } }
routes: [ { policy: default, owner: ops } ]
digests: { daily: { cut: 10:10, at: 10:15, to: [p-d-mail, p-d-wecom, p-d-abroad] } }
channels:
%s
""" % (folder, PUBLIC, SCALE, api, token, TOP, TOP, "\n".join(people), ", ".join('"person:p-%s"' % n for n in PAGES), "\n".join(channels))
    path = folder / "langyan.yaml"
    path.write_text(text)
    return path


REPORTS = [
    "我家孩子吃了山脆海苔脆片，半夜上吐下泻，送急诊，医生说是食物中毒",
    "急诊室里又来一位：晚饭后吃山脆零食，三小时后腹痛呕吐，化验结果细菌超标",
    "单位团购的山脆礼盒，办公室六个人拉肚子，领导让全部封存送检",
    "【求助】老人吃了山脆之后一直发烧呕吐，现在医院输液，有没有同样情况的",
    "幼儿园加餐发的山脆，班里十几个小朋友集体食物中毒，家长群炸了",
    "山脆吃出问题了！半袋下去胃痉挛，救护车拉走的，保质期还有两个月",
]


def crisis(n):
    """A safety report at a long address: a notice that lists three of them is over WeCom's and ntfy's limits."""
    return json.dumps({"id": "d%d" % n, "source": ("hotline", "board", "wire")[n % 3], "author": "客%d" % n,
                       "url": "http://s%d.example/p/%d?x=%s" % (n, n, "a_b" * 230),
                       "title": "@all <!channel> <at user_id=\"all\">所有人</at> " + REPORTS[n][:12], "text": REPORTS[n]}, ensure_ascii=False)


def texts(vendors):
    """Name -> every text that was taken there, in order."""
    read = {"feishu": lambda g: g["text"], "app": lambda g: json.dumps(g["card"], ensure_ascii=False), "ding": lambda g: g["text"],
            "wecom": lambda g: g["text_of"], "wecom-text": lambda g: g["text_of"], "d-wecom": lambda g: g["text_of"], "d-abroad": lambda g: g["text"],
            "telegram": lambda g: g["text"], "ntfy": lambda g: g["text"], "pager": lambda g: g["payload"]["custom_details"]["text"],
            "hook": lambda g: g["alerts"][0]["annotations"]["description"]}
    return {name: [read.get(name, lambda g: json.dumps(g, ensure_ascii=False))(g) for g in v.got] for name, v in vendors.items() if name not in ("mail", "d-mail")}


def main():
    vendors = fakes_open()
    folder, api = TMP / "channels", free_port()
    conf = configuration(folder, vendors, api)
    checked = langyan("config", "check", "-c", conf)
    check("config check takes them all", checked.returncode == 0, checked.stderr.decode() + checked.stdout.decode())
    p = Proc(["run", "-c", conf], TMP / "channels.log")
    if not p.ready():
        raise SystemExit(p.tail())
    record = folder / "data/respond/langyan.db"
    feeder = kill.Feeder(api, "t" * 40, lambda: 0)
    pages = lambda level: {r: (s, n, why) for r, s, n, why in rows(
        record, "SELECT channel, state, attempts, why FROM notice WHERE kind = 'page' AND level = ? AND channel <> 'shelf'", level)}
    # A robot that is gone is not asked again at once; its people are told by their next contact meanwhile.
    ended = lambda level: len(pages(level)) == len(PAGES) and all(
        s not in ("held", "queued", "sending", "retry_wait") for r, (s, _, _) in pages(level).items() if level == 2 or r != "gone")
    said = feeder.post([crisis(0)])
    check("a report is taken", said and said["accepted"] == 1, "%s" % said)
    check("every page of L2 ends", until(15, lambda: ended(2)), "%s; %s" % (pages(2), p.tail(30)))
    for name, (state, tries, why) in sorted(pages(2).items()):
        if name == "gone":
            check("%s: refused for good, once" % name, state == "failed_perm" and tries == 1, "%s after %s: %s" % (state, tries, why), why)
        elif name in BUSY:
            check("%s: busy at first, then taken" % name, state == "sent" and tries == 2, "%s after %s: %s" % (state, tries, why))
        else:
            check("%s: taken at once" % name, state == "sent" and tries == 1, "%s after %s: %s" % (state, tries, why))
    for name in PAGES:
        if name in vendors:
            vendors[name].got.clear()
    feeder.post([crisis(n) for n in range(1, len(REPORTS))])
    check("every page of L3 ends", until(15, lambda: ended(3)), "%s; %s" % (pages(3), p.tail(30)))
    now, got = pages(3), texts(vendors)
    lost = {n: v for n, v in now.items() if n != "gone" and v[0] != ("failed_perm" if n == "quota" else "sent")}
    check("and is taken, or refused for good", not lost, "%s" % lost)

    whole = [n for n in got if n not in ("abroad", "gone") + DIGESTS and not all(x in "".join(got[n]) for x in ("为什么", "证据", "覆盖", PUBLIC))]
    check("what was told is whole", not whole, "%s" % {n: got[n] for n in whole})
    heads = got["wecom-text"]
    check("over a mobile's 2,000 bytes it goes in numbered parts", len(heads) > 1 and all("(%d/%d)" % (i + 1, len(heads)) in h for i, h in enumerate(heads)), "%s" % heads)
    loud = {n: fakes.crowd("".join(t)) for n, t in got.items() if n not in ("ntfy", "pager") and fakes.crowd("".join(t))}
    check("nobody's text calls a crowd", not loud, "%s" % loud)
    check("who is told is called", "<at id=ou_anna></at>" in got["feishu"][0] and vendors["ding"].got[0]["at"]["atMobiles"] == ["13800000000"]
          and "<@wangqing>" in got["wecom"][0] and vendors["wecom-text"].got[0]["text"]["mentioned_mobile_list"] == ["13800001111"]
          and "<@U1>" in got["slack"][0], "%s" % got["feishu"][0][:200])
    check("an app's L3 rings the phone of the one who is told", [(h, w) for _, h, w in vendors["app"].rung] == [("phone", ["ou_anna"])], "%s" % vendors["app"].rung)
    check("a ring without quota is told", "quota" in now["quota"][2], now["quota"][2])
    sent = {n: len(v.got) for n, v in vendors.items() if n not in ("wecom-text", "gone") + DIGESTS and len(v.got) != 1}
    check("each arrives once", not sent, "%s" % sent)
    abroad = "".join(got["abroad"])
    check("across the border only id, level, counts and links", "INC-2026-" in abroad and PUBLIC in abroad and "山脆" not in abroad and "s1.example" not in abroad, abroad)
    check("buttons lead to the signed links", all(x in json.dumps(vendors[n].got[-1]) for n in ("feishu", "slack", "teams", "telegram", "pager") for x in (PUBLIC + "/a/",)))

    digests = lambda: {r: s for r, s in rows(record, "SELECT channel, state FROM notice WHERE kind = 'digest'")}
    check("a digest goes out", until(15, lambda: len(digests()) == 3 and set(digests().values()) == {"sent"}), "%s" % digests())
    digest = email.message_from_bytes(vendors["d-mail"].got[0], policy=email.policy.default)
    check("its mail can be ended", re.match(r"<https?://[^>]+/u/[^>]+>|<mailto:langyan@example.test\?subject=unsubscribe", digest["List-Unsubscribe"]) and digest["List-Id"],
          "%s\n%s" % (digest["List-Unsubscribe"], digest.as_string()[:500]))
    check("in a chat it is whole", all(x in texts(vendors)["d-wecom"][0] for x in ("舆情日报", "盲区")), "%s" % texts(vendors)["d-wecom"])
    check("across the border it only says that there is one", texts(vendors)["d-abroad"] == ["<b>有一份日报</b>\n"], "%s" % texts(vendors)["d-abroad"])

    mail = email.message_from_bytes(vendors["mail"].got[0], policy=email.policy.default)
    text, html = (mail.get_body((k,)).get_content() for k in ("plain", "html"))
    check("the mail is whole twice, answers no robot, is no list", all(x in text for x in ("为什么", "证据", PUBLIC)) and PUBLIC in html
          and mail["Auto-Submitted"] == "auto-generated" and mail["List-Unsubscribe"] is None, mail.as_string()[:600])
    told = (folder / "box" / "2.txt").read_text() if "command" in CHANNELS else ""
    check("a command is told in its environment alone", WRAP or all(x in told for x in ("LANGYAN_LEVEL=3", "LANGYAN_ADDRESS=+8613800000000", "LANGYAN_TEXT=为什么"))
          and "HOME=" not in told, told[:400])
    others = lambda: rows(record, "SELECT recipient, level, state FROM notice WHERE kind = 'page' AND channel = 'shelf' AND recipient <> 'ops' ORDER BY 1, 2")
    check("who is not reached is told by the next contact", until(5, lambda: others() == [("p-gone", 2, "sent"), ("p-gone", 3, "sent"), ("p-quota", 3, "sent")]), "%s" % others())
    check("and the operator", until(5, lambda: len(list((folder / "shelf").glob("*operator*"))) >= 2), "%s" % list((folder / "shelf").iterdir()))
    shown = langyan("config", "show", "-c", conf).stdout.decode() + (TMP / "channels.log").read_text() + "%s" % rows(record, "SELECT why FROM notice")
    leaked = [f.name for f in folder.glob("*.*") if f.suffix in (".secret", ".token") and f.read_text() not in ("-", "t0ken") and f.read_text() in shown]
    check("no secret is shown", not leaked, "%s" % leaked)
    check("it stops well", p.stop() == 0, p.tail())
    finish()


main()
