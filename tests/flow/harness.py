"""What the flow tests share: configurations, processes, a slow wire, a webhook that remembers.

Everything listens on 127.0.0.1 only, lives in $LY_TMP, and is ended by its own process id.
"""
import atexit, email, email.policy, http.client, http.server, json, os, pathlib, random, re, shlex, signal, socket, sqlite3, subprocess, sys, threading, time
import urllib.error, urllib.request

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = os.environ.get("LY_BIN", str(TOP / "build/langyan"))
TMP = pathlib.Path(os.environ.get("LY_TMP", "/tmp/ly-flow"))
SEED = int(os.environ.get("LY_SEED", "1") or "1")
NIGHTLY = bool(os.environ.get("LY_NIGHTLY"))
SLOW = int(os.environ.get("LY_SLOW", "1") or "1")  # factor on every bound: sanitizers and valgrind multiply time
WRAP = shlex.split(os.environ.get("LY_WRAP", ""))  # before each langyan that keeps running: valgrind ...
# Is it a sanitizer's build, or under valgrind? A figure of time or memory means nothing there.
SANITIZED = bool(WRAP) or any(os.path.exists(BIN) and s in pathlib.Path(BIN).read_bytes() for s in (b"__asan_init", b"__tsan_init"))
REPORT = re.compile(rb"(ERROR: (Address|Leak)Sanitizer|runtime error:|WARNING: ThreadSanitizer|^==\d+== .*"
                    rb"(Invalid|uninitialised|definitely lost)).*", re.M)
SCENARIO = TOP / "scenarios/shancui-food-safety.yaml"
QUICKSTART = TOP / "examples/quickstart/langyan.yaml"

_failed = []
_running = []
_logs = []


def ok(name, note=""):
    print("ok %s%s" % (name, ": " + note if note else ""), flush=True)


def not_ok(name, why):
    _failed.append(name)
    print("not ok %s %s" % (name, why), flush=True)


def check(name, truth, why="", note=""):
    ok(name, note) if truth else not_ok(name, why or note)
    return truth


def reports(logs):
    """What a sanitizer or valgrind said in them, the first of each."""
    found = [(log, REPORT.search(log.read_bytes())) for log in dict.fromkeys(logs)]
    return ["%s: %s" % (log.name, m.group().decode(errors="replace")) for log, m in found if m]


@atexit.register
def sweep():
    """End what still runs; what its logs report fails the flow, also one that died itself."""
    for p in _running:
        if p.poll() is None:
            p.kill()
    for r in reports(_logs):
        not_ok("no langyan made a mistake with memory or threads", r)
    _running.clear()
    _logs.clear()


def finish():
    sweep()
    sys.exit(1 if _failed else 0)


def free_port():
    """Below what the system gives to connections (ip_local_port_range): between this look and its use
    nobody's connection takes it, and other flows hardly draw the same."""
    draw = random.SystemRandom()  # not of LY_SEED: flows run beside each other
    while True:
        port = draw.randrange(12000, 32000)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def until(seconds, what, step=0.02):
    """Wait for what() to be true; its last value. A bound, never a pace."""
    end = time.monotonic() + seconds * SLOW
    while True:
        got = what()
        if got or time.monotonic() > end:
            return got
        time.sleep(step)


class Proc:
    """A langyan process whose stderr goes to a file."""

    def __init__(self, args, log, env=None, stdin=None, stdout=None, program=None):
        self.log = pathlib.Path(log)
        self.out = open(str(log) + ".out", "ab") if stdout is None else stdout
        self.err = open(log, "ab")
        self.at = self.log.stat().st_size
        _logs.append(self.log)
        self.p = subprocess.Popen(WRAP + [program or BIN] + [str(a) for a in args], stdin=stdin or subprocess.DEVNULL,
                                  stdout=self.out, stderr=self.err, env=dict(os.environ, **(env or {})))
        _running.append(self.p)

    def said(self, text):
        with open(self.log, "rb") as f:
            f.seek(self.at)
            return text.encode() in f.read()

    def ready(self, seconds=20):
        return until(seconds, lambda: self.said("event=ready") or self.p.poll() is not None) and self.p.poll() is None

    def kill(self):
        self.p.kill()
        self.p.wait()

    def stop(self, seconds=20):
        """SIGTERM and its exit code; None if it did not end in time."""
        if self.p.poll() is None:
            self.p.terminate()
        try:
            return self.p.wait(seconds * SLOW)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def wait(self, seconds):
        try:
            return self.p.wait(seconds * SLOW)
        except subprocess.TimeoutExpired:
            self.kill()
            return None

    def tail(self, n=15):
        return " | ".join(self.log.read_text(errors="replace").splitlines()[-n:])


def newsroom(scenario, log, port=0):
    p = Proc(["newsroom", "--listen", "127.0.0.1:%d" % port, scenario], log, stdout=subprocess.PIPE)
    line = p.p.stdout.readline()
    if not line:
        raise SystemExit("newsroom: " + p.tail())
    said = json.loads(line)
    return p, said["port"], said["items"]


def quickstart(folder, port, extra="", replace=()):
    """The shipped configuration with its own folder and port, as fast as possible."""
    text = QUICKSTART.read_text()
    for old, new in [("127.0.0.1:18790", "127.0.0.1:%d" % port), ("../../build/quickstart", str(folder)),
                     ("../../lexicons", str(TOP / "lexicons")), ("../../templates", str(TOP / "templates")),
                     ("facts: facts.yaml", "facts: %s" % (QUICKSTART.parent / "facts.yaml")),
                     ("scale: 480", "scale: 0")] + list(replace):
        assert old in text, old
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "langyan.yaml"
    path.write_text(text + extra)
    return path


def langyan(*args, stdin=None, timeout=120):
    done = subprocess.run([BIN] + [str(a) for a in args], input=stdin, capture_output=True, timeout=timeout * SLOW)
    if REPORT.search(done.stderr):
        not_ok("langyan %s made no mistake with memory or threads" % args[0], done.stderr.decode(errors="replace")[-2000:])
    return done


def keygen():
    out = langyan("keygen").stdout.decode()
    return dict(re.findall(r"(\w+): (\S+)", out))


def secret(folder, name, value):
    path = folder / name
    path.write_text(value)
    path.chmod(0o600)
    return "file:%s" % path


def files(folder):
    """Relative name -> bytes of everything below folder."""
    folder = pathlib.Path(folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def rows(db, sql, *args):
    """Read a store beside its owner."""
    c = sqlite3.connect("file:%s?mode=ro" % db, uri=True, timeout=20)
    try:
        return c.execute(sql, args).fetchall()
    finally:
        c.close()


class SlowWire:
    """A TCP relay between stages that delays every piece by a random time: order across
    connections is shuffled, order within one is kept."""

    def __init__(self, to_port, seed, most_ms):
        self.to, self.most = to_port, most_ms / 1000
        self.random = random.Random(seed)
        self.listen = socket.create_server(("127.0.0.1", 0))
        self.port = self.listen.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                a, _ = self.listen.accept()
                b = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                continue
            for x, y in ((a, b), (b, a)):
                x.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self._relay, args=(x, y), daemon=True).start()

    def _relay(self, x, y):
        try:
            while True:
                piece = x.recv(65536)
                if not piece:
                    break
                time.sleep(self.random.random() * self.most)
                y.sendall(piece)
        except OSError:
            pass
        for s in (x, y):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Asked(http.server.BaseHTTPRequestHandler):
    """A request to a server of ours. say() answers; nothing is logged."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes: the second would wait 40 ms for an acknowledgement

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def say(self, status, body=b"", type=None, headers=()):
        """body: bytes or a text; headers: pairs. Whoever asked may be dead meanwhile."""
        data = body.encode() if isinstance(body, str) else body
        try:
            self.send_response(status)
            for k, v in ([("Content-Type", type)] if type else []) + list(headers):
                self.send_header(k, v)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            pass

    def log_message(self, *a):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *a):
        pass  # whoever asked was killed, or is refused in the midst of a handshake


def serve(handler, port=0, tls=None):
    """A server on a port of its own (server_port); tls: an ssl.SSLContext."""
    web = Server(("127.0.0.1", port), handler)
    if tls:
        web.socket = tls.wrap_socket(web.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return web


def post_documents(port, lines, token="t" * 40, type="application/x-ndjson"):
    """Documents to the API -> (status, what it said as JSON or None); (0, None) when nobody answers."""
    q = urllib.request.Request("http://127.0.0.1:%d/api/v1/documents" % port, "\n".join(lines).encode(),
                               {"Authorization": "Bearer " + token, "Content-Type": type})
    try:
        with urllib.request.urlopen(q, timeout=5 * SLOW) as r:
            return r.status, json.loads(r.read())
    except urllib.error.HTTPError as e:
        return e.code, None
    except (OSError, ValueError, http.client.HTTPException):
        return 0, None


MAIL_SERVER = """
import sys, os
from aiosmtpd.controller import Controller
class Keep:
    n = 0
    async def handle_DATA(self, server, session, envelope):
        Keep.n += 1
        path = os.path.join(sys.argv[2], "%06d" % Keep.n)
        with open(path + ".part", "wb") as f:
            f.write(envelope.content)
        os.rename(path + ".part", path + ".eml")
        return "250 kept"
c = Controller(Keep(), hostname="127.0.0.1", port=int(sys.argv[1]))
c.start()
print("up", flush=True)
sys.stdin.read()
"""


class MailServer:
    """A real one, in a process of its own: each message becomes a file of box, in their order."""

    PYTHON = "/usr/bin/python3"  # the system's: it has aiosmtpd

    def __init__(self, port, box):
        self.box = box
        self.p = subprocess.Popen([self.PYTHON, "-c", MAIL_SERVER, str(port), str(box)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        _running.append(self.p)
        self.p.stdout.readline()

    @classmethod
    def missing(cls):
        return subprocess.run([cls.PYTHON, "-c", "import aiosmtpd"], capture_output=True).returncode != 0

    def kept(self):
        return len(list(self.box.glob("*.eml")))

    def mails(self):
        return [email.message_from_bytes(p.read_bytes(), policy=email.policy.default) for p in sorted(self.box.glob("*.eml"))]

    def stop(self):
        self.p.stdin.close()
        self.p.wait()


class Webhook:
    """Remembers every delivery; answer(n, headers) gives the status of the n-th."""

    def __init__(self, answer=None, port=0):
        self.got, self.lock = [], threading.Lock()
        outer = self

        class Handler(Asked):
            def do_POST(self):
                at, body = time.monotonic(), self.body()
                with outer.lock:
                    status = answer(len(outer.got), self.headers) if answer else 200
                    outer.got.append({"at": at, "status": status, "key": self.headers.get("Idempotency-Key"),
                                      "headers": dict(self.headers), "body": body})
                self.say(status)

        self.server = serve(Handler, port)
        self.port = self.server.server_port

    def taken(self):
        with self.lock:
            return [g for g in self.got if 200 <= g["status"] < 300]
