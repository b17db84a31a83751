#!/usr/bin/env python3
# flow: beside
# As a new user: Feishu, mail and a webhook from docs/channels.md, each broken on purpose; one place says what was
# delivered, what was not, and why, and whoever looks after Langyan is told by a channel that works.
from harness import *
import fakes

CONF = """
site: { name: desk, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on }
sources: { board: { kind: push, class: forum } }
clock: { mode: scaled, scale: 10 }
watches: { tea: { title: 山脆, query: '山脆', size: small } }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
people:
  linjing: { name: 林静, roles: [lead], contacts: [ { channel: pr-group }, { channel: mail, address: "lin@example.com" }, { channel: hook } ] }
routes: [ { owner: linjing } ]
channels:
  pr-group: { kind: feishu, token: "file:%(dir)s/token", secret: "file:%(dir)s/feishu", url: "%(feishu)s", allow_private: ["%(feishu_at)s"] }
  mail: { kind: smtp, server: "%(mail)s", from: "狼烟 <langyan@example.com>", starttls: off, allow_private: ["%(mail_at)s"] }
  hook: { kind: webhook, url: "%(hook)s/x", secret: "file:%(dir)s/hook", allow_private: ["%(hook_at)s"] }
"""


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    feishu, hook, mail = fakes.Feishu(secret="s-feishu"), fakes.Webhook(secret="s-hook"), fakes.Mail()
    conf, at = TMP / "langyan.yaml", lambda f: f.base.split("//")[1]
    values = {"dir": TMP, "top": TOP, "feishu": feishu.base, "hook": hook.base, "mail": mail.base,
              "feishu_at": at(feishu), "hook_at": at(hook), "mail_at": at(mail)}
    conf.write_text(CONF % values)

    def secret(name, text):
        (TMP / name).write_text(text)
        (TMP / name).chmod(0o600)

    secret("token", "t0ken"), secret("feishu", "s-feishu"), secret("hook", "s-hook")
    said = lambda r: (r.stdout + r.stderr).decode(errors="replace")
    listed = lambda: json.loads(langyan("notice", "list", "--json", "-c", conf).stdout)["notices"]

    def reload():
        r = langyan("reload", "-c", conf)
        check("the settings are read again", r.returncode == 0, said(r))

    def test(name, wait="20s"):
        """-> exit code, {channel: (state, why)} of its rows, all that was said"""
        before = {n["id"] for n in listed()}
        r = langyan("notify", "test", name, "--wait", wait, "-c", conf)
        rows = [n for n in listed() if n["id"] not in before and n["kind"] == "test"]
        return r.returncode, {n["channel"]: (n["state"], n["why"]) for n in rows}, said(r)

    def told(of, by):
        """The operator heard of a channel by another."""
        return until(10, lambda: any(n["kind"] == "operator" and n["channel"] == by and n["state"] == "sent" and of in n["subject"]
                                     for n in listed()))

    p = Proc(["respond", "-c", conf], TMP / "log")
    check("the responder starts", p.ready(), p.tail())
    rc, rows, text = test("linjing")
    check("as the pages of the vendors say: all three arrive", rc == 0 and {s for s, _ in rows.values()} == {"sent"} and len(rows) == 3, text)

    # ---- a wrong secret at two of them at once ----------------------------------------------------
    secret("feishu", "wrong"), secret("hook", "wrong")
    reload()
    rc, rows, text = test("linjing")
    check("Feishu, a wrong secret: refused, and said to be the signature", rc == 1 and rows["pr-group"][0] == "failed_perm" and
          "the signature is refused: is the secret right, and the clock?" in rows["pr-group"][1], text)
    check("a webhook, a wrong secret: its 403", rows["hook"][0] == "failed_perm" and "it answered 403" in rows["hook"][1], text)
    check("mail is not touched by that", rows["mail"][0] == "sent", text)
    check("the operator hears of both by the one that works", told("pr-group", "mail") and told("hook", "mail"), "%s" % listed())
    secret("feishu", "s-feishu"), secret("hook", "s-hook")

    # ---- the keyword, a port where nobody is -------------------------------------------------------
    feishu.keyword = "警报"
    conf.write_text(CONF % dict(values, mail="smtp://127.0.0.1:1", mail_at="127.0.0.1:1"))
    reload()
    rc, rows, text = test("linjing", "25s")
    check("Feishu, the keyword is missing: what to set", rows["pr-group"][0] == "failed_perm" and "keyword" in rows["pr-group"][1] and
          "19024" in rows["pr-group"][1], text)
    check("mail, a dead port: tried again, and why", rc == 1 and rows["mail"][0] == "retry_wait" and "Failed to connect to 127.0.0.1 port 1" in rows["mail"][1],
          text)
    check("and the command says that it goes on trying", "it is tried on while" in text, text)
    check("the operator hears of both by the webhook", told("mail", "hook") and told("pr-group", "hook"), "%s" % listed())

    # ---- too many, and a mailbox that is not there --------------------------------------------------
    feishu.keyword = ""
    conf.write_text(CONF % values)
    reload()
    waits = lambda: any(n["state"] in ("queued", "sending", "retry_wait") for n in listed())
    check("what waited for the dead port arrives", until(60, lambda: not waits()), "%s" % listed())
    feishu.first[:] = [(200, {"code": 11232, "msg": "frequency limited"})]
    hook.first[:] = [(429, "slow down", {"Retry-After": "2"})]
    mail.first[:] = ["550 5.1.1 no such user"]
    rc, rows, text = test("linjing", "40s")
    check("a webhook that answers 429 has it after the time it asked for", rows["hook"][0] == "sent" and "it answered 429" in text and
          "asks us to wait 2 s" in text, text)
    check("Feishu, too many: as well", rows["pr-group"][0] == "sent" and "too many messages (11232" in text, text)
    check("mail, no such mailbox: refused for good, in the server's words", rc == 1 and rows["mail"] == ("failed_perm", "550 5.1.1 no such user"), text)

    r = langyan("notify", "test", "mail", "-c", conf)
    check("mail to nobody is no test: whom to name", r.returncode == 2 and "it needs an address: langyan notify test linjing/mail" in said(r), said(r))
    r = langyan("notice", "list", "-c", conf)
    check("the list has no level where there is no incident", " L0 " not in said(r) and "  -  test " in said(r), said(r))
    check("it stops well", p.stop() == 0, p.tail())
    finish()


if __name__ == "__main__":
    main()
