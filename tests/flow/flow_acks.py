#!/usr/bin/env python3
# flow: beside
# Answering a notice as people do: a signed link through the real server; a code by a Telegram bot and by
# a reply to the mail, read from servers of our own, killed between what they said and the next question.
import http.client, sys, urllib.parse
from harness import *
from flow_kill import TEXTS

CONF = """
site: { name: acks, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on, public_url: "http://watch.example.test:%(api)d/" }
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches: { brand: { title: 山脆, query: '山脆 OR Shancui', size: small } }
lexicons: { dir: "%(top)s/lexicons" }
people:
  anna: { name: 安娜, zone: Asia/Shanghai, lang: zh, contacts: [ { channel: hook, address: anna } ] }
  bob: { name: Bob, zone: Asia/Shanghai, lang: en, contacts: [ { channel: hook, address: bob } ] }
policies: { default: { steps: [ { to: ["person:anna", "channel:group"] }, { to: ["person:bob"], after: 3h } ] } }
routes: [ { policy: default, owner: anna } ]
channels:
  hook: { kind: webhook, url: "http://127.0.0.1:%(hook)d/", wakes: on, rate: 6000, allow_private: ["127.0.0.1:%(hook)d"] }
  group: { kind: file, path: "%(dir)s/group" }
templates: { dir: "%(top)s/templates" }
"""


class House:
    def __init__(self, name, replace=()):
        self.dir = TMP / name
        self.dir.mkdir(parents=True)
        self.hook, self.api = Webhook(), free_port()
        self.conf = self.dir / "langyan.yaml"
        text = CONF
        for old, new in replace:
            assert old in text, old
            text = text.replace(old, new)
        self.conf.write_text(text % {"dir": self.dir, "api": self.api, "token": secret(self.dir, "token", "t" * 40),
                                     "top": TOP, "hook": self.hook.port})
        self.host = "watch.example.test" if "public_url" in self.conf.read_text() else "127.0.0.1"
        self.record = self.dir / "data/respond/langyan.db"
        self.start()

    def start(self):
        self.p = Proc(["run", "-c", self.conf], self.dir / "log")
        if not self.p.ready():
            raise SystemExit("did not start: " + self.p.tail())

    def call(self, method, path, body=None, **headers):
        """Status, headers, body; as a proxy passes it on: with the public name."""
        c = http.client.HTTPConnection("127.0.0.1", self.api, timeout=10 * SLOW)
        c.request(method, path, body, dict({"Host": "%s:%d" % (self.host, self.api)}, **headers))
        r = c.getresponse()
        return r.status, {k.lower(): v for k, v in r.getheaders()}, r.read().decode()

    def push(self, n, text):
        doc = {"id": "d%d" % n, "source": ("hotline", "board", "wire")[n % 3], "author": "u%d" % n,
               "url": "http://s%d.example/p/%d" % (n % 5, n), "text": text % n}
        return self.call("POST", "/api/v1/documents", json.dumps(doc, ensure_ascii=False).encode(),
                         Authorization="Bearer " + "t" * 40, **{"Content-Type": "application/x-ndjson"})[0]

    def one(self, sql, *args):
        got = rows(self.record, sql, *args)
        return got[0][0] if got else None

    def link(self, recipient, verb):
        facts = json.loads(self.one("SELECT facts FROM notice WHERE recipient = ? AND kind = 'page' ORDER BY created_at DESC LIMIT 1", recipient))
        return {l["verb"]: l for l in facts["links"]}[verb]


def links(h):
    raised = until(20, lambda: [h.push(n, TEXTS[0]) for n in range(4)] and h.one("SELECT max(level) FROM incident") and h.hook.taken())
    check("somebody is told", raised, h.p.tail())
    notice = json.loads(h.hook.taken()[0]["body"])
    take, up = h.link("anna", "take"), h.link("anna", "escalate")
    check("the notice carries both links", take["url"] in notice["alerts"][0]["annotations"]["description"] and take["label"] == "我来处理"
          and take["url"].startswith("http://watch.example.test:%d/a/" % h.api), notice["alerts"][0]["annotations"]["description"][:500])
    path = urllib.parse.urlsplit(take["url"]).path
    moves = lambda: h.one("SELECT count(*) FROM move WHERE event IN ('ack', 'escalate')")
    status, head, page = h.call("GET", path)
    want = {"cache-control": "no-store", "x-frame-options": "DENY", "referrer-policy": "same-origin", "content-type": "text/html; charset=utf-8"}
    check("a GET shows a button", status == 200 and '<form method="post">' in page and "INC-" in page, "%d %s" % (status, page[:300]))
    check("with its headers", all(head.get(k) == v for k, v in want.items()) and "noindex" in head.get("x-robots-tag", "")
          and "default-src 'none'" in head.get("content-security-policy", "") and "frame-ancestors 'none'" in head["content-security-policy"], head)
    status, head, page = h.call("HEAD", path)
    check("HEAD and OPTIONS do nothing", (status, page) == (200, "") and h.call("OPTIONS", path)[0] == 405, "%d %r" % (status, page))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    check("another site's form is refused", h.call("POST", path, "", Origin="https://evil.example", **form)[0] == 403
          and h.call("POST", path, "", Origin="null", **form)[0] == 403, "")
    check("nothing of that acted", moves() == 0, moves())
    status, head, page = h.call("POST", path, "", Origin="http://watch.example.test:%d" % h.api, **{"Sec-Fetch-Site": "same-origin"}, **form)
    check("a POST acts", status == 200 and "安娜" in page and h.one("SELECT acked_by FROM incident") == "anna", "%d %s" % (status, page[-300:]))
    check("once", h.call("POST", path, "", **form)[0] == 410 and moves() == 1, moves())
    h.p.kill()
    h.start()
    check("also after a kill -9", h.call("POST", path, "", **form)[0] == 410 and moves() == 1, moves())
    check("a changed one is none", h.call("POST", path[:-1] + ("A" if path[-1] != "A" else "B"), "", **form)[0] == 404, "")
    group = urllib.parse.urlsplit(h.link("", "escalate")["url"]).path
    status, head, page = h.call("GET", group)
    check("a group is asked who", status == 200 and 'name="who" value="anna"' in page and 'value="bob"' in page, page[-600:])
    check("and nobody is not enough", h.call("POST", group, "", **form)[0] == 400 and moves() == 1, moves())
    status, head, page = h.call("POST", group, "who=bob", **form)
    check("who says it is recorded", status == 200 and h.one("SELECT actor FROM move WHERE event = 'escalate'") == "claimed:bob"
          and until(10, lambda: h.one("SELECT count(*) FROM notice WHERE recipient = 'bob' AND state = 'sent'")), "%d %s" % (status, page[-300:]))
    metrics = h.call("GET", "/metrics")[2]
    said = dict(re.findall(r'langyan_links_total\{outcome="(\w+)"\} (\d+)', metrics))
    check("refusals are counted", said.get("used") == "1" and said.get("wrong") == "1" and said.get("nameless") == "1", said)


class Bot:
    """Telegram as far as answers need it: updates from an offset on, and what is said back."""

    def __init__(self):
        self.updates, self.said, self.offsets, self.lock = [], [], [], threading.Lock()
        outer = self

        class Handler(Asked):
            def do_POST(self):
                q = json.loads(self.body())
                result = True
                if self.path.endswith("/getUpdates"):
                    with outer.lock:
                        outer.offsets.append(q["offset"])
                    until(0.3 / SLOW, lambda: outer.after(q["offset"]))
                    result = outer.after(q["offset"])
                else:
                    with outer.lock:
                        outer.said.append((self.path.rsplit("/", 1)[1], q))
                self.say(200, json.dumps({"ok": self.path.startswith("/botSECRET/"), "result": result}))

        self.server = serve(Handler)
        self.port = self.server.server_port

    def after(self, offset):
        with self.lock:
            return [u for u in self.updates if u["update_id"] >= offset]

    def write(self, who, text, button=False):
        with self.lock:
            n = len(self.updates) + 1000
            message = {"chat": {"id": who}, "from": {"id": who}, "text": text}
            self.updates.append({"update_id": n, "callback_query": {"id": "q%d" % n, "from": {"id": who}, "data": text, "message": message}}
                                if button else {"update_id": n, "message": message})

    def heard(self, text):
        with self.lock:
            return any(text in q.get("text", "") for _, q in self.said)


class Mailbox:
    """IMAP as far as answers need it."""

    def __init__(self):
        self.mails, self.fetched = [], []
        self.listen = socket.create_server(("127.0.0.1", 0))
        self.port = self.listen.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            c, _ = self.listen.accept()
            threading.Thread(target=self.serve, args=(c,), daemon=True).start()

    def serve(self, c):
        f = c.makefile("rwb")
        say = lambda *lines: (f.write(("\r\n".join(lines) + "\r\n").encode()), f.flush())
        say("* OK ready")
        for line in f:
            tag, _, rest = line.decode().strip().partition(" ")
            word = rest.split(" ")[0].upper()
            if word == "CAPABILITY":
                say("* CAPABILITY IMAP4rev1", tag + " OK done")
            elif word == "SELECT":
                say("* %d EXISTS" % len(self.mails), "* OK [UIDVALIDITY 77] valid", "* OK [UIDNEXT %d] next" % (len(self.mails) + 1), tag + " OK [READ-WRITE] done")
            elif rest.upper().startswith("UID SEARCH"):
                first = int(re.search(r"UID (\d+):\*", rest).group(1))
                got = [n + 1 for n in range(len(self.mails)) if n + 1 >= first] or [len(self.mails)][:len(self.mails)]
                say("* SEARCH " + " ".join(map(str, got)), tag + " OK done")
            elif rest.upper().startswith("UID FETCH"):
                uid = int(rest.split(" ")[2])
                self.fetched.append(uid)
                body = self.mails[uid - 1].encode()
                f.write(b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n" % (uid, uid, len(body)) + body + b")\r\n" + tag.encode() + b" OK done\r\n")
                f.flush()
            elif word == "LOGOUT":
                say("* BYE", tag + " OK done")
                break
            else:
                say(tag + " OK done")
        c.close()

    def write(self, sender, text):
        self.mails.append("From: %s\r\nTo: langyan@example.test\r\nSubject: Re: L2\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n" % (sender, text.replace("\n", "\r\n")))


CODES = """
  bot: { kind: telegram, token: "%(bottoken)s", url: "http://127.0.0.1:%(bot)d", answers: on, allow_private: ["127.0.0.1:%(bot)d"] }
  mail: { kind: smtp, server: "smtp://127.0.0.1:1", from: "langyan@example.test", starttls: off, replies: "imap://127.0.0.1:%(imap)d/INBOX", replies_every: 1s, user: me, password: "%(password)s" }
"""


def codes():
    bot, box = Bot(), Mailbox()
    box.write("anna@example.test", "000000\nfrom before we looked")
    folder = TMP / "keys"
    folder.mkdir()
    h = House("codes", replace=[
        (', public_url: "http://watch.example.test:%(api)d/"', ""),
        ("contacts: [ { channel: hook, address: anna } ]", "contacts: [ { channel: hook, address: anna }, { channel: bot, address: \"4711\" }, { channel: mail, address: \"anna@example.test\" } ]"),
        ("contacts: [ { channel: hook, address: bob } ]", "contacts: [ { channel: hook, address: bob }, { channel: mail, address: \"Bob@example.test\" } ]"),
        ("templates:", CODES.strip("\n") % {"bottoken": secret(folder, "bot", "SECRET"), "bot": bot.port, "imap": box.port, "password": secret(folder, "pw", "x")} + "\ntemplates:")])
    check("somebody is told by code", until(20, lambda: [h.push(n, TEXTS[0]) for n in range(4)] and h.one("SELECT max(level) FROM incident") and h.hook.taken()), h.p.tail())
    code = lambda who: h.one("SELECT code FROM notice WHERE recipient = ? AND kind = 'page' ORDER BY created_at DESC LIMIT 1", who)
    moves = lambda event: h.one("SELECT count(*) FROM move WHERE event = ?", event)
    wrong = "%06d" % ((int(code("anna")) + 1) % 1000000)
    bot.write(666, code("anna"))       # nobody of ours
    bot.write(4711, "hello there")     # no code
    bot.write(4711, wrong)
    check("a wrong code is said to be one", until(10, lambda: bot.heard("没有这个验证码")), bot.said)
    check("and changes nothing", moves("ack") == 0, moves("ack"))
    bot.write(4711, "take " + code("anna"), button=True)
    check("a button takes it", until(10, lambda: moves("ack") == 1 and bot.heard("由你负责")) and h.one("SELECT acked_by FROM incident") == "anna", bot.said)
    # Each "escalate" is a move of its own: killed again and again, each is applied once.
    r = random.Random(SEED)
    for n in range(6):
        bot.write(4711, "升级 " + code("anna"))
        time.sleep(r.uniform(0, 0.15))
        h.p.kill()
        h.start()
    check("after each kill -9 none is lost and none done twice", until(20, lambda: moves("escalate") == 6), "%s of 6" % moves("escalate"))
    until(5, lambda: bot.offsets and bot.offsets[-1] == 1000 + len(bot.updates))
    check("still", moves("escalate") == 6 and h.one("SELECT upto FROM answer_from WHERE source = 'telegram:bot'") == 999 + len(bot.updates), moves("escalate"))
    # By mail: bob has a page by now.
    check("bob is told", until(10, lambda: code("bob")), "")
    until(10, lambda: h.one("SELECT upto FROM answer_from WHERE source = 'mail:mail'") is not None)
    box.write("stranger@example.test", code("bob"))
    box.write("anna@example.test", code("bob"))  # bob's, not hers
    box.write("Bob <bob@example.test>", "I can not now, sorry.\n\n> Take it: langyan incident ack --code " + code("bob") + "\n> " + code("bob"))
    box.write("Bob <bob@example.test>", "\n" + code("bob") + "\n\nBob\n> quoted")
    check("a mail takes it", until(15, lambda: h.one("SELECT acked_by FROM incident") == "bob"), "%s %s" % (box.fetched, h.p.tail()))
    check("nothing of before, each read", box.fetched == [2, 3, 4, 5] and moves("ack") == 2, "%s %s" % (box.fetched, moves("ack")))
    check("and that is answered", until(5, lambda: h.one("SELECT count(*) FROM notice WHERE channel = 'mail' AND kind = 'operator' AND recipient = 'bob' AND body LIKE '%it is yours%'") == 1), "")
    for n in range(6):
        bot.write(4711, wrong)
    check("too many wrong ones make codes void", until(10, lambda: bot.heard("错的验证码太多")) and h.one("SELECT count(*) FROM answer_try WHERE who = 'anna'") == 5, bot.said[-2:])
    return h


def main():
    h = House("links")
    links(h)
    done = langyan("verify", "-c", h.conf)
    check("the chain holds", done.returncode == 0, done.stdout.decode()[-500:])
    check("it stops well", h.p.stop() == 0, h.p.tail())
    h = codes()
    done = langyan("verify", "-c", h.conf)
    check("the chain of answers holds", done.returncode == 0, done.stdout.decode()[-500:])
    check("this stops well, too", h.p.stop() == 0, h.p.tail())
    finish()


main()
