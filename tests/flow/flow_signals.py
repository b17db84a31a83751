#!/usr/bin/env python3
# flow: beside
# Numbers and alerts over HTTP: taken in when signed, refused with the reason and counted; one fires and is verified.
import hashlib, hmac
from harness import *

HOME = TMP / "signals"
HOME.mkdir(parents=True, exist_ok=True)
API = free_port()
CONF = HOME / "langyan.yaml"
CONF.write_text("""
site: { name: signals, data: "%s/data", lang: en, allow_root: on }
http: { listen: "127.0.0.1:%d", token: "%s", signal_secret: "%s" }
lexicons: { dir: "%s/lexicons" }
templates: { dir: "%s/templates" }
watches: { shancui: { query: 山脆 } }
signals: { load: { class: system, above: 0.85 } }
""" % (HOME, API, secret(HOME, "token", "t" * 40), secret(HOME, "key", "k" * 20), TOP, TOP))
RECORD = HOME / "data/respond/langyan.db"


def signed(body):
    return "sha256=" + hmac.new(b"k" * 20, body, hashlib.sha256).hexdigest()


def post(path, body, kind="application/json", signature=None):
    """-> (status, text) of what is said, also when it is said before all was read."""
    head = ("POST %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s\r\n" %
            (path, API, "t" * 40, kind, len(body), "X-Hub-Signature: %s\r\n" % signature if signature else "")).encode()
    answer = b""
    with socket.create_connection(("127.0.0.1", API), 20 * SLOW) as s:
        try:
            s.sendall(head + body)
        except OSError:
            pass  # it has heard enough
        try:
            while block := s.recv(65536):
                answer += block
        except OSError:
            pass
    head, _, text = answer.partition(b"\r\n\r\n")
    return int((head.split(b" ") + [b"0", b"0"])[1] or 0), text.decode(errors="replace")


run = Proc(["run", "-c", CONF], HOME / "run.log")
check("the service starts", run.ready(), run.tail())
csv = b"signal,value\nload,0.91\nvisits,1200\n"
check("CSV is taken in", post("/api/v1/signals", csv, "text/csv", signed(csv)) == (200, '{"accepted":2,"seen":0}'))
alerts = b'[{"labels":{"alertname":"HighLatency","instance":"a"},"startsAt":"2026-01-01T08:00:00Z","endsAt":"2026-01-01T08:05:00Z"}]'
check("alerts are, with their end", post("/api/v2/alerts", alerts, signature=signed(alerts)) == (200, '{"accepted":2,"seen":0}'))
for name, path, body, sign, want in [
        ("a wrong signature", "/api/v1/signals", csv, lambda b: "sha256=" + "0" * 64, (401, "X-Hub-Signature is wrong")),
        ("a missing signature", "/api/v2/alerts", alerts, lambda b: None, (401, "X-Hub-Signature is missing")),
        ("a bad number", "/api/v1/signals", b'{"signal":"x","value":1}\n{"signal":"x","value":"NaN"}', signed, (400, '"value\\" is no number","line":2')),
        ("a time to come", "/api/v1/signals", b'{"signal":"x","value":1,"at":"2099-01-01T00:00:00Z"}', signed, (400, "in the future")),
        ("an alert without a name", "/api/v2/alerts", b'[{"labels":{}}]', signed, (400, "alertname"))]:
    status, text = post(path, body, signature=sign(body))
    check("%s is refused with the reason" % name, status == want[0] and want[1] in text, "%d %s" % (status, text))
big = b"x" * 10_000_000
status, text = post("/api/v1/signals", big, signature=signed(big))
check("10 MB are too much", status in (413, 0), "%d %s" % (status, text))  # 0: cut off before it could be read
with socket.create_connection(("127.0.0.1", API), 20) as s:
    s.sendall(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % API)
    metrics = b""
    while block := s.recv(65536):
        metrics += block
check("all of that is counted", all(line in metrics for line in (b'langyan_signals_refused_total{why="signature"} 2\n',
      b'langyan_signals_refused_total{why="body"} 3\n', b"langyan_http_too_large_total 1\n")), metrics.decode()[-600:])
check("nothing of a refused body is kept", rows(RECORD, "SELECT count(*) FROM signal_sample WHERE signal = 'x'")[0][0] == 0)
check("the load fires", until(90, lambda: rows(RECORD, "SELECT count(*) FROM firing")[0][0] == 1), run.tail())
check("and says why", rows(RECORD, "SELECT trigger, grade, reason_en FROM firing") ==
      [("signal:load", 3, "load 0.91; would have stayed silent at 0.85 or below")], str(rows(RECORD, "SELECT trigger, grade, reason_en FROM firing")))
check("the service ends well", run.stop() == 0, run.tail())
done = langyan("verify", "-c", CONF)
check("verify agrees", done.returncode == 0, (done.stdout + done.stderr).decode()[-500:])
finish()
