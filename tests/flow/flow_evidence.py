#!/usr/bin/env python3
# flow: beside
# Evidence through the whole walk and kill -9: what is grave or far-heard has its page kept as WARC
# that other code than ours can read; later edits and deletion are seen; a changed file is noticed.
import hashlib, sqlite3, sys, zlib
import flow_kill as kill
from harness import *


class Site:
    """Pages that can be edited and deleted."""

    def __init__(self):
        self.asked, self.pages, outer = [], {}, self

        class Handler(Asked):
            def do_GET(self):
                outer.asked.append(self.path)
                page = outer.pages.get(self.path, "<p>%s</p>" % self.path)
                status = 410 if page is None else 200
                body = ("<!doctype html><html><head><title>页面</title></head><body><article><h1>页面</h1><p>%s 这一页写得很长，有好几句话，"
                        "因为一页纸不会只有一句话。</p><p>第二段再说一遍，换几个词，没有人会只写一段。</p></article></body></html>" % page).encode()
                self.send_response(status)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

        self.server = serve(Handler)
        self.port = self.server.server_port


def records(path):
    """(headers, block) of every record: gzip members by zlib, heads by hand, digests by hashlib."""
    data, out = path.read_bytes(), []
    while data:
        d = zlib.decompressobj(31)
        text = d.decompress(data) + d.flush()
        data = d.unused_data
        head, rest = text.split(b"\r\n\r\n", 1)
        lines = head.decode().split("\r\n")
        fields = dict(x.split(": ", 1) for x in lines[1:])
        n = int(fields["Content-Length"])
        block = rest[:n]
        if lines[0] != "WARC/1.1" or rest[n:] != b"\r\n\r\n":
            raise ValueError("not a WARC record")
        if fields["WARC-Block-Digest"] != "sha256:" + hashlib.sha256(block).hexdigest():
            raise ValueError("block digest")
        if fields["WARC-Type"] in ("request", "response"):
            payload = block.split(b"\r\n\r\n", 1)[1]
            if fields["WARC-Payload-Digest"] != "sha256:" + hashlib.sha256(payload).hexdigest():
                raise ValueError("payload digest")
        out.append((fields, block))
    return out


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    site = Site()
    kill.CONF = kill.CONF.replace("board: { kind: push, class: forum }", 'board: { kind: push, class: forum, allow_private: ["127.0.0.1:%d"] }' % site.port)
    kill.CONF += "fetch: { delay: 0s }\nevidence: { again: [15s, 30s, 45s, 60s, 75s, 90s, 105s, 2m, 150s, 3m, 4m, 5m, 6m] }\n"
    crew = kill.Crew("evidence")
    folder = crew.dir / "data/crawl/evidence"

    def doc(n, text, followers):
        return json.dumps({"id": "e%d" % n, "source": "board", "author": "u%d" % n, "followers": followers, "text": text % n,
                           "url": "http://127.0.0.1:%d/p/%d" % (site.port, n)}, ensure_ascii=False)

    grave, mild = "我家孩子吃了山脆海苔脆片，半夜上吐下泻，送急诊，食物中毒，第%d天", "山脆海苔脆片第%d次回购，好吃"
    lines = [doc(n, grave, 50) for n in range(20)] + [doc(n, mild, 200000) for n in range(20, 30)] + [doc(n, mild, 50) for n in range(30, 50)]
    r = random.Random(SEED)
    for at in range(0, len(lines), 5):  # a kill in the middle of each handful
        check("taken in", until(20, lambda: crew.feeder.post(lines[at:at + 5])), "no answer") if at == 0 else until(20, lambda: crew.feeder.post(lines[at:at + 5]))
        time.sleep(r.uniform(0, 0.3))
        part = r.choice(["crawl", "respond", "crawl", "score"])
        crew.procs[part].kill()
        crew.start(part)
        until(20, lambda: crew.procs[part].said("event=ready"))
    until(60, lambda: crew.open_work() == 0)
    first = "SELECT count(DISTINCT document) FROM sight WHERE outcome = 1"
    check("every grave and every far-heard one has its page, once asked", until(60, lambda: rows(crew.spool, first)[0][0] >= 30), rows(crew.spool, first))
    kept = rows(crew.spool, "SELECT url, why, lower(hex(document)) FROM evidence WHERE why & 3")
    check("30 of 50 are kept for what they are", len(kept) == 30, "%d" % len(kept))
    number = lambda url: int(url.rsplit("/", 1)[1])
    check("for the right reason", all((why & 3) == (1 if number(url) < 20 else 2) for url, why, _ in kept), "%s" % kept[:5])

    site.pages["/p/1"] = "这一页后来改过了，说的是别的事。"
    site.pages["/p/2"] = None
    changed = "SELECT count(*) FROM sight s JOIN evidence e ON e.document = s.document WHERE e.url LIKE '%%/p/%d' AND s.outcome = %d"
    check("an edit is seen", until(60, lambda: rows(crew.spool, changed % (1, 3))[0][0] > 0), "no")
    check("a deletion is seen", until(60, lambda: rows(crew.spool, changed % (2, 4))[0][0] > 0), "no")
    rc = crew.stop()
    check("all stop well", all(v == 0 for v in rc.values()), "%s" % rc)

    packs = [folder / name for (name,) in rows(crew.spool, "SELECT name FROM evidence_file WHERE bytes > 0")]
    bad, got = [], []
    for path in packs:
        try:
            of = records(path)
            if [f["WARC-Type"] for f, _ in of].count("warcinfo") != 1 or of[0][0]["WARC-Type"] != "warcinfo" or of[0][0]["WARC-Filename"] != path.name:
                bad.append((path.name, "its head"))
            got += of[1:]
        except (ValueError, KeyError, zlib.error) as e:
            bad.append((path.name, e))
    check("python reads every file from end to end, and every digest is right", not bad, "%s" % bad[:3], "%d files, %d records" % (len(packs), len(got)))
    check("evidence of many documents stands in few files", len(packs) <= 2 and sorted(folder.rglob("*.warc.gz")) == sorted(packs), "%s" % packs)
    bad = []
    for url, _, document in kept:
        asked = [f for f, b in got if f["WARC-Type"] == "request" and b.startswith(b"GET /p/%d HTTP/1.1\r\n" % number(url))]
        pages = [f for f, b in got if f["WARC-Type"] == "response" and f["WARC-Target-URI"] == url and b"/article" in b and b"X-Orig-Transfer-Encoding: chunked" in b]
        taken = [f for f, _ in got if f["WARC-Type"] == "resource" and f["WARC-Target-URI"] == "urn:langyan:document:" + document]
        told = [f for f, _ in got if f["WARC-Type"] == "metadata" and f["WARC-Target-URI"] == url]
        if len(taken) != 1 or not asked or not pages or not told or "WARC-IP-Address" not in asked[0]:
            bad.append((url, len(taken), len(asked), len(pages), len(told)))
    check("each document is there once, with its page", not bad, "%s" % bad[:3])
    check("no two records have one id", len({f["WARC-Record-ID"] for f, _ in got}) == len(got), "%d" % len(got))
    check("nobody else may read them", all(p.stat().st_mode & 0o077 == 0 for p in packs), "mode")

    ids = {url: document for url, _, document in kept}
    one = next(u for u in ids if u.endswith("/p/1"))
    document = ids[one]
    e = langyan("evidence", "-c", crew.conf, document, "--warc", crew.dir / "one.warc.gz")
    said = e.stdout.decode()
    check("evidence shows what changed", e.returncode == 0 and "changed" in said and "+ 这一页后来改过了" in said and "digests: right" in said, said[-900:])
    check("and hands the records out", len(records(crew.dir / "one.warc.gz")) >= 6, "too few")
    v = langyan("verify", "-c", crew.conf)
    check("verify covers it", v.returncode == 0 and b"evidence of" in v.stdout and b"0 mismatches" in v.stdout, (v.stdout + v.stderr)[-400:].decode(errors="replace"))
    b = langyan("backup", "-c", crew.conf, crew.dir / "copy")
    check("backup takes it along", b.returncode == 0 and {p.name for p in packs} <= {p.name for p in (crew.dir / "copy/evidence").rglob("*.warc.gz")}, (b.stdout + b.stderr).decode())

    name, at, n = rows(crew.spool, "SELECT f.name, s.from_byte, s.bytes FROM sight s JOIN evidence_file f ON f.id = s.file WHERE s.n = 1 AND s.document = x'%s'" % document)[0]
    pack = folder / name
    data = bytearray(pack.read_bytes())
    data[at + n // 2] ^= 1
    pack.write_bytes(data)
    e = langyan("evidence", "-c", crew.conf, document)
    check("a changed byte is a mismatch", e.returncode == 1 and b"MISMATCH" in e.stdout, e.stdout[-300:].decode(errors="replace"))
    v = langyan("verify", "-c", crew.conf)
    check("for verify, too", v.returncode == 1 and b"mismatch: evidence" in v.stdout, v.stdout[-300:].decode(errors="replace"))
    try:
        records(pack)
        not_ok("this test sees damage", "it did not")
    except (ValueError, KeyError, zlib.error):
        ok("this test sees damage")
    pack.unlink()
    (crew.dir / "copy/evidence/00000099.warc.gz").write_bytes(b"erased or expired since")
    r = langyan("restore", "-c", crew.conf, crew.dir / "copy")
    check("restore puts back what is missing", r.returncode == 0 and b"evidence\t1 files" in r.stdout, (r.stdout + r.stderr).decode())
    check("and nothing that the spool does not know", not (folder / "00000099.warc.gz").exists(), "it came back, and nobody removes it")
    v = langyan("verify", "-c", crew.conf)
    check("then all is right again", v.returncode == 0, v.stdout[-300:].decode(errors="replace"))
    check("every score is computed again", b" 0 scores" not in b" " + v.stdout and b"of 0 the image is not kept" in v.stdout, v.stdout.decode(errors="replace"))

    def subjectivity(more):
        with sqlite3.connect(crew.dir / "data/respond/langyan.db") as c:
            c.execute("UPDATE mention SET subjectivity = subjectivity + ? WHERE id = (SELECT min(id) FROM mention)", (more,))

    subjectivity(1)
    v = langyan("verify", "-c", crew.conf)
    check("a score that does not follow is a mismatch", v.returncode == 1 and b"text and image give" in v.stdout, v.stdout[-400:].decode(errors="replace"))
    subjectivity(-1)

    words = lambda n: any(("第%d天" % n).encode() in b for p in folder.rglob("*.warc.gz") for _, b in records(p))
    check("what somebody wrote is there", words(3) and words(4), "%s %s" % (words(3), words(4)))
    gone = langyan("erase", "-c", crew.conf, "--author", "u3")
    check("erase removes it from the files", gone.returncode == 0 and not words(3), (gone.stdout + gone.stderr).decode())
    said = lambda n: any(("第%d天" % n).encode() in bytes(b) for (b,) in rows(crew.spool, "SELECT body FROM document"))
    check("and from the spool", not said(3) and said(4), "%s %s" % (said(3), said(4)))
    check("and nothing else", words(4) and langyan("evidence", "-c", crew.conf, ids[one.replace("/p/1", "/p/4")]).returncode == 0, "the neighbour")
    b = langyan("backup", "-c", crew.conf, crew.dir / "copy")
    packs_of = lambda where: {p.name for p in where.rglob("*.warc.gz")}
    copied = lambda n: any(("第%d天" % n).encode() in b for p in (crew.dir / "copy/evidence").rglob("*.warc.gz") for _, b in records(p))
    check("nor is it in a copy that is brought up to date", b.returncode == 0 and not copied(3) and copied(4) and packs_of(crew.dir / "copy/evidence") == packs_of(folder),
          "%s %s" % ((b.stdout + b.stderr).decode(), packs_of(crew.dir / "copy/evidence") ^ packs_of(folder)))
    raw = [p.name for p in (crew.dir / "copy").rglob("*") if p.is_file() and "第3天".encode() in p.read_bytes()]
    check("not in its stores either", not raw, "%s" % raw)
    check("and nothing lies beside them", {p.name for p in (crew.dir / "copy").iterdir()} <= {"langyan.db", "spool.db", "archive", "evidence"},
          "%s" % sorted(p.name for p in (crew.dir / "copy").iterdir()))
    v = langyan("verify", "-c", crew.conf)
    check("verify finds all as it says", v.returncode == 0, v.stdout[-300:].decode(errors="replace"))
    e = langyan("evidence", "-c", crew.conf, "INC-2026-0001")
    check("an incident's evidence", e.returncode == 0 and b"INC-2026-0001: evidence of" in e.stdout, e.stdout[-300:].decode(errors="replace"))
    finish()


if __name__ == "__main__":
    main()
