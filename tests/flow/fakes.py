"""Every vendor's side of a channel, on loopback: limits, signatures, keywords, rates and error codes as docs/channels.md
tells them. Each keeps what it took (got) and what it answered to each request (said).

`first` is a list of answers that the next requests get instead: (status, body), "cut" (no answer at all), None (as ever).
"""
import base64, hashlib, hmac, json, re, socketserver, threading, time, urllib.parse
from harness import Asked, serve


def mac(key, message):
    return hmac.new(key, message, hashlib.sha256).digest()


def crowd(text):
    """What would call everybody, wherever it stands."""
    return [w for w in ("@all", "@everyone", "@here", "@channel", "@所有人", "<!", "<at id=all", 'user_id="all"', "<@all") if w in text]


class Fake:
    """One vendor. answer() gets a request and says (status, body[, headers])."""

    most, window = None, (60, 60)  # bytes of a body; so many requests in so many seconds

    def __init__(self, first=()):
        self.first = list(first)
        self.got, self.said, self.times, self.lock = [], [], [], threading.Lock()
        outer = self

        class Handler(Asked):
            def do_POST(self):
                body = self.body()
                with outer.lock:
                    said = outer.reply(self.command, self.path, self.headers, body)
                    outer.said.append(said)
                if said == "cut":
                    self.close_connection = True
                    return
                status, text, headers = (said + ({},))[:3]
                self.say(status, text if isinstance(text, str) else json.dumps(text, ensure_ascii=False), headers=headers.items())

            do_PATCH = do_PUT = do_POST

        self.server = serve(Handler)
        self.port = self.server.server_port
        self.base = "http://127.0.0.1:%d" % self.port

    def reply(self, method, path, headers, body):
        forced = self.first.pop(0) if self.first else None
        if forced:
            return forced
        url = urllib.parse.urlsplit(path)
        query = {k: v[0] for k, v in urllib.parse.parse_qs(url.query).items()}
        now = time.monotonic()
        self.times = [t for t in self.times if t > now - self.window[1]]
        if len(self.times) >= self.window[0]:
            return self.too_often()
        self.times.append(now)
        return self.answer(method, url.path, query, headers, body)

    def too_often(self):
        return 429, "slow down", {"Retry-After": "5"}

    def take(self, message, ok):
        self.got.append(message)
        return ok


class Feishu(Fake):
    window = (100, 60)

    def __init__(self, token="t0ken", secret="", keyword="", **more):
        self.token, self.secret, self.keyword = token, secret, keyword
        super().__init__(**more)

    def too_often(self):
        return 200, {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]"}

    def answer(self, method, path, query, headers, body):
        if path != "/open-apis/bot/v2/hook/" + self.token:
            return 200, {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        if len(body) > 20 * 1024:
            return 200, {"code": 19036, "msg": "too large"}
        try:
            j = json.loads(body)
        except ValueError:
            return 200, {"code": 9499, "msg": "Bad Request"}
        if self.secret:
            stamp = j.get("timestamp", "")
            good = base64.b64encode(mac(("%s\n%s" % (stamp, self.secret)).encode(), b"")).decode()
            if not re.fullmatch(r"\d{10}", stamp) or abs(time.time() - int(stamp)) > 3600 or j.get("sign") != good:
                return 200, {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if j.get("msg_type") != "interactive" or not isinstance(j.get("card", {}).get("elements"), list):
            return 200, {"code": 9499, "msg": "params error, unknown card value"}
        text = "".join(e["text"]["content"] for e in j["card"]["elements"] if e["tag"] == "div")
        if self.keyword and self.keyword not in text + j["card"]["header"]["title"]["content"]:
            return 200, {"code": 19024, "msg": "Key Words Not Found"}
        j["text"] = text
        return self.take(j, (200, {"code": 0, "msg": "success", "data": {}}))


class FeishuApp(Fake):
    """An app: a token, messages to people, and calls that make them ring."""

    window = (50, 1)

    def __init__(self, app="cli_1", secret="app-secret", quota=100, **more):
        self.app, self.secret, self.quota = app, secret, quota
        self.tokens, self.rung, self.uuids = [], [], {}
        super().__init__(**more)

    def answer(self, method, path, query, headers, body):
        j = json.loads(body)
        if path == "/open-apis/auth/v3/tenant_access_token/internal":
            if j["app_id"] != self.app:
                return 200, {"code": 10003, "msg": "invalid param"}
            if j["app_secret"] != self.secret:
                return 200, {"code": 10014, "msg": "app secret invalid"}
            self.tokens.append("t-%d" % len(self.tokens))
            return 200, {"code": 0, "msg": "ok", "tenant_access_token": self.tokens[-1], "expire": 7200}
        if not self.tokens or headers.get("Authorization") != "Bearer " + self.tokens[-1]:
            return 400, {"code": 99991663, "msg": "Invalid access token for authorization."}
        if method == "POST" and path == "/open-apis/im/v1/messages":
            card = json.loads(j["content"])
            if len(j["content"].encode()) > 30000:
                return 400, {"code": 230025, "msg": "The length of the message content reaches its limit."}
            if query["receive_id_type"] not in ("open_id", "union_id", "user_id", "email", "chat_id") or len(j["uuid"]) > 50:
                return 400, {"code": 230001, "msg": "Your request contains an invalid request parameter."}
            if j["uuid"] not in self.uuids:
                self.uuids[j["uuid"]] = "om_%d" % len(self.uuids)
                self.got.append({"to": j["receive_id"], "card": card, "id": self.uuids[j["uuid"]]})
            return 200, {"code": 0, "data": {"message_id": self.uuids[j["uuid"]]}}
        m = re.fullmatch(r"/open-apis/im/v1/messages/(om_\d+)/urgent_(app|sms|phone)", path)
        if not m or method != "PATCH":
            return 404, "404 page not found"
        if m.group(1) not in self.uuids.values():
            return 400, {"code": 230012, "msg": "Bot is NOT the sender of the message."}
        if len(self.rung) >= self.quota:
            return 400, {"code": 230024, "msg": "Reach the upper limit of urgent message."}
        self.rung.append((m.group(1), m.group(2), j["user_id_list"]))
        return 200, {"code": 0, "data": {"invalid_user_id_list": []}}


class DingTalk(Fake):
    window = (20, 60)

    def __init__(self, token="t0ken", secret="", keyword="", **more):
        self.token, self.secret, self.keyword = token, secret, keyword
        super().__init__(**more)

    def too_often(self):
        return 200, {"errcode": 130101, "errmsg": "send too fast"}

    def answer(self, method, path, query, headers, body):
        if path != "/robot/send" or query.get("access_token") != self.token:
            return 200, {"errcode": 300005, "errmsg": "token is not exist"}
        if len(body) > 20000:
            return 200, {"errcode": 460101, "errmsg": "message too long"}
        if self.secret:
            stamp = query.get("timestamp", "")
            good = base64.b64encode(mac(self.secret.encode(), ("%s\n%s" % (stamp, self.secret)).encode())).decode()
            if not re.fullmatch(r"\d{13}", stamp) or abs(time.time() * 1000 - int(stamp)) > 3600000 or query.get("sign") != good:
                return 200, {"errcode": 310000, "errmsg": "sign not match"}
        j = json.loads(body)
        part = j.get(j.get("msgtype"), {})
        if j.get("msgtype") not in ("markdown", "actionCard") or not part.get("title") or not part.get("text"):
            return 200, {"errcode": 40035, "errmsg": "missing parameter"}
        if self.keyword and self.keyword not in part["title"] + part["text"]:
            return 200, {"errcode": 310000, "errmsg": "keywords not in content"}
        at = j.get("at", {})
        if any("@" + x not in part["text"] for x in at.get("atMobiles", []) + at.get("atUserIds", [])):
            return 200, {"errcode": 40035, "errmsg": "who is called does not stand in the text"}
        j["text"] = part["text"]
        return self.take(j, (200, {"errcode": 0, "errmsg": "ok"}))


class WeCom(Fake):
    window = (20, 60)

    def __init__(self, key="k3y", **more):
        self.key = key
        super().__init__(**more)

    def too_often(self):
        return 200, {"errcode": 45009, "errmsg": "api freq out of limit"}

    def answer(self, method, path, query, headers, body):
        if path != "/cgi-bin/webhook/send" or query.get("key") != self.key:
            return 200, {"errcode": 93000, "errmsg": "invalid webhook url"}
        j = json.loads(body)
        kind = j.get("msgtype")
        if kind not in ("text", "markdown"):
            return 200, {"errcode": 40008, "errmsg": "invalid message type"}
        if len(j[kind]["content"].encode()) > (2048 if kind == "text" else 4096):
            return 200, {"errcode": 40058, "errmsg": "markdown.content exceed max length 4096"}
        j["text_of"] = j[kind]["content"]
        return self.take(j, (200, {"errcode": 0, "errmsg": "ok"}))


class Slack(Fake):
    window = (60, 60)

    def answer(self, method, path, query, headers, body):
        if path != "/services/T/B/x":
            return 404, "no_service"
        j = json.loads(body)
        blocks = j.get("blocks", [])
        texts = [b["text"]["text"] for b in blocks if b["type"] == "section"]
        if not j.get("text") or len(blocks) > 50 or any(len(t) > 3000 or not t for t in texts):
            return 400, "invalid_blocks"
        if sum(map(len, texts)) > 13000:
            return 400, "msg_blocks_too_long"
        if any(len(b["text"]["text"]) > 150 for b in blocks if b["type"] == "header"):
            return 400, "invalid_blocks"
        return self.take(j, (200, "ok"))


class Teams(Fake):
    window = (4, 1)

    def answer(self, method, path, query, headers, body):
        if len(body) > 28 * 1024:
            return 413, "RequestEntityTooLarge"
        j = json.loads(body)
        card = j["attachments"][0]
        if j["type"] != "message" or card["contentType"] != "application/vnd.microsoft.card.adaptive" or card["content"]["type"] != "AdaptiveCard":
            return 400, "bad card"
        return self.take(j, (202, ""))


class Telegram(Fake):
    window = (20, 60)

    def __init__(self, token="123:abc", chats=("-1001",), **more):
        self.token, self.chats = token, chats
        super().__init__(**more)

    def too_often(self):
        return 429, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 3", "parameters": {"retry_after": 3}}

    def no(self, code, words):
        return code, {"ok": False, "error_code": code, "description": words}

    def answer(self, method, path, query, headers, body):
        if not path.startswith("/bot%s/" % self.token):
            return self.no(401, "Unauthorized")
        j = json.loads(body)
        if str(j.get("chat_id")) not in self.chats:
            return self.no(400, "Bad Request: chat not found")
        text = j.get("text", "")
        bare = re.sub(r'</?b>|<a href="[^"<>]*">|</a>', "", text)
        if j.get("parse_mode") != "HTML" or "<" in bare or ">" in bare or re.search(r"&(?!amp;|lt;|gt;|quot;)", bare):
            return self.no(400, "Bad Request: can't parse entities")
        if len(re.sub(r"&\w+;", "x", bare).encode("utf-16-le")) // 2 > 4096:
            return self.no(400, "Bad Request: message is too long")
        return self.take(j, (200, {"ok": True, "result": {"message_id": len(self.got) + 1}}))


class Ntfy(Fake):
    window = (60, 60)

    def __init__(self, topic="alerts", token="", **more):
        self.topic, self.token = topic, token
        super().__init__(**more)

    def too_often(self):
        return 429, {"code": 42901, "http": 429, "error": "limit reached: too many requests"}

    def answer(self, method, path, query, headers, body):
        if path != "/" + self.topic:
            return 404, {"code": 40401, "error": "page not found"}
        if self.token and headers.get("Authorization") != "Bearer " + self.token:
            return 403, {"code": 40301, "error": "forbidden"}
        if len(body) > 4096 or not re.fullmatch("[1-5]", headers.get("X-Priority", "3")):
            return 400, {"code": 40007, "error": "invalid request"}
        head = {k: v.encode("latin-1").decode() for k, v in headers.items()}
        return self.take({"text": body.decode(), "head": head}, (200, {"id": "x", "event": "message"}))


class PagerDuty(Fake):
    window = (60, 60)

    def __init__(self, key="k" * 32, **more):
        self.key, self.open = key, {}
        super().__init__(**more)

    def answer(self, method, path, query, headers, body):
        j = json.loads(body)
        if path != "/v2/enqueue" or len(body) > 512000:
            return 400, {"status": "invalid event", "message": "Event object is invalid"}
        if j.get("routing_key") != self.key:
            return 400, {"status": "invalid event", "message": "Invalid routing key"}
        p = j.get("payload", {})
        if j["event_action"] not in ("trigger", "acknowledge", "resolve") or len(j["dedup_key"]) > 255 or len(p["summary"]) > 1024 \
                or p["severity"] not in ("critical", "error", "warning", "info"):
            return 400, {"status": "invalid event", "message": "Event object is invalid", "errors": ["payload"]}
        self.open[j["dedup_key"]] = j["event_action"] == "trigger"
        return self.take(j, (202, {"status": "success", "dedup_key": j["dedup_key"]}))


class Webhook(Fake):
    """Alertmanager's receiver, which checks our signature."""

    window = (10000, 60)

    def __init__(self, secret="", **more):
        self.secret = secret
        super().__init__(**more)

    def answer(self, method, path, query, headers, body):
        m = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers.get("X-Langyan-Signature", ""))
        if self.secret and not (m and abs(time.time() - int(m.group(1))) < 300 and
                                hmac.compare_digest(mac(self.secret.encode(), m.group(1).encode() + b"." + body).hex(), m.group(2))):
            return 403, "bad signature"
        j = json.loads(body)
        if j["version"] != "4" or not j["alerts"]:
            return 400, "not version 4"
        j["key"] = headers["Idempotency-Key"]
        return self.take(j, (200, "ok"))


class Mail:
    """An SMTP server that takes what it gets; `first`: answers to the end of the next mails."""

    def __init__(self, first=()):
        self.got, self.first = [], list(first)
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def say(self, text):
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self):
                self.say("220 fake")
                for line in self.rfile:
                    verb = line[:4].upper()
                    if verb == b"DATA":
                        self.say("354 go on")
                        lines = []
                        for text in self.rfile:
                            if text == b".\r\n":
                                break
                            lines.append(text[1:] if text.startswith(b"..") else text)
                        answer = outer.first.pop(0) if outer.first else "250 kept"
                        if answer.startswith("250"):
                            outer.got.append(b"".join(lines))
                        self.say(answer)
                    elif verb == b"QUIT":
                        self.say("221 bye")
                        return
                    else:
                        self.say("250 ok")

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.base = "smtp://127.0.0.1:%d" % self.port
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
