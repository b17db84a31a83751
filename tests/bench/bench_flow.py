#!/usr/bin/env python3
"""End to end over real processes' code (langyan run).

rate     durable documents a second.
latency  an idle service: from the triggering document's last byte to the L3 notice's first byte at a loopback webhook.
         The two reports of a sample come 20 to 60 ms after the notice of what was before: people do not wait for each other
         to the millisecond, and a report that comes within one finds the drafts of the last still being written.
load     that way, and to the commit of the firing, under RATE documents a second for MINUTES, a hundred times what a
         service with 864,000 documents a day has. Ends with 1 when one is later than 5 s, or when anybody was told of an
         incident's level more than once.
         Requests of 20 come at exponential gaps over four connections, as those of many senders who know nothing of each
         other: some fall together, and most reports meet the service behind one. Samples come at random times, too. Regular
         ones would all fall into the same gap between two requests and measure that gap.
         What measures takes from the same processors: the requests are made before the start (36 MB a minute), and the
         record is read only when its log has grown, which costs a look at 32 bytes of shared memory each half millisecond;
         so the commit is seen up to that much too late, never too soon.
All that is random has its seed from LY_SEED.

Texts >= 494 bytes on average, each with >= 1 mention and >= 7 lexicon hits, 100 watches, WAL and FULL,
stores in build/ (not tmpfs; BENCH_HOME: elsewhere); the count is read from the store after a final kill -9.
"""
import mmap, multiprocessing, pathlib, shutil, sys
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flow"))
from harness import *

DOCUMENTS = int(os.environ.get("DOCUMENTS", "100000"))
SAMPLES = int(os.environ.get("SAMPLES", "200"))
RATE = int(os.environ.get("RATE", "1000"))
MINUTES = float(os.environ.get("MINUTES", "1"))
LATE_S, GOAL_MS, TOLD_MS, AGAIN_S = 5, 20, 2, 300
AT_ONCE, SENDERS = 20, 4
HOME = pathlib.Path(os.environ.get("BENCH_HOME") or TOP / "build/bench-flow")
TOKEN = "b" * 40
CONF = """
site: { name: bench, data: "%(dir)s/data", allow_root: on }
http: { listen: "127.0.0.1:%(api)d", token: "%(token)s" }
wire: { scorers: %(scorers)d, window: 8192 }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
sources: { hotline: { kind: push, class: complaint }, board: { kind: push, class: forum }, wire: { kind: push, class: news } }
people: { anna: { name: Anna, zone: UTC, lang: zh, contacts: [ { channel: hook, address: anna } ] } }
schedules: { duty: { zone: UTC, shifts: [ { who: [anna], from: 00:00, to: 00:00 } ] } }
policies: { default: { steps: [ { to: ["schedule:duty"], after: 0s } ] } }
routes: [ { policy: default, owner: anna } ]
channels: { hook: { kind: webhook, url: "http://127.0.0.1:%(hook)d/", wakes: on, rate: 6000, allow_private: ["127.0.0.1:%(hook)d"] } }
watches:
"""
SENTENCES = ["味道不错，很喜欢", "包装漏气，有点失望", "客服态度很好，满意", "物流太慢，差评", "性价比高，推荐", "价格有点贵", "口感酥脆，很香",
             "质量一般，不太值", "孩子很喜欢，会回购", "日期新鲜，放心", "看起来挺好，吃起来更好", "退款很快，点赞", "有股怪味，不敢吃",
             "the crunch is great and I love it", "support was slow and rude", "good value, would buy again", "arrived late, disappointed"]


def brand(i):
    return "山脆%s%s" % (chr(0x4E00 + i // 50 + 300), chr(0x4E00 + i % 50 + 900))


def letters(i):
    """Another brand: no two of these are one when signs are folded, so each notice is of one sample."""
    return "Shancui" + "".join(chr(97 + i // k % 26) for k in (676, 26, 1))


def body_text(r, i, watches, name=brand):
    text = "%s：第%d单。" % (name(i % watches), i)
    while len(text.encode()) < 500:
        text += r.choice(SENTENCES) + "。"
    return text


def start(name, watches, scorers, extra="", called=brand):
    folder = HOME / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    hook, api = RawHook(), free_port()
    conf = folder / "langyan.yaml"
    conf.write_text(CONF % {"dir": folder, "api": api, "token": secret(folder, "token", TOKEN), "top": TOP, "hook": hook.port, "scorers": scorers}
                    + "".join("  w%d: { query: '%s', size: large }\n" % (i, called(i)) for i in range(watches)) + extra)
    p = Proc(["run", "-c", conf], folder / "run.log")
    if not p.ready(30):
        raise SystemExit("langyan run did not start: " + p.tail())
    return folder, conf, p, api, hook


class RawHook:
    """A webhook that notes the first byte's time, per delivery, and answers at once."""

    def __init__(self):
        self.first, self.bodies, self.lock = [], [], threading.Lock()
        self.listen = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port = self.listen.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            c, _ = self.listen.accept()
            c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(c,), daemon=True).start()

    def _serve(self, c):
        try:
            while True:
                data = c.recv(65536)
                at = time.perf_counter()
                if not data:
                    return
                while b"\r\n\r\n" not in data:
                    data += c.recv(65536)
                head, _, body = data.partition(b"\r\n\r\n")
                need = int(re.search(rb"(?i)content-length: *(\d+)", head).group(1))
                if re.search(rb"(?i)expect: *100", head):
                    c.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
                while len(body) < need:
                    body += c.recv(65536)
                c.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
                with self.lock:
                    self.first.append(at)
                    self.bodies.append(body)
        except OSError:
            pass


class Api:
    def __init__(self, port):
        self.s = socket.create_connection(("127.0.0.1", port))
        self.s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.port = port

    def request(self, body):
        return (b"POST /api/v1/documents HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
                b"Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n" % (self.port, TOKEN.encode(), len(body))) + body

    def send(self, raw):
        """-> the moment after the last byte was handed over, the reply's body"""
        try:
            self.s.sendall(raw)
        except OSError:
            self.__init__(self.port)
            self.s.sendall(raw)
        at = time.perf_counter()
        got = b""
        while b"\r\n\r\n" not in got:
            piece = self.s.recv(65536)
            if not piece:  # the server closes idle connections
                self.__init__(self.port)
                self.s.sendall(raw)
                at = time.perf_counter()
                continue
            got += piece
        head, _, body = got.partition(b"\r\n\r\n")
        need = int(re.search(rb"(?i)content-length: *(\d+)", head).group(1))
        while len(body) < need:
            body += self.s.recv(65536)
        if re.search(rb"(?i)connection: *close", head):
            self.__init__(self.port)
        return at, head.split(b"\r\n")[0], body


def throughput():
    r = random.Random(SEED)
    folder, conf, p, api, hook = start("rate", 100, 1)
    docs, size = [], 0
    for i in range(DOCUMENTS):
        text = body_text(r, i, 100)
        size += len(text.encode())
        docs.append(json.dumps({"id": "d%d" % i, "source": ("hotline", "board", "wire")[i % 3], "author": "u%d" % (i % 5000), "text": text}, ensure_ascii=False))
    chunks = ["\n".join(docs[i:i + 500]).encode() for i in range(0, DOCUMENTS, 500)]
    spool = folder / "data/crawl/spool.db"
    record = folder / "data/respond/langyan.db"
    client = Api(api)
    raws = [client.request(c) for c in chunks]
    begin = time.perf_counter()
    cpu = cpu_of(p.p.pid)
    for raw in raws:
        _, status, body = client.send(raw)
        if b"200" not in status:
            raise SystemExit("push: %s %s" % (status, body[:300]))
    pushed = time.perf_counter()
    until(300, lambda: rows(spool, "SELECT count(*) FROM waiting")[0][0] == 0, 0.05)
    end = time.perf_counter()
    cpu = cpu_of(p.p.pid) - cpu
    rss = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/%d/status" % p.p.pid).read()).group(1))
    p.kill()  # kill -9: what counts is on disk
    n = rows(record, "SELECT count(*) FROM document")[0][0]
    m = rows(record, "SELECT count(*) FROM mention")[0][0]
    fs = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True).stdout.strip()
    print("end to end, durable: %.0f documents/s (%d documents of %.0f B, %d mentions; after kill -9 the store holds %d; %s)" %
          (DOCUMENTS / (end - begin), DOCUMENTS, size / DOCUMENTS, m, n, fs))
    print("  taken in (2xx) %.0f/s; %.1f us CPU a document; %.0f documents per CPU second; peak %d MiB" %
          (DOCUMENTS / (pushed - begin), cpu / DOCUMENTS * 1e6, DOCUMENTS / cpu, rss // 1024))
    if n != DOCUMENTS:
        raise SystemExit("the store does not hold them all")


def cpu_of(pid):
    f = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(f[11]) + int(f[12])) / os.sysconf("SC_CLK_TCK")


def crisis(i, name=brand):
    """Two first-hand reports about brand i, on two sites: the second one is an L3."""
    return [json.dumps({"id": "%s%d" % (k, i), "source": source, "author": "%s%d" % (k, i), "url": url % i, "text": text % name(i)}, ensure_ascii=False).encode()
            for k, source, url, text in [
                ("a", "hotline", "http://one%d.example/", "我家孩子吃了%s，上吐下泻送急诊，医生说食物中毒，太可怕了"),
                ("b", "board", "http://two%d.test/", "我妈昨晚吃%s之后拉肚子一夜，去医院说是食物中毒，必须给个说法")]]


def told(took, n, record, what):
    took.sort()
    if not took:
        raise SystemExit("no L3 notice came")
    pick = lambda q: took[min(len(took) - 1, int(len(took) * q))] * 1000
    print("%s: p50 %.1f ms, p99 %.1f ms, max %.1f ms (n = %d of %d; incidents by level %s)" %
          (what, pick(.5), pick(.99), took[-1] * 1000, len(took), n, rows(record, "SELECT level, count(*) FROM incident GROUP BY level")))
    return pick(.5), pick(.99), took[-1]


def warm(client, folder):
    """One document through all stages, so that no sample waits for a scorer that is still reading its lists."""
    taken(client, json.dumps({"id": "warm", "source": "board", "text": "今天天气不错，出门走走"}, ensure_ascii=False).encode())
    until(30, lambda: rows(folder / "data/respond/langyan.db", "SELECT count(*) FROM document")[0][0] == 1, 0.02)


def latency():
    folder, conf, p, api, hook = start("latency", SAMPLES, 1, called=letters)
    client, took, pause = Api(api), [], random.Random(SEED + 1)
    warm(client, folder)
    for i in range(SAMPLES):
        one, two = crisis(i, letters)
        time.sleep(pause.uniform(.02, .06))
        before = len(hook.first)
        client.send(client.request(one))
        until(5, lambda: len(hook.first) > before, 0.002)
        at_l2 = len(hook.first)
        time.sleep(pause.uniform(.02, .06))
        at, _, _ = client.send(client.request(two))
        if until(5, lambda: len(hook.first) > at_l2, 0.002):
            took.append(hook.first[at_l2] - at)
    told(took, SAMPLES, folder / "data/respond/langyan.db", "last byte of the document -> first byte of the L3 notice")
    p.stop()


def requests(port, seconds):
    """RATE documents a second about the brands behind the samples', in requests of AT_ONCE: when each is due, and its bytes."""
    r, client, at, made, i = random.Random(SEED), Api(port), 0, [], 0
    while True:
        at += r.expovariate(RATE / AT_ONCE)
        if at >= seconds:
            return made
        docs = [json.dumps({"id": "f%d" % (i + k), "source": ("board", "wire")[k % 2], "author": "u%d" % r.randrange(5000),
                            "text": body_text(r, SAMPLES + (i + k) % 20, SAMPLES + 20, letters)}, ensure_ascii=False) for k in range(AT_ONCE)]
        made.append((at, client.request("\n".join(docs).encode())))
        i += AT_ONCE


def flood(port, seconds, ready, begin, stop, sent):
    """Every sender takes the next request; one that comes late because all wait for answers goes as soon as it can."""
    todo, lock, failed = iter(requests(port, seconds)), threading.Lock(), []

    def sender(client):
        while not stop.is_set():
            with lock:
                at, raw = next(todo, (0, None))
            if not raw:
                return
            time.sleep(max(0, begin.value + at - time.perf_counter()))
            _, status, body = client.send(raw)
            if b"200" not in status:
                return failed.append("push: %s %s" % (status, body[:300]))
            with lock:
                sent.value += AT_ONCE

    threads = [threading.Thread(target=sender, args=(Api(port),)) for _ in range(SENDERS)]
    ready.set()
    while not begin.value:
        time.sleep(.001)
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failed:
        raise SystemExit(failed[0])


def taken(client, body):
    """Push one document that must be taken in; the moment its last byte left."""
    at, status, said = client.send(client.request(body))
    if b"200" not in status or b'"accepted":1' not in said:
        raise SystemExit("push: %s %s" % (status, said[:300]))
    return at


def l3_of(hook, i, since):
    """When the first notice of an L3 about sample i began to come in, of those since the mark; None: not yet."""
    with hook.lock:
        for at, body in zip(hook.first[since:], hook.bodies[since:]):
            if letters(i).encode() in body and b"L3" in body:
                return at
    return None


class Record:
    """A reader of the record that reads when there is something new: the head of the log's index (its number of frames, and
    checksums) changes with each commit, and looking there costs what a read of memory costs."""

    def __init__(self, path):
        self.db = sqlite3.connect("file:%s?mode=ro" % path, uri=True)
        self.db.execute("SELECT 1 FROM meta").fetchone()  # it is open now, and has its index
        with open("%s-shm" % path, "rb") as f:
            self.index = mmap.mmap(f.fileno(), 48, prot=mmap.PROT_READ)

    def committed_at(self, i):
        """When the W3 of sample i could be read. None: not within LATE_S and more."""
        end, seen = time.perf_counter() + 4 * LATE_S, None
        while time.perf_counter() < end:
            head = self.index[8:48]
            if head != seen and self.db.execute("SELECT 1 FROM firing WHERE watch = ? AND grade = 3", ("w%d" % i,)).fetchone():
                return time.perf_counter()
            seen = head
            time.sleep(.0005)
        return None


def told_twice(hook, record):
    """Pages of one incident, level and recipient sooner after another than the policy asks again; what came at the webhook beside what the record says."""
    pages = rows(record, "SELECT count(*) FROM notice n WHERE kind = 'page' AND state IN ('sent', 'acked', 'expired', 'bundled') AND EXISTS (SELECT 1 FROM notice o"
                 " WHERE o.incident = n.incident AND o.level = n.level AND o.recipient = n.recipient AND o.kind = 'page' AND o.seq < n.seq AND"
                 " o.state IN ('sent', 'acked', 'expired', 'bundled') AND o.created_at > n.created_at - %d)" % AGAIN_S)[0][0]
    sent = rows(record, "SELECT count(*) FROM notice WHERE sent_at IS NOT NULL AND state <> 'bundled'")[0][0]
    with hook.lock:
        came, keys = len(hook.bodies), len({hash(b) for b in hook.bodies})
    return pages, came - sent, came - keys


def disk():
    """Two commits stand between a document and its firing: what each sync of 16 KiB takes here, p50 and p99 in ms."""
    took = []
    with open(HOME / "sync", "wb") as f:
        for _ in range(100):
            f.write(bytes(16384))
            f.flush()
            at = time.perf_counter()
            os.fdatasync(f.fileno())
            took.append((time.perf_counter() - at) * 1000)
    took.sort()
    return took[50], took[99]


def under_load():
    folder, conf, p, api, hook = start("load", SAMPLES + 20, 1, called=letters)
    fired, told_in, seconds, r = [], [], MINUTES * 60, random.Random(SEED + 2)
    warm(Api(api), folder)
    record = Record(folder / "data/respond/langyan.db")
    ready, stop, sent, from_at = multiprocessing.Event(), multiprocessing.Event(), multiprocessing.Value("q", 0), multiprocessing.Value("d", 0)
    load = multiprocessing.Process(target=flood, args=(api, seconds, ready, from_at, stop, sent))
    load.start()
    ready.wait()
    client = Api(api)  # now: the server ends one that says nothing while the load is made
    begin, cpu = time.perf_counter(), cpu_of(p.p.pid)
    from_at.value = begin
    for i in range(SAMPLES):
        one, two = crisis(i, letters)
        time.sleep(max(0, begin + seconds * (i + r.random() / 4) / SAMPLES - time.perf_counter()))
        taken(client, one)
        time.sleep(r.uniform(.15, .2))
        since = len(hook.first)
        at = taken(client, two)
        seen = record.committed_at(i)
        if seen:
            fired.append(seen - at)
        if until(4 * LATE_S, lambda: l3_of(hook, i, since), 0.002):
            told_in.append(l3_of(hook, i, since) - at)
    wall, cpu = time.perf_counter() - begin, cpu_of(p.p.pid) - cpu
    stop.set()
    load.join()
    print("%d documents in %.0f s (%.0f a second), %.0f %% of a processor, load average %.1f; a sync takes %.1f ms, p99 %.1f ms" %
          (sent.value, wall, sent.value / wall, cpu / wall * 100, os.getloadavg()[0], *disk()))
    _, p99, most = told(fired, SAMPLES, folder / "data/respond/langyan.db", "under load, last byte of the document -> its firing is committed")
    p50, _, last = told(told_in, SAMPLES, folder / "data/respond/langyan.db", "under load, last byte of the document -> first byte of the L3 notice")
    until(10, lambda: not any(told_twice(hook, folder / "data/respond/langyan.db")[1:]))
    twice = told_twice(hook, folder / "data/respond/langyan.db")
    print("told more than once: %d pages by the record, %d came that it does not have, %d came twice" % twice)
    p.stop()
    in_time = len(fired) == len(told_in) == SAMPLES and max(most, last) < LATE_S
    print("goal: told within %d ms (p50): %s; committed within %d ms (p99): %s; none later than %d s: %s" %
          (TOLD_MS, "met" if p50 < TOLD_MS else "missed", GOAL_MS, "met" if p99 < GOAL_MS else "missed", LATE_S, "met" if in_time else "MISSED"))
    if not in_time or any(twice):
        raise SystemExit(1)


if __name__ == "__main__":
    HOME.mkdir(parents=True, exist_ok=True)
    for name, part in (("rate", throughput), ("latency", latency), ("load", under_load)):
        if not sys.argv[1:] or name in sys.argv[1:]:
            part()
    finish()
