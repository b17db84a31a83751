#!/usr/bin/env python3
# flow: beside
# https with certificates of our own making: which are taken, why the others are refused, and what
# goes along when a redirect changes the scheme.
import ssl
from harness import *

CONF = """
site: { name: tls, data: "%(dir)s/data", allow_root: on }
clock: { mode: stepped, start: 2026-03-10T08:00:00+08:00, scale: 0, step: 10s, length: 20s }
http: { listen: "" }
fetch: { ca_file: "%(ca)s", max_age: 3650d, interval: 1d, timeout: 20s }
lexicons: { dir: "%(top)s/lexicons" }
templates: { dir: "%(top)s/templates" }
watches: { any: { query: 'langyan', size: small } }
sources:
"""
SOURCE = """  %s:
    url: "%s"
    allow_private: [%s]
    basis: owned
    headers: { X-Own: mine }
    cookies: "%s"
    secret_headers: { X-Secret: { value: "%s" } }
"""
FEED = "<rss version='2.0'><channel><title>t</title><item><guid>%s</guid><title>%s</title></item></channel></rss>"
asked = []  # (port, path, X-Own, Cookie, X-Secret)
moves = {}  # path -> address


class Site(Asked):
    def do_GET(self):
        if self.path != "/robots.txt":
            asked.append((self.server.server_port, self.path) + tuple(self.headers.get(h) for h in ("X-Own", "Cookie", "X-Secret")))
        self.say(404 if self.path == "/robots.txt" else 302 if self.path in moves else 200, FEED % (self.path, self.path),
                 "application/rss+xml", [("Location", moves[self.path])] if self.path in moves else ())


def openssl(*args):
    done = subprocess.run(["openssl"] + [str(a) for a in args], capture_output=True)
    if done.returncode:
        raise SystemExit("openssl %s: %s" % (args[0], done.stderr.decode()))


def key_and(kind, name, *args):
    """NAME.key, and NAME.pem: a certificate, or a request for one."""
    openssl("req", *kind, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=" + name,
            "-keyout", TMP / (name + ".key"), "-out", TMP / (name + ".pem"), *args)


def certificate(name, host, days):
    """Signed by our authority."""
    key_and((), name)
    (TMP / "names").write_text("subjectAltName=DNS:%s\n" % host)
    openssl("x509", "-req", "-in", TMP / (name + ".pem"), "-CA", TMP / "authority.pem", "-CAkey", TMP / "authority.key",
            "-set_serial", 1, "-days", days, "-extfile", TMP / "names", "-out", TMP / (name + ".pem"))


def site_of(name=None):
    """Its port. With a name: under that certificate."""
    context = None
    if name:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(TMP / (name + ".pem"), TMP / (name + ".key"))
    return serve(Site, tls=context).server_port


def main():
    TMP.mkdir(parents=True, exist_ok=True)
    for name in ("authority", "stranger"):
        key_and(("-x509",), name, "-days", 2, "-addext", "subjectAltName=DNS:localhost")
    certificate("good", "localhost", 2)
    certificate("other", "elsewhere.example", 2)
    certificate("old", "localhost", -1)
    port = {name: site_of(name) for name in ("good", "stranger", "other", "old")}
    port["plain"] = site_of()
    url = {name: "%s://localhost:%d/%s" % ("http" if name == "plain" else "https", p, name) for name, p in port.items()}
    moves.update({"/down": url["plain"] + "-down", "/up": url["good"] + "-up"})
    at = {"down": url["good"].replace("/good", "/down"), "up": url["plain"].replace("/plain", "/up")}
    at.update({name: url[name] for name in ("good", "stranger", "other", "old")})
    hosts = ", ".join('"127.0.0.1:%d"' % p for p in port.values())
    conf = TMP / "langyan.yaml"
    text = CONF % {"dir": TMP, "top": TOP, "ca": TMP / "authority.pem"}
    cookies, token = secret(TMP, "cookies", "sid=7"), secret(TMP, "token", "hush")
    conf.write_text(text + "".join(SOURCE % (name, to, hosts, cookies, token) for name, to in at.items()))
    p = Proc(["crawl", "-c", conf, "-"], TMP / "crawl.log")
    code = p.wait(60)
    docs = [json.loads(l) for l in open(str(p.log) + ".out", encoding="utf-8")]
    got = sorted((d["source"], d["title"]) for d in docs if d.get("title", "").startswith("/"))
    said = langyan("source", "list", "--json", "-c", conf)
    states = {s["name"]: s for s in json.loads(said.stdout or b"[]")}
    check("it ends by itself", code == 0, "%s: %s" % (code, p.tail()))
    check("what the authority of ca_file signed is read, and nothing else", got == [("down", "/plain-down"), ("good", "/good"), ("up", "/good-up")], got)
    for name, words in (("stranger", ("self-signed certificate", "self signed certificate")), ("other", ("does not match", "no alternative certificate")),
                        ("old", ("expired",))):
        s = states.get(name, {})
        check("a refused certificate says why and is counted: " + name, any(w in s.get("why", "") for w in words) and s.get("failures") == 1 and
              s.get("cause") == "tls", s)
    mine = ("mine", "sid=7", "hush")
    hops = {a[1]: a[2:] for a in asked}
    check("headers, cookies and secrets go to the source's own address", hops.get("/down") == hops.get("/up") == hops.get("/good") == mine, asked)
    check("from https to http goes nothing of them", hops.get("/plain-down") == (None, None, None), asked)
    check("nor from http to https of another origin", hops.get("/good-up") == (None, None, None), asked)
    check("nobody was asked who was refused", {a[0] for a in asked} == {port["good"], port["plain"]}, asked)
    said = langyan("doctor", "-c", conf).stdout.decode()
    told = {l.split()[1]: l for l in said.splitlines() if len(l.split()) > 2}
    check("doctor trusts and refuses as the crawler does", told.get("good", "").startswith("ok") and "expired" in told.get("old", ""), said)
    for path, why in ((TMP / "none.pem", "No such file or directory"), (conf, "there is no certificate in PEM in it")):
        bad = TMP / "bad.yaml"
        bad.write_text(CONF % {"dir": TMP, "top": TOP, "ca": path})
        said = langyan("config", "check", "-c", bad)
        want = '%s:5:19: ca_file "%s" is no bundle of certificates: %s' % (bad, path, why)
        check("a ca_file that is none is refused with its place: " + why, said.returncode and want in said.stderr.decode(), said.stderr.decode())
    finish()


main()
