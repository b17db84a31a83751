#!/usr/bin/env python3
# flow: beside
"""A new user's way: init, check, run, push, look, stop; and what the shell says to mistakes."""
import json, os, pathlib, pty, re, select, sys, time

from harness import *

HOME = TMP / "home"
HOME.mkdir(parents=True, exist_ok=True)


def says(name, code, args, *texts, where="stderr"):
    """Exit code, and each text somewhere in what is said."""
    got = langyan(*args)
    said = getattr(got, where).decode()
    missing = [t for t in texts if t not in said]
    check(name, got.returncode == code and not missing, "exit %d, no %r in %r" % (got.returncode, missing, said[:600]))


# ---- help ---------------------------------------------------------------------------------------
listed = langyan("help").stdout.decode()
names = re.findall(r"^  ([a-z][a-z0-9-]*)  ", listed, re.M)
check("help lists the commands", len(names) >= 30 and "langyan help COMMAND" in listed, listed)
bad = []
for name in names:
    first = langyan("help", name)
    second = langyan(name, "--help")
    if first.returncode or second.returncode or first.stdout != second.stdout or not first.stdout.decode().startswith("langyan " + name):
        bad.append(name)
check("every command has help, asked either way", not bad, str(bad))
says("no command at all is asked wrongly", 2, [], "langyan help COMMAND", where="stdout")
says("a mistyped command is told the nearest", 2, ["incidnet"], 'no command "incidnet": did you mean "incident"?')

# ---- asked wrongly is 2, failed is 1 -------------------------------------------------------------
nowhere = str(HOME / "nowhere.yaml")
for name in ["run", "config check", "doctor", "source list", "watch list", "incident list", "notice list", "verify",
             "reject list", "reload", "digest", "draft list"]:
    says("%s without its file is asked wrongly" % name, 2, name.split() + ["-c", nowhere], "nowhere.yaml", "No such file")
told = langyan("config", "check", "-c", nowhere).stderr.decode()
check("a file that is not there is told once", told.count("nowhere.yaml") == 1, told)
for args, text in [(["run", "--frob"], "--frob"), (["incident"], "list, show, ack"), (["incident", "show"], "which incident?"),
                   (["init", "--answers"], "--answers wants a file"), (["config", "chekc"], "chekc"), (["erase", "--author"], "author"),
                   (["analyze", "--explian"], "--explian"), (["replay"], "which file"), (["lint"], "which file"),
                   (["source", "test", "http://127.0.0.1:9/", "--allow-private", "127.0.0.1"], "its port is missing, as 127.0.0.1:8080")]:
    says("%s is asked wrongly" % " ".join(args), 2, args, text)

# ---- options stand before or behind what they are for ---------------------------------------------------
(HOME / "some.txt").write_text("x\n")
some = str(HOME / "some.txt")
for args in ["verify F", "backup %s/b" % HOME, "restore %s/b" % HOME, "push F", "push list", "replay F", "source hurry x", "source poll x", "trigger test x", "playbook show x", "watch test x",
             "incident show INC-1", "notice show abcdef", "notify test x", "mention show abcdef", "draft show x", "release x", "approve x", "case show x", "rota check", "pack show INC-1",
             "report brief INC-1", "export mentions", "reject list", "score tcp://127.0.0.1:9 tcp://127.0.0.1:9"]:
    says("%s takes -c behind it, too" % args.split(" ")[0], 2, args.replace("F", some).split() + ["-c", nowhere], "nowhere.yaml", "No such file")
says("lint takes a value behind its file", 2, ["lint", some, "--kind", "odd"], 'there is no kind "odd"')
says("lint takes a switch behind its file", 0, ["lint", some, "--json"], '{"', where="stdout")
says("watch takes its options behind the text", 2, ["watch", "test", "x", "--replay", "odd", "-c", nowhere], "--replay")
says("behind -- nothing is an option", 2, ["verify", "--", some, "-c"], "at most one file")

# ---- what cannot be read is told, and never taken for an empty file ----------------------------------
for args in ["analyze", "lint", "extract", "parse-feed", "to-utf8", "replay -c %s/examples/quickstart/langyan.yaml" % TOP, "lexicon import", "lexicon fit --lang en", "lexicon calibrate",
             "watch import --from brandwatch"]:
    says("%s says that a folder is none of its files" % args, 2, args.split() + [HOME], "Is a directory")

# ---- lint: texts from anywhere ------------------------------------------------------------------------
def linted(name, data, *args):
    (HOME / name).write_bytes(data)
    r = langyan("lint", "--json", *args, HOME / name)
    return r.returncode, [json.loads(line) for line in r.stdout.decode().splitlines()]


FAULT = "给您带来不便，敬请谅解。"
for name, data in [("plain.txt", FAULT.encode()), ("gb.txt", FAULT.encode("gb18030")), ("crlf.txt", ("说明\r\n" + FAULT + "\r\n").encode("utf-8-sig")),
                   ("page.html", ("<!doctype html><title>x</title><p>说明</p><p>%s</p>" % FAULT).encode())]:
    code, said = linted(name, data)
    rules = [f["rule"] for f in said[0]["findings"] if f["severity"] == "block"]
    check("lint reads %s" % name, code == 1 and said[0]["language"] == "zh" and said[0]["kind"] is None and "zh.inconvenience" in rules, said)
code, said = linted("fine.txt", "该批次已于3月10日22:10下架。".encode())
check("lint lets a plain sentence pass", code == 0 and said[0]["blocks"] == 0, said)
code, said = linted("kind.txt", "抱歉。".encode(), "--kind", "holding")
check("lint asks a holding statement for its parts", code == 1 and said[0]["kind"] == "holding" and said[0]["blocks"] >= 5, said)
(HOME / "b.txt").write_text("共售出2万盒。")
code, said = linted("a.txt", "售出3万盒。".encode(), "--together", HOME / "b.txt")
check("lint reads texts of one incident against each other", code == 1 and said[-1]["together"][0]["rule"] == "together.figure" and
      [t["said"] for t in said[-1]["together"][0]["texts"]] == ["售出2万", "售出3万"], said)
(HOME / "bad.md").write_text("---\nid: x\nlanguage: zh\n---\n{{a}}\n")
says("lint tells what is wrong with a template", 2, ["lint", HOME / "bad.md"], "bad.md:1")
says("lint tells that a picture is no text", 2, ["lint", "/bin/true"], "is not a text")
says("lint lists its rules", 0, ["lint", "--rules", "--lang", "en"], "en.regret", "any.gap", where="stdout")

# ---- robots.txt -------------------------------------------------------------------------------------
(HOME / "robots.txt").write_text("user-agent: FooBot\ndisallow: /\n")
for url, status, text in [("http://a.example/x", 0, "deny"), ("/x", 0, "deny"), ("", 0, "deny"), ("a.example", 2, "is no address")]:
    r = langyan("robots", "--agent", "FooBot", HOME / "robots.txt", url)
    check("robots answers for %r" % url, r.returncode == status and text in (r.stdout + r.stderr).decode(),
          "%d %s" % (r.returncode, r.stdout + r.stderr))

# ---- a list that a user brings ---------------------------------------------------------------------
(HOME / "theirs.txt").write_bytes("glorpy\t3\r\nfrazzy\tmuch\r\n".encode("utf-16"))
brought = "glorpy%d" % os.getpid()
made = pathlib.Path(brought + ".tsv")
says("a known list becomes one of ours", 0, ["lexicon", "import", HOME / "theirs.txt", "--as", brought], "theirs.txt:2:8: ", "UTF-16")
check("with its words at our scale", made.exists() and "glorpy\t2.40\n" in made.read_text())
says("and is not written over", 2, ["lexicon", "import", HOME / "theirs.txt", "--as", brought], "File exists")
says("nor put elsewhere", 2, ["lexicon", "import", HOME / "theirs.txt", "--as", "../x"], "--as is a plain name")
made.unlink(missing_ok=True)

# ---- what a change of words changes -------------------------------------------------------------------
for n, words in ("a", "glorpy\t2\nfrazzy\t-2\nsame\t1\n"), ("b", "glorpy\t-2\ndorp\t1\nsame\t1\n"):
    (HOME / (n + ".tsv")).write_text("# langyan-lexicon: 1\n# list: %s\n# lang: en\n# kind: polarity\n%s" % (n, words))
(HOME / "posts.jsonl").write_text('{"id":7,"text":"so glorpy!"}\n{"id":"x","text":"the same"}\n')
ab = [HOME / "a.tsv", HOME / "b.tsv"]
says("lists are compared entry by entry", 1, ["lexicon", "diff"] + ab, "+ dorp\tpolarity\t1.00", "- frazzy\tpolarity\t-2.00",
     "~ glorpy\tpolarity\t2.00 -> -2.00", "1 added, 1 removed, 1 changed", where="stdout")
says("and by what they make of texts", 1, ["lexicon", "diff"] + ab + ["--texts", HOME / "posts.jsonl"], "pos -> neg", "  7\n",
     "pos -> neg 1, pos -> neu 0; the same 1", where="stdout")
says("a list is the same as itself", 0, ["lexicon", "diff", ab[0], ab[0]], "0 added, 0 removed, 0 changed", where="stdout")
says("a diff of one is asked wrongly", 2, ["lexicon", "diff", ab[0]], "two folders or lists")

# ---- init from a file ----------------------------------------------------------------------------
answers = HOME / "answers.yaml"
answers.write_text("brand: 小鹿茶\nsize: smal\nkeep: 7 days\nfeeds: feed.xml\ncolour: blue\n")
says("init tells all mistakes of its answers at once", 2, ["init", "--answers", answers, HOME / "no"],
     'answers.yaml:2:7: size: "smal" is not one of small, medium, large: did you mean "small"?',
     'answers.yaml:3:7: keep: "7 days" is not a duration', 'answers.yaml:5:1: unknown key "colour"', "person", "mistakes in")
check("and writes nothing", not (HOME / "no/langyan.yaml").exists())

lists = HOME / "lists.yaml"
lists.write_text("brand: 小鹿茶\nnames: [小鹿茶, Xiaolu Tea]\nrivals: 大熊茶、小熊茶\nperson: 王芳\n")
says("a list is an answer as good as a text with commas", 0, ["init", "--answers", lists, HOME / "lists"], where="stdout")
made = (HOME / "lists/langyan.yaml").read_text() if (HOME / "lists/langyan.yaml").exists() else ""
check("each name once, the brand's too", made.count('小鹿茶\\"') == 1 and "Xiaolu Tea" in made and '["大熊茶", "小熊茶"]' in made, made)

chats = HOME / "chats.yaml"
chats.write_text("brand: 小鹿茶\nperson: 王芳\nchat: dingtalk\nchat_token: abc123\nchat_secret: SEC1\nheartbeat: https://monitor.example/ping\n")
says("init knows robots and a monitor", 0, ["init", "--answers", chats, HOME / "chats"], where="stdout")
says("what it wrote of them is well", 0, ["config", "check", "-c", HOME / "chats/langyan.yaml"], "is well", where="stdout")
check("their secrets lie beside it", (HOME / "chats/chat-secret").read_text() == "SEC1" and (HOME / "chats/heartbeat").stat().st_mode & 0o77 == 0)
chats.write_text("brand: 小鹿茶\nperson: 王芳\nchat: feishu\n")
says("a robot without its token is a mistake with a hint", 2, ["init", "--answers", chats, HOME / "nochat"], 'needs "token"')
check("and leaves room for the next try", not (HOME / "nochat/token").exists())

# ---- init by hand: each answer is asked again until it will do ------------------------------------
typed = ["小鹿茶", "小鹿奶茶、Xiaolu Tea，路茶", "小鹿斑比", "", "", "大熊茶", "tiny", "small", "Asia/Shangai", "Asia/Shanghai", "",
         "", "王芳", "", "", "maybe", "no", "fishu", "", "", "", "", "", "", "36h", "9am", "09:30"]
try:
    hand, his = pty.openpty()
except OSError:  # a container without /dev/pts: questions and answers are the same over a socket
    hand, his = [s.detach() for s in socket.socketpair()]
asking = subprocess.Popen([BIN, "init", str(HOME / "brand")], stdin=his, stdout=his, stderr=his)
os.close(his)
fd = hand
screen, end = b"", time.monotonic() + 30
asked = 0
while time.monotonic() < end:
    if select.select([fd], [], [], 0.1)[0]:
        try:
            piece = os.read(fd, 65536)
        except OSError:
            break
        if not piece:
            break
        screen += piece
    prompts = len(re.findall(rb"(?m)[1-9] [A-Z][^\r\n]*?: ", screen))
    if prompts > asked and asked < len(typed):
        os.write(fd, (typed[asked] + "\n").encode())
        asked += 1
status = asking.wait(10)
text = screen.decode(errors="replace")
check("init by hand ends well", status == 0 and asked == len(typed), "%s after %d of %d: %s" % (status, asked, len(typed), text))
check("and tells what was wrong where it was asked",
      all(t in text for t in ['did you mean "Asia/Shanghai"?', '"tiny" is not one of', '"maybe" is not one of', '"9am" is not a time']), text)

conf = HOME / "brand/langyan.yaml"
says("a second init refuses before it asks", 2, ["init", HOME / "brand"], "is there already")
says("what init wrote is well", 0, ["config", "check", "-c", conf], "is well", where="stdout")
says("the doctor agrees", 0, ["doctor", "-c", conf], "0 bad", "no alive.heartbeat_out", "channel file", where="stdout")
check("names by any comma are names", '\\"路茶\\"' in conf.read_text(), conf.read_text())

# ---- mistakes in the configuration ----------------------------------------------------------------
port = free_port()
good = conf.read_text().replace("127.0.0.1:8787", "127.0.0.1:%d" % port).replace("site:\n", "site:\n  allow_root: on\n", 1)
conf.write_text(good)
broken = conf.with_name("broken.yaml")
broken.write_text(good.replace("size: ", "siez: ").replace("channel: files", "channel: fiels").replace("cut: 08:00", "cut: 8am"))
says("a broken configuration is told whole, with places and suggestions", 2, ["config", "check", "-c", broken], 'unknown key "siez"',
     'did you mean "size"?', 'unknown channel "fiels": did you mean "files"?', '"8am" is not a time of day', "3 mistakes in", "^~~")
says("and does not run", 2, ["run", "-c", broken], "3 mistakes in")

# ---- what is right and would leave somebody untold ------------------------------------------------
told = conf.with_name("told.yaml")
told.write_text("""site: { name: t, zone: Asia/Shanghai, data: told-data, allow_root: on }
watches: { a: { query: 山脆 } }
people:
  lin: { contacts: [ { channel: bell } ] }
  bo: { contacts: [ { channel: hook } ] }
schedules: { duty: { shifts: [ { who: [lin], from: 09:00, to: 18:00 } ] } }
policies:
  day: { steps: [ { to: ["schedule:duty"] } ] }
  all: { steps: [ { to: ["person:bo"] } ] }
routes: [ { levels: [1, 2], policy: day }, { policy: all } ]
channels:
  bell: { kind: command, argv: [/bin/true], wakes: on }
  hook: { kind: webhook, url: "https://hook.example/x" }
""")
says("config check warns of what it takes, with place and what to do", 0, ["config", "check", "-c", told],
     'told.yaml:13:3: warning: channel "hook" is not signed', "secret: file:NAME",
     'told.yaml:4:33: warning: nothing has reached "lin" through "bell", which wakes, yet: langyan notify test lin/bell',
     'told.yaml:8:3: warning: policy "day": there are times at which nobody can be told of an L1: langyan rota check',
     'told.yaml:9:3: warning: policy "all": nobody on it can be woken for an L3')
told.write_text(told.read_text().replace('"person:bo"', '"person:lin"').replace('09:00, to: 18:00', '00:00, to: 00:00').replace(
    'x" }', 'x", secret: "file:hook-secret" }').replace("wakes: on", "wakes: off") .replace("{ levels: [1, 2], policy: day }, ", ""))
(told.parent / "hook-secret").write_text("a-secret-of-ours"); (told.parent / "hook-secret").chmod(0o600)
said = langyan("config", "check", "-c", told).stderr.decode()
check("and each of these alone", said.count("warning") == 1 and 'policy "all": nobody on it can be woken' in said, said)

# ---- words of one's own ------------------------------------------------------------------------------
HEAD = "# langyan-lexicon: 1\n# list: mine\n# lang: zh\n# kind: polarity\n"
words = HOME / "mine.tsv"
words.write_text(HEAD + "踩大雷子\t-2.0\n踩大雷子\t-2.0\n")
said = langyan("lexicon", "check", words).stdout.decode()
check("a list of one's own is checked without the warnings of the shipped ones",
      "mine.tsv:6:1:" in said and said.count("warning") == 1, said[:600])
words.write_bytes(HEAD.encode("utf-16"))
says("a list saved as UTF-16 is told as such", 1, ["lexicon", "check", words], "mine.tsv:1:1: the file is not UTF-8; save it as UTF-8", where="stdout")
words.write_text(HEAD + "踩大雷子\t9\n")
own = HOME / "own.yaml"
own.write_text("site: { name: t, zone: Asia/Shanghai, data: own-data }\nlexicons: { extra: [mine.tsv] }\n")
said = langyan("config", "check", "-c", own).stderr.decode()
check("config check tells the mistakes in one's words alone", "mine.tsv:5:" in said and "warning" not in said, said[:600])
words.write_text(HEAD + "踩大雷子\t-2.0\n")
says("and explained with the configuration that names it", 0, ["lexicon", "explain", "-c", own, "踩大雷子"], "mine:5, -2.00", "-2.00  sum S",
     where="stdout")
words.write_text(HEAD + "踩大雷子\t-3.0\n")
got = langyan("analyze", "-c", own, stdin="\ufeff{\"id\":1,\"text\":\"踩大雷子\"}\n".encode())
check("analyze weighs it, and a byte order mark before the first line is none of the line",
      got.returncode == 0 and b'"label":"neg"' in got.stdout, str(got))

signs = HOME / "signs.yaml"
signs.write_text("site: { name: t, zone: Asia/Shanghai, data: own-data }\nwatches: { a: { query: 'shancui && hair' } }\n")
says("what a query may mean otherwise is told though nothing is wrong", 0, ["watch", "list", "-c", signs],
     'signs.yaml:2:33: watch "a": query: && is no operator; they are AND, OR, NOT, NEAR/5')

(HOME / "half.jsonl").write_text('{"id":1,"text":"fine"}\n{"id":2,"text":}\n{"id":3}\n')
says("a wrong line is told with file, line and column", 1, ["analyze", HOME / "half.jsonl"], "half.jsonl:2:16: ", "half.jsonl:3:1: has no \"text\"")
garbled = langyan("analyze", stdin="{\"id\":1,\"text\":\"难吃\"}\n".encode("gb18030") * 2)
check("a text that is not UTF-8 is told once", garbled.stderr.count(b"to-utf8") == 1, str(garbled))

# ---- a query that was translated ---------------------------------------------------------------------
theirs = HOME / "theirs.txt"
theirs.write_text('shancui AND (site:a.com OR city:"x")')
says("what a lost part leaves behind is told", 1, ["watch", "import", "--from", "brandwatch", theirs], 'theirs.txt:1:28: cannot be translated: "city:"',
     "the translated query, column", "a word is missing before this )")

# ---- run, push, look, reload, stop ------------------------------------------------------------------
run = Proc(["run", "-c", conf], HOME / "run.log")
if not check("what init wrote runs", run.ready(), run.tail()):
    finish()
token = (HOME / "brand/token").read_text().strip()
now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def complaint(n):
    return json.dumps({"id": str(n), "source": "pushed", "author": "u%d" % n, "published": now,
                       "text": "小鹿茶喝完拉肚子，第%d次投诉没人理，差评，退款！" % n}, ensure_ascii=False)


def post(body, key):
    return post_documents(port, [body], key, "application/json")


until(10, lambda: run.said("http_open"))
check("a document by HTTP", post(complaint(0), token) == (200, {"accepted": 1, "seen": 0, "refused": 0}))
check("not without the token", post(complaint(0), "x")[0] == 401)
lines = "\n".join(complaint(n) for n in range(12)) + "\nnonsense\n"
got = langyan("push", "-c", conf, "-", stdin=lines.encode())
check("push counts what came, was there, and was refused",
      (got.returncode, json.loads(got.stdout)) == (1, {"accepted": 11, "seen": 1, "refused": 1}), str(got))
check("and names the line", b"line 13: " in got.stderr, str(got.stderr))
until(10, lambda: b"INC-" in langyan("incident", "list", "-c", conf).stdout)
shown = langyan("incident", "list", "-c", conf).stdout.decode()
number = (re.findall(r"INC-\d+-\d+", shown) or ["?"])[0]
check("complaints make an incident", number != "?", shown)
says("its story is told", 0, ["incident", "show", "-c", conf, number], number, "24 小时内投诉", where="stdout")
says("it is taken", 0, ["incident", "ack", "-c", conf, number, "--for", "2h"], number, where="stdout")
says("not for soon", 2, ["incident", "ack", "-c", conf, number, "--for", "soon"], '"2h"')
says("an assessment is saved", 0, ["incident", "assess", "-c", conf, number, "--type", "rumour", "--fault", "no"], "a working hypothesis", where="stdout")
says("a claim has a number", 0, ["incident", "claim", "-c", conf, number, "--text", "it burns", "--truth", "untrue"], "claim 1", where="stdout")
says("its strategies are shown", 0, ["incident", "show", "-c", conf, number], "可用: instruct adjust deny", where="stdout")
says("a word that is none is told", 2, ["incident", "claim", "-c", conf, number, "--text", "x", "--truth", "maybe"], 'not "maybe"')
says("the option of another act is refused", 2, ["incident", "claim", "-c", conf, number, "--level", "3"], 'incident claim has no option "--level"')
says("there is no other", 2, ["incident", "show", "-c", conf, "INC-1999-0001"], "no incident")
says("every option in help is taken", 0, ["incident", "verdict", "-c", conf, number, "--verdict", "stand_down", "--why", "x"], number, where="stdout")
# ---- triage ------------------------------------------------------------------------------------------
rows = [json.loads(r) for r in langyan("mention", "list", "-c", conf, "--json", "--limit", "100").stdout.splitlines()]
check("mentions are listed as lines and as JSON", len(rows) == 12 and all(r["label"] == "neg" for r in rows) and
      len(langyan("mention", "list", "-c", conf).stdout.splitlines()) == 12, str(rows)[:600])
one = rows[0]["id"] if rows else "?"
says("one is shown with its text and why it scored so", 0, ["mention", "show", "-c", conf, one[:12]], one, "拉肚子", "scored neg", "(", where="stdout")
says("it is labelled while everything runs", 0, ["mention", "label", "-c", conf, "neu", one[:12], "--why", "a joke"], '"labelled":1', where="stdout")
says("who, when and why stand beside the score", 0, ["mention", "show", "-c", conf, one], "as scored -> neu", "a joke", "scored neg", where="stdout")
says("many at once are tried first", 0, ["mention", "label", "-c", conf, "pos", "--bulk", "--text", "投诉", "--unlabelled", "--dry-run"], "11 mentions would be")
says("and labelled", 0, ["mention", "label", "-c", conf, "pos", "--bulk", "--text", "投诉", "--unlabelled"], '"labelled":11', where="stdout")
says("and taken back", 0, ["mention", "label", "-c", conf, "--undo"], '"undone":11', where="stdout")
for args, text in [(["label", "bad", one], "neg|neu|pos"), (["label", "neg"], "--bulk"), (["label", "neg", "--bulk"], "--bulk with"),
                   (["label", "neg", "f" * 32], "no mention"), (["list", "--since", "soon"], "--since"), (["list", "--frob"], "--frob"),
                   (["export"], "--labelled"), (["dance"], "list, show, label")]:
    says("mention %s is asked wrongly" % " ".join(args)[:30], 2, ["mention"] + args + ["-c", conf], text)
got = langyan("mention", "export", "--labelled", "-c", conf)
check("labels leave as examples to learn from", [sorted(json.loads(r).items()) for r in got.stdout.splitlines()] ==
      [sorted({"id": one, "text": rows[0]["title"] + rows[0]["text"], "label": "neu", "lang": rows[0]["lang"], "source": "pushed", "class": "complaint", "watch": rows[0]["watch"]}.items())], str(got))

# ---- where praise and blame begin in a source -----------------------------------------------------------
ours = HOME / "ours.jsonl"
ours.write_bytes(got.stdout)
says("one label is too few to calibrate by", 1, ["lexicon", "calibrate", "-c", conf, ours], "too few labels")
grumbles = ["有点慢", "有点贵", "一般般", "排队久", "偏甜", "不太热", "包装普通", "稍微等了会"]
with ours.open("a") as f: # here people grumble, and only who is in a rage complains
    for n in range(120):
        text, label = [("小鹿茶%s，第%d次了" % (grumbles[n // 3 % 8], n), "neu"), ("小鹿茶太恶心了，投诉第%d次没人理，垃圾，退款！" % n, "neg"),
                       ("小鹿茶很好喝，第%d次来了，喜欢！" % n, "pos")][n % 3]
        f.write(json.dumps({"text": text, "label": label, "source": "pushed", "class": "complaint", "watch": rows[0]["watch"]}, ensure_ascii=False) + "\n")
found = HOME / "found.tsv"
says("thresholds are fitted where they gain", 0, ["lexicon", "calibrate", "-c", conf, "--out", found, ours], "source:pushed", "cross-validated", where="stdout")
once = found.read_text() if found.exists() else ""
langyan("lexicon", "calibrate", "-c", conf, "--out", found, ours)
check("twice the same", "source:pushed\t" in once and found.read_text() == once, once)
ours.write_text("".join('{"text":"好喝，第%d次","label":"%s","source":"p"}\n' % (n, ("neg", "neu", "pos")[n * n % 7 % 3]) for n in range(90)))
says("where they gain nothing none are written, and why is told", 1, ["lexicon", "calibrate", "--out", HOME / "none.tsv", ours], "no better than the usual ones")
check("really none", not (HOME / "none.tsv").exists())
ours.write_text('{"text":"a","label":"bad","source":"p"}\n')
says("a wrong label is told with its line", 2, ["lexicon", "calibrate", ours], "ours.jsonl:1: label")
found.write_text(once.replace("source:pushed\t", "source:pushed\t10\t10\n#"))
conf.write_text(good + "\nlexicons: { extra: [%s] }\n" % found)
says("they come in with a reload", 0, ["reload", "-c", conf], "\tok", where="stdout")
post(complaint(99), token)
until(10, lambda: langyan("mention", "list", "-c", conf, "--text", "第99次", "--json").stdout)
last = json.loads(langyan("mention", "list", "-c", conf, "--text", "第99次", "--json").stdout)
says("and make the label, which says so", 0, ["mention", "show", "-c", conf, last["id"]], "scored neu",
     "label by the thresholds of source:pushed: praise from +10.000, blame from +10.000 (found:", where="stdout")
says("and verify finds the same by them", 0, ["verify", "-c", conf], "0 mismatches", where="stdout")
# ---- the spread of our own texts -------------------------------------------------------------------------
(HOME / "ours.txt").write_text("小鹿茶就长沙门店一事的说明\n我们已经下架了同一批次的全部原料，并请第三方检测。\n小鹿茶")
says("nothing to know it by is told", 2, ["echo", "add", "-c", conf, "--url", "https://s.example/"], "nothing to know its echo by")
says("a released text is noted", 0, ["echo", "add", "-c", conf, HOME / "ours.txt", "--title", "说明"], '"known_by":2,"new":true', where="stdout")
heard = json.dumps({"id": "e", "source": "pushed", "author": "e", "published": now, "text":
                    "小鹿茶回应了：“我们已经下架了同一批次的全部原料，并请第三方检测。”可是我周围的人都说这种回应等于没说，投诉了三天也没有一个人来管，差评，退款！"}, ensure_ascii=False)
check("somebody quotes it", post(heard, token)[0] == 200)
until(10, lambda: b"1 quotes" in langyan("echo", "list", "-c", conf).stdout)
says("and that is its spread", 0, ["echo", "list", "-c", conf], "1 documents (0 copies, 1 quotes, 0 links) on 1 sites", "说明", where="stdout")
says("marked where it is listed", 0, ["mention", "list", "-c", conf, "--text", "等于没说"], "echo  brand", where="stdout")
says("a second run names who is there", 1, ["run", "-c", conf], "is held by process %d" % run.p.pid)
conf.write_text(broken.read_text())
says("a broken reload is told where it was asked", 2, ["reload", "-c", conf], 'did you mean "size"?')
conf.write_text(good)
says("a good one is taken", 0, ["reload", "-c", conf], "\tok", where="stdout")
says("the record is sound", 0, ["verify", "-c", conf], "0 mismatches", where="stdout")
says("a backup while it runs", 0, ["backup", "-c", conf, HOME / "copy"], "record", where="stdout")
says("no restore while it runs", 1, ["restore", "-c", conf, HOME / "copy"], "is held by process")
(TMP / "rules.yaml").write_text('site: { name: r, data: "%s" }\npage_rules: { example.com: { title: "h2.x", text: "div.story" } }\n' % (TMP / "rules"))
(TMP / "page.html").write_text("<title>t</title><h1>One</h1><h2 class=x>Two</h2><div class=story><p>The story, told in a sentence.</p></div><p>And words beside it.</p>")
said = [langyan("extract", *more, "--url", "http://%s/a" % host, TMP / "page.html") for more, host in
        (([], "example.com"), (["-c", TMP / "rules.yaml"], "example.com"), (["-c", TMP / "rules.yaml"], "example.org"))]
check("extract keeps to the page_rules of a configuration", [json.loads(s.stdout)["title"] for s in said] == ["t", "Two", "t"] and
      json.loads(said[1].stdout)["text"] == "The story, told in a sentence.", "%s" % said)
check("it stops when told to", run.stop() == 0, run.tail())
says("restore when it does not", 0, ["restore", "-c", conf, HOME / "copy"], "restored", where="stdout")
says("nobody is there to reload", 1, ["reload", "-c", conf], "no process runs")
finish()
