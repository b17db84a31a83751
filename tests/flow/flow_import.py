#!/usr/bin/env python3
# flow: beside
"""Exports, inboxes and numbers through a running service: nothing lost, nothing twice, history silent."""
import zipfile

from harness import *

HOME = TMP / "import"
DROP, MAIL = HOME / "drop", HOME / "mail"
for d in (HOME, DROP, MAIL / "new", MAIL / "cur"):
    d.mkdir(parents=True, exist_ok=True)

LEVEL = [1]


class Numbers(Asked):
    def do_GET(self):
        self.say(200, 'shop_orders{shop="a"} %d\nshop_orders{shop="b"} 2\n' % LEVEL[0], "text/plain; version=0.0.4")


numbers = serve(Numbers)
PORT = numbers.server_port

CONF = HOME / "langyan.yaml"
CONF.write_text("""site: {allow_root: on, data: %s}
http: {listen: ""}
lexicons: {dir: %s}
templates: {dir: %s}
watches:
  shancui: {query: 山脆, size: small}
sources:
  drop: {kind: file, path: %s, interval: 1s, class: review, preset: zh}
  mail: {kind: mail, path: %s, interval: 1s, class: complaint}
  numbers:
    kind: metrics
    url: http://127.0.0.1:%d/metrics
    allow_private: 127.0.0.1:%d
    interval: 1s
    samples: {orders: shop_orders}
""" % (HOME / "data", TOP / "lexicons", TOP / "templates", DROP, MAIL, PORT, PORT))
SPOOL, RECORD = HOME / "data/crawl/spool.db", HOME / "data/respond/langyan.db"


def record(sql):
    return rows(RECORD, sql)[0][0] if RECORD.exists() else 0


def told(done):
    return json.loads(done.stdout.decode().splitlines()[-1]) if done.stdout else {"said": done.stderr.decode()[-500:]}


# ---- with nobody running: it waits in the spool ---------------------------------------------------
zh = HOME / "评价.csv"
zh.write_bytes("山脆 导出\r\n\r\n内容,时间,昵称,粉丝数（万）\r\n"
               "山脆薯片有异物,2026-11-01 08:00,张三,1.2\r\n\"山脆，\n很好吃\",2026-11-02 08:00,李四,-\r\n,2026-11-02,王五,\r\n"
               .encode("gb18030"))
done = langyan("import", "-c", CONF, "--map", "zh", "--source", "shop", zh)
said = told(done)
check("an export is taken in, and a refused row ends with 1", done.returncode == 1 and
      (said.get("taken"), said.get("refused"), said.get("newest")) == (2, 1, "2026-11-02T00:00:00Z"), str(said))
aside = pathlib.Path(said.get("refused_file", "/nowhere"))
check("the refused row is kept with line, column and reason", aside.exists() and
      '"",7,1,"nothing was said in it","","2026-11-02","王五",""' in aside.read_text(), aside.exists() and aside.read_text())
again = told(langyan("import", "-c", CONF, "--map", "zh", "--source", "shop", zh))
check("the same file again repeats nothing", (again.get("taken"), again.get("seen")) == (0, 2), str(again))
slip = langyan("import", "-c", CONF, "--map", "zh", "--source", "dorp", zh)
check("a slip in the source's name is told, and nothing taken", slip.returncode == 2 and
      b'no source "dorp": did you mean "drop"?' in slip.stderr and not slip.stdout, slip.stderr.decode())
new = langyan("import", "-c", CONF, "--map", "zh", "--source", "branch-office", "--dry-run", zh)
check("a new name is the preset's to describe, and that is said", new.returncode == 1 and
      b'"branch-office" is not configured' in new.stderr, new.stderr.decode())
again = told(langyan("import", "-c", CONF, "--map", "zh", "--source", "shop", "--dry-run", zh))
check("a dry run takes nothing", again.get("taken") == 2 and rows(SPOOL, "SELECT count(*) FROM document")[0][0] == 2, str(again))

# ---- a service runs -----------------------------------------------------------------------------
run = Proc(["run", "-c", CONF], HOME / "run.log")
check("the service starts", run.ready(), run.tail())
check("what waited arrives", until(20, lambda: record("SELECT count(*) FROM document WHERE source = 'shop'") == 2), run.tail())
check("followers are counted, unknown stays unknown", rows(RECORD, "SELECT followers FROM document WHERE source = 'shop' ORDER BY published_at") ==
      [(12000,), (-1,)], str(rows(RECORD, "SELECT followers FROM document WHERE source = 'shop'")))

# ---- history, in a zip, with the service killed in the middle ---------------------------------------
N = 6000
archive = HOME / "history.zip"
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as z:
    for part in range(3):
        lines = ["内容,时间,昵称"] + ["山脆薯片有虫 投诉 %d,2026-%02d-%02d 10:%02d,u%d" %
                                   (i, 9 + i % 2, 1 + i % 28, i % 60, i) for i in range(part, N, 3)]
        z.writestr("part%d.csv" % part, "\n".join(lines))
importing = subprocess.Popen([BIN, "import", "-c", str(CONF), "--map", "zh", "--history", "--source", "past", str(archive)],
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
until(20, lambda: record("SELECT count(*) FROM document WHERE source = 'past'") > 500)
run.kill()
importing.wait(60 * SLOW)
run = Proc(["run", "-c", CONF], HOME / "run.log")
check("the service starts again", run.ready(), run.tail())
said = told(langyan("import", "-c", CONF, "--map", "zh", "--history", "--source", "past", archive))
check("what the killed import did not bring is brought now", said.get("refused") == 0 and said.get("taken", 0) + said.get("seen", 0) == N, str(said))
check("every row is in the record once", until(60, lambda: record("SELECT count(*) FROM document WHERE source = 'past'") == N),
      str(record("SELECT count(*) FROM document WHERE source = 'past'")))
check("it is counted when it was said", rows(RECORD, "SELECT count(*), sum(mentions) FROM rollup_day WHERE topic = '' AND at < 1793400000")[0] ==
      (28, N), str(rows(RECORD, "SELECT count(*), sum(mentions) FROM rollup_day WHERE topic = '' AND at < 1793400000")))
check("and nobody is told of it", record("SELECT count(*) FROM firing") == 0 and record("SELECT count(*) FROM notice") == 0 and
      record("SELECT count(*) FROM incident") == 0, str(record("SELECT count(*) FROM firing")))

# ---- inboxes --------------------------------------------------------------------------------------
(DROP / "a.jsonl").write_text('{"内容":"山脆掉件","时间":"2026-11-20"}\n{"内容":"torn')
(DROP / "b.csv").write_bytes("内容,时间\n山脆漏发,2026-11-20\n".encode("gb18030"))
(MAIL / "new" / "1.host").write_bytes(b"From: =?gb2312?B?wO4=?= <li@example.com>\nSubject: =?utf-8?B?5bGx6ISG?=\nMessage-ID: <m1@x>\n"
                                      b"Content-Type: text/plain; charset=gbk\n\n" + "打 13812345678 没人接".encode("gbk") + b"\n")
check("files and mail arrive", until(20, lambda: record("SELECT count(*) FROM document WHERE source IN ('drop', 'mail')") == 3),
      str(rows(RECORD, "SELECT source, url FROM document WHERE source IN ('drop', 'mail')")) + run.tail())
with open(DROP / "a.jsonl", "a") as f:
    f.write(' 山脆"}\n')
check("a torn line arrives when it is whole", until(20, lambda: record("SELECT count(*) FROM document WHERE source = 'drop'") == 3), run.tail())
check("a number in a mail is masked", rows(RECORD, "SELECT title, body FROM content WHERE body LIKE '%没人接%'") == [("山脆", "打 [手机号] 没人接")],
      str(rows(RECORD, "SELECT title, body FROM content WHERE body LIKE '%没人接%'")))

# ---- numbers --------------------------------------------------------------------------------------
check("numbers become samples", until(20, lambda: record("SELECT count(*) FROM signal_sample") >= 2), run.tail())
LEVEL[0] = 40
check("also when they change", until(20, lambda: record("SELECT max(value) FROM signal_sample") == 42000000), run.tail())
check("each time has one", rows(RECORD, "SELECT count(*) = count(DISTINCT at) FROM signal_sample")[0][0] == 1)
pushed = langyan("signal", "push", "-c", CONF, "returns", "7.25")
shown = json.loads(langyan("signal", "list", "-c", CONF).stdout or b"{}")
check("they are shown, pushed ones too", pushed.returncode == 0 and
      [(s["signal"], s["value"]) for s in shown.get("signals", [])] == [("orders", 42), ("returns", 7.25)], str(shown) + pushed.stderr.decode())
check("the service ends well", run.stop() == 0, run.tail())
numbers.shutdown()
finish()
