#!/usr/bin/env python3
# flow: beside
# The document archive over kill -9: every document that was acknowledged stands in it once, and
# once only. It is read here by other code than ours: libzstd through ctypes, the wire form by hand.
import ctypes, ctypes.util, struct, sys
import flow_kill as kill
from harness import *

ZSTD = ctypes.CDLL(ctypes.util.find_library("zstd") or "libzstd.so.1")
ZSTD.ZSTD_decompress.restype = ctypes.c_size_t


def frames(path):
    """(documents said, bytes) of each block; the file must hold nothing else."""
    data, at = path.read_bytes(), 0
    while at < len(data):
        magic, size = struct.unpack_from("<II", data, at)
        if magic != 0x184D2A5C or size != 72 or data[at + 8:at + 16] != b"LYarchv1":
            raise ValueError("%s: no block at %d" % (path.name, at))
        n, raw, documents = struct.unpack_from("<III", data, at + 16)
        frame, out = data[at + 80:at + 80 + n], ctypes.create_string_buffer(raw)
        if len(frame) != n or ZSTD.ZSTD_decompress(out, ctypes.c_size_t(raw), frame, ctypes.c_size_t(n)) != raw:
            raise ValueError("%s: a bad frame at %d" % (path.name, at))
        yield documents, out.raw
        at += 80 + n


def varint(b, at):
    v = shift = 0
    while True:
        v |= (b[at] & 127) << shift
        shift += 7
        at += 1
        if b[at - 1] < 128:
            return v, at


def identities(raw):
    """The field `identity` (tag 7) of each record."""
    at = 0
    while at < len(raw):
        n, at = varint(raw, at)
        end, at = at + n, at + 1
        while at < end:
            head, at = varint(raw, at)
            tag, shape = head >> 2, head & 3
            if shape == 0:
                _, at = varint(raw, at)
            elif shape == 2:
                at += 16
            else:
                n, at = varint(raw, at)
                if tag == 7:
                    yield raw[at:at + n].decode()
                at += n


def archived(folder):
    got = []
    for path in sorted(folder.glob("*.zst")):
        for documents, raw in frames(path):
            here = list(identities(raw))
            if len(here) != documents:
                raise ValueError("%s: %d documents, said %d" % (path.name, len(here), documents))
            got += here
    return got


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    kill.CONF += "archive: { every: 1s }\n"
    crew = kill.Crew("archive")
    folder = crew.dir / "data/crawl/archive"
    r = random.Random(SEED)
    crew.feeder.start()
    until(10, lambda: crew.feeder.acked > 100)
    kills = 8 if not NIGHTLY else 80
    for _ in range(kills):
        time.sleep(r.uniform(0.3, 1.3))
        crew.procs["crawl"].kill()
        newest = max(folder.glob("*.zst"), default=None)
        if newest and r.random() < 0.5:  # as if it had died between the block and the commit of its place
            block = newest.read_bytes()[:r.randrange(1, 4000)]
            with open(newest, "ab") as f:
                f.write(block)
        crew.start("crawl")
        until(20, lambda: crew.procs["crawl"].said("event=ready"))
    check("everything is receipted in the end", crew.settle(), "%d wait" % crew.open_work())
    rc = crew.stop()
    check("all stop well", all(v == 0 for v in rc.values()), "%s" % rc)
    want, got = crew.feeder.acked, archived(folder)
    check("0 documents are missing in the archive", set(got) == {"d%d" % n for n in range(want)},
          "%d of %d" % (want - len(set(got)), want), "%d documents, %d kills" % (want, kills))
    check("0 documents stand in it twice", len(got) == len(set(got)), "%d too many" % (len(got) - len(set(got))))
    check("they are in order", got == sorted(got, key=lambda d: int(d[1:])), "they are not")
    check("nobody else may read it", all(p.stat().st_mode & 0o077 == 0 for p in folder.glob("*")), "the mode of a segment")

    t = langyan("watch", "test", "-c", crew.conf, "--replay", "30d")
    said = t.stdout.decode()
    check("a watch is tried on all of them", t.returncode == 0 and "%d documents that arrived" % want in said and
          "%d of %d documents match" % (want, want) in said, said[:600] + t.stderr.decode())

    check("the query is the one that runs", "the query is the one that runs" in said, said[-600:])
    other = crew.dir / "other.yaml"
    other.write_text(crew.conf.read_text().replace("'山脆 OR Shancui'", "'山脆 NOT 退款 OR terrible'"))
    t = langyan("watch", "test", "-c", other, "--replay", "30d")
    said = t.stdout.decode()
    refunds = sum(1 for n in range(want) if n % 4 == 1)
    check("what a changed query no longer finds is told", t.returncode == 0 and
          "against the query that runs: 0 documents more, %d no longer" % refunds in said, said[-900:] + t.stderr.decode()[-300:])
    t = langyan("watch", "test", "-c", crew.conf, "--replay", "30d", "--against", other)
    said = t.stdout.decode()
    check("and what it would find again", "%d documents more, 0 no longer" % refunds in said, said[-900:])

    # A damaged block costs itself; an archive with a hole must not look whole.
    segment = max(folder.glob("*.zst"), key=lambda p: p.stat().st_size)
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    t = langyan("watch", "test", "-c", crew.conf, "--replay", "30d")
    said = t.stdout.decode()
    check("a damaged block is stepped over and told", t.returncode == 0 and "1 damaged place" in said and b"archive_damaged" in t.stderr and
          "%d documents that" % want not in said, said[:600])
    try:
        archived(folder)
        not_ok("this test sees damage", "it did not")
    except ValueError as e:
        ok("this test sees damage", str(e)[:80])
    finish()


if __name__ == "__main__":
    main()
