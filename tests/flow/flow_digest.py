#!/usr/bin/env python3
# flow: beside
# Personal digests at eight through a real mail server: each reader's once, with text, page and charts;
# one click ends it; every figure of a mail computes again; kill -9 while they leave: none lost, a second copy says so.
import datetime, http.client
import flow_kill as kill
from harness import *

PEOPLE, ROUNDS = (500, 100) if NIGHTLY else (24, 3)
CONF = """
site: { name: 山脆舆情组, zone: Asia/Shanghai, lang: zh, data: "%(dir)s/data", allow_root: on, public_url: "https://watch.example.test:%(api)d" }
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
clock: { mode: scaled, start: "%(start)s", scale: 1 }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
watches: { brand: { title: 山脆, query: '山脆 OR Shancui', size: small } }
triggers: {}
lexicons: { dir: "%(top)s/lexicons" }
people:
%(people)s
channels: { mail: { kind: smtp, server: "smtp://127.0.0.1:%(smtp)d", from: "狼烟 <langyan@example.test>", starttls: off, rate: 6000 } }
digests: { morning: { personal: on, cut: 08:00, at: 08:00, to: [%(to)s], path: "%(dir)s/digests", formats: [html, text, json] } }
"""
PERSON = "  p%d: { name: P%d, lang: %s, contacts: [ { channel: mail, address: \"p%d@example.test\" } ] }"


class House:
    def __init__(self):
        self.dir = TMP / "digest"
        self.box = self.dir / "box"
        self.box.mkdir(parents=True)
        self.token = secret(self.dir, "token", "t" * 40)
        self.api, self.smtp = free_port(), free_port()
        self.conf = self.dir / "langyan.yaml"
        self.mail = MailServer(self.smtp, self.box)
        self.record = self.dir / "data/respond/langyan.db"
        self.n = 0

    def start(self, part, day, clock="07:59:59"):
        people = "\n".join(PERSON % (n, n, "zh" if n % 3 else "en", n) for n in range(PEOPLE))
        self.conf.write_text(CONF % {"dir": self.dir, "api": self.api, "token": self.token, "top": TOP, "smtp": self.smtp,
                                     "start": "%sT%s+08:00" % (datetime.date(2026, 3, 1) + datetime.timedelta(day - 1), clock),
                                     "people": people, "to": ", ".join("p%d" % n for n in range(PEOPLE))})
        p = Proc([part, "-c", self.conf], self.dir / "log")
        if not p.ready():
            raise SystemExit("%s did not start: %s" % (part, p.tail()))
        return p

    def made(self):
        return rows(self.record, "SELECT count(*) FROM digest")[0][0]

    def open_rows(self):
        try:
            return rows(self.record, "SELECT count(*) FROM notice WHERE kind = 'digest' AND state <> 'sent'")[0][0]
        except sqlite3.Error:
            return -1


def document(n):
    """Over twelve hours of the day before."""
    return json.dumps({**json.loads(kill.document(n)), "published": "2026-03-09T%02d:%02d:00+08:00" % (10 + n % 12, n)}, ensure_ascii=False)


def looked_at(house, m):
    """One mail as its reader has it."""
    text, page = m.get_body(("plain",)).get_content(), m.get_body(("html",)).get_content()
    images = [p for p in m.walk() if p.get_content_type() == "image/png"]
    check("the text part is whole", "提及 40[f1] 条" in text and "驾驶舱" in text and "核对码" in text, text[:300])
    check("the page shows charts that are attached", images and all(p.get_content().startswith(b"\x89PNG") for p in images) and
          {p["Content-ID"].strip("<>") for p in images} == set(re.findall(r'cid:(chart\d)', page)), "%d images" % len(images))
    size = len(page.encode())
    check("it is not too large for any mail program", size < 90 * 1024, "%d bytes" % size, "%d bytes" % size)
    check("it is dark where the reader's screen is", "prefers-color-scheme:dark" in page and 'name="color-scheme"' in page, page[:300])
    for name, body in (("mail.html", page), ("mail.txt", text)):
        (house.dir / name).write_text(body)
        v = langyan("verify", "-c", house.conf, house.dir / name)
        check("every figure of %s computes again" % name, v.returncode == 0 and b" 0 mismatches" in v.stdout, v.stdout + v.stderr)
        changed = re.sub(r"40(\[f1\]|</span>)", r"41\1", body, count=1)
        (house.dir / name).write_text(changed)
        v = langyan("verify", "-c", house.conf, house.dir / name)
        check("a figure changed in %s is named" % name, changed != body and v.returncode == 1 and
              b"figure f1 (all.mentions.now) says 41, the record gives 40" in v.stdout, v.stdout + v.stderr)
    v = langyan("digest", "edit", "--drop", "", "--drop", "m:7ed3ba716656", "--text", "已停线", "--date", "2026-06-01", "-c", house.conf)
    check("an editor's word is taken as it was said", v.returncode == 0 and '"text":"已停线","drop":["m:7ed3ba716656"]'.encode() in v.stdout, v.stdout + v.stderr)
    v = langyan("digest", "edit", "--date", "2026-02-30", "-c", house.conf)
    check("a date that is none is refused", v.returncode == 2 and b"not a date" in v.stderr, v.stdout + v.stderr)
    key = re.search(r"<([0-9a-f]{32})@", str(m["Message-ID"])).group(1)
    v = langyan("digest", "unsubscribe", "--key", key, "-c", house.conf)
    check("the key in it ends it", v.returncode == 0 and b'"wanted":false' in v.stdout, v.stdout + v.stderr)
    return re.search(r"<?(p\d+)@", str(m["To"])).group(1)


def one_click(house, m):
    """RFC 8058, as the reader's mail program does it; a GET by whoever looks at links changes nothing."""
    to = re.search(r"<?(p\d+)@", str(m["To"])).group(1)
    url = re.fullmatch(r"<https://watch\.example\.test:%d(/u/[0-9a-f]+)>" % house.api, str(m["List-Unsubscribe"]))
    check("one click ends it", url and m["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "%s" % m.items())

    def call(method, path, body=None):
        c = http.client.HTTPConnection("127.0.0.1", house.api, timeout=10 * SLOW)
        c.request(method, path, body, {"Host": "watch.example.test:%d" % house.api, "Content-Type": "application/x-www-form-urlencoded"})
        r = c.getresponse()
        return r.status, r.read().decode()
    words = lambda: [k for k, in rows(house.record, "SELECT kind FROM digest_word WHERE key = '%s' ORDER BY seq" % to)]
    status, page = call("GET", url.group(1))
    check("a GET shows a button and changes nothing", status == 200 and '<form method="post">' in page and words() == [], "%d %s %s" % (status, words(), page[:300]))
    status, page = call("POST", url.group(1), "List-Unsubscribe=One-Click")
    check("the POST acts", status == 200 and words() == ["off"], "%d %s" % (status, words()))
    status, page = call("POST", url.group(1), "back=1")
    check("the page's button gives it back", status == 200 and words() == ["off", "on"], "%d %s" % (status, words()))
    status, page = call("POST", url.group(1)[:-1] + ("1" if url.group(1)[-1] == "0" else "0"), "List-Unsubscribe=One-Click")
    check("another address acts on nobody", status == 404 and words() == ["off", "on"], "%d %s" % (status, words()))


def all_at_eight(house):
    p = house.start("run", 10, "07:59:55")
    feeder = kill.Feeder(house.api, "t" * 40, lambda: 0)
    check("forty documents are taken", until(10, lambda: feeder.post([document(n) for n in range(40)])), p.tail())
    check("digests are made", until(60, lambda: p.said("event=digest_made")), p.tail())
    began = time.monotonic()
    check("all leave", until(120, lambda: house.mail.kept() >= PEOPLE), "%d of %d: %s" % (house.mail.kept(), PEOPLE, p.tail(3)))
    took = time.monotonic() - began
    check("within a minute", took < 60 * SLOW, "%.1f s" % took, "%d personal digests in %.1f s" % (PEOPLE, took))
    got = house.mail.mails()
    one_click(house, got[0])
    check("it stops well", p.stop() == 0, p.tail())
    check("each reader has one", sorted(str(m["To"]) for m in got) == sorted(set(str(m["To"]) for m in got)) and len(got) == PEOPLE,
          "%d mails" % len(got))
    english = [m for m in got if "not reviewed" in str(m["Subject"])]
    check("in their language", len(english) == len(range(0, PEOPLE, 3)), "%d" % len(english))
    made = rows(house.record, "SELECT name FROM digest ORDER BY name")
    check("counted once for all who share it", made == [("morning@en.Asia_Shanghai",), ("morning@zh.Asia_Shanghai",)], "%s" % made)
    return looked_at(house, next(m for m in got if m not in english))


def killed_while_they_leave(house, off):
    r = random.Random(SEED)
    repeats, partial, n = 0, 0, 0
    while n < ROUNDS or (not partial and n < ROUNDS + 5):  # a kill that came too late cut nothing off
        before = house.mail.kept()
        p = house.start("respond", 11 + n)
        until(30, lambda: house.mail.kept() > before, 0.002)
        time.sleep(r.uniform(0, 0.05) if NIGHTLY else 0)
        p.kill()
        # One of the day's as a kill leaves it between the server's yes and our note of it.
        c = sqlite3.connect(house.record)
        c.execute("UPDATE notice SET state = 'sending', sent_at = NULL WHERE id = (SELECT id FROM notice WHERE kind = 'digest' AND"
                  " state = 'sent' AND created_at = (SELECT max(created_at) FROM notice WHERE kind = 'digest') LIMIT 1)")
        c.commit()
        c.close()
        partial += 0 < house.mail.kept() - before < PEOPLE - 1
        p = house.start("respond", 11 + n)
        # The day is over when the digest of either language is made, and everybody's left.
        if not until(60, lambda: house.made() == 2 * (n + 2) and house.open_rows() == 0):
            not_ok("round %d ends" % n, "%d made, %d open: %s" % (house.made(), house.open_rows(), p.tail(3)))
        p.stop()
        n += 1
    seen = {}
    for m in house.mail.mails()[PEOPLE:]:
        seen.setdefault((str(m["To"]), str(m["Message-ID"])), []).append(m)
    readers = {}
    for (to, _), copies in seen.items():
        readers[to] = readers.get(to, 0) + 1
        repeats += len(copies) - 1
    check("some kills fell in the midst of it", partial, "", "%d of %d" % (partial, n))
    check("each reader has each day's once", len(readers) == PEOPLE - 1 and set(readers.values()) == {n},
          "%d readers, %s" % (len(readers), sorted(set(readers.values()))))
    check("who ended it has none", not [t for t in readers if t.split("@")[0].strip("<") == off], off)
    plain = [c for copies in seen.values() for c in copies[1:] if "可能是重复的一封" not in c.get_body(("plain",)).get_content()]
    check("a second copy has the same key and says what it is", repeats and not plain, "%d do not" % len(plain), "%d second copies" % repeats)


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    if MailServer.missing():
        print("ok digest # SKIP needs python3-aiosmtpd")
        finish()
    house = House()
    off = all_at_eight(house)
    killed_while_they_leave(house, off)
    house.mail.stop()
    finish()


main()
