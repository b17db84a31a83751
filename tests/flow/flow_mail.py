#!/usr/bin/env python3
# flow: beside
# A real mail server that is down: the notice waits in the outbox; up again: it is delivered, once,
# with its text part whole.
import flow_kill as kill
from harness import *


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    if MailServer.missing():
        print("ok mail # SKIP needs python3-aiosmtpd")
        finish()
    port, box = free_port(), TMP / "box"
    box.mkdir()
    real = kill.CONF
    kill.CONF = real.replace("channels: { hook:", "channels: { mail: { kind: smtp, server: \"smtp://127.0.0.1:%d\", from: \"狼烟 <langyan@example.test>\", starttls: off, wakes: on }, hook:" % port) \
        .replace("channel: hook, address: anna", "channel: mail, address: \"anna@example.test\"")
    crew = kill.Crew("mail")
    feeder = crew.feeder
    feeder.post([kill.document(n) for n in range(40)])
    waits = lambda: rows(crew.record, "SELECT state, attempts FROM notice WHERE channel = 'mail'")
    check("with the server down the notice waits", until(40, lambda: any(s == "retry_wait" and n >= 1 for s, n in waits())), "%s" % waits())
    check("nothing else is held up by it", until(20, lambda: crew.hook.taken()), "the webhook got nothing")
    mail = MailServer(port, box)
    check("with the server up it is delivered", until(120, lambda: waits() and all(s in ("sent", "acked", "expired", "bundled", "superseded") for s, _ in waits())), "%s" % waits())
    got = mail.mails()
    ids = [m["Message-ID"] for m in got]
    check("once", got and len(set(ids)) == len(ids), "%s" % ids, "%d mails" % len(got))
    text = got[0].get_body(("plain",)).get_content() if got else ""
    check("the text part is whole", "INC-" in text and "山脆" in text, text[:200])
    check("the subject is readable", got and "山脆" in str(got[0]["Subject"]), got and str(got[0]["Subject"]))
    mail.stop()
    rc = crew.stop()
    check("all stop well", all(v == 0 for v in rc.values()), "%s" % rc)
    finish()


main()
