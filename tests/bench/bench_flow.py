#!/usr/bin/env python3
"""End to end over real processes' code (langyan run): durable documents a second, and the way from the
triggering document's last byte to the L3 notice's first byte at a loopback webhook.

Texts >= 494 bytes on average, each with >= 1 mention and >= 7 lexicon hits, 100 watches, WAL and FULL,
stores in build/ (not tmpfs); the count is read from the store after a final kill -9.
"""
import pathlib, shutil, sys
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "flow"))
from harness import *

DOCUMENTS = int(os.environ.get("DOCUMENTS", "100000"))
SAMPLES = int(os.environ.get("SAMPLES", "200"))
HOME = TOP / "build/bench-flow"
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


def body_text(r, i, watches):
    text = "%s：第%d单。" % (brand(i % watches), i)
    while len(text.encode()) < 500:
        text += r.choice(SENTENCES) + "。"
    return text


def start(name, watches, scorers, extra=""):
    folder = HOME / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    hook, api = RawHook(), free_port()
    conf = folder / "langyan.yaml"
    conf.write_text(CONF % {"dir": folder, "api": api, "token": secret(folder, "token", TOKEN), "top": TOP, "hook": hook.port, "scorers": scorers}
                    + "".join("  w%d: { query: '%s', size: large }\n" % (i, brand(i)) for i in range(watches)) + extra)
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


def latency():
    folder, conf, p, api, hook = start("latency", SAMPLES, 1)
    client, took, stored = Api(api), [], folder / "data/respond/langyan.db"
    for i in range(SAMPLES):
        one = json.dumps({"id": "a%d" % i, "source": "hotline", "author": "a%d" % i, "url": "http://one%d.example/" % i,
                          "text": "我家孩子吃了%s，上吐下泻送急诊，医生说食物中毒，太可怕了" % brand(i)}, ensure_ascii=False).encode()
        two = json.dumps({"id": "b%d" % i, "source": "board", "author": "b%d" % i, "url": "http://two%d.test/" % i,
                          "text": "我妈昨晚吃%s之后拉肚子一夜，去医院说是食物中毒，必须给个说法" % brand(i)}, ensure_ascii=False).encode()
        before = len(hook.first)
        client.send(client.request(one))
        until(5, lambda: len(hook.first) > before, 0.002)
        at_l2 = len(hook.first)
        at, _, _ = client.send(client.request(two))
        if not until(5, lambda: len(hook.first) > at_l2, 0.002):
            continue
        took.append(hook.first[at_l2] - at)
    levels = rows(stored, "SELECT level, count(*) FROM incident GROUP BY level")
    p.stop()
    took.sort()
    if not took:
        raise SystemExit("no L3 notice came: %s" % levels)
    pick = lambda q: took[min(len(took) - 1, int(len(took) * q))] * 1000
    print("last byte of the document -> first byte of the L3 notice: p50 %.1f ms, p99 %.1f ms, max %.1f ms (n = %d of %d; incidents by level %s)" %
          (pick(.5), pick(.99), took[-1] * 1000, len(took), SAMPLES, levels))


if __name__ == "__main__":
    HOME.mkdir(parents=True, exist_ok=True)
    if sys.argv[1:] != ["latency"]:
        throughput()
    if sys.argv[1:] != ["rate"]:
        latency()
    finish()
