#!/usr/bin/env python3
"""usage: mutants.py BUILD [FILE...] - every number in the decisions of rota, routes, holds and clocks is held by a case.

Each number of the files below (or of FILE... alone, all of them) is made one larger, alone; the file is compiled - of a header
the file of its name - and one of its tests must fail with it (a test that never ends has failed). Room for memory and the sign
of a refusal are no decisions. A number that may be another one without any answer
changing stands in NEVER_SEEN with the reason; such a line that is not needed is refused, too.
What random histories never see (BROKEN) is broken, one invariant each: test_hold_model must fail with it.
By day a few of them, all with LY_NIGHTLY=1. Prints `ok NAME` or `not ok NAME reason`.
"""
import concurrent.futures, os, re, shlex, subprocess, sys, tempfile

HELD = {
    "responder/rota.c": ["test_rota_cases", "test_rota"],
    "responder/policy.c": ["test_policy_cases", "test_policy"],
    "responder/policy_conf.c": ["test_policy_cases", "test_people_conf"],
    "responder/rota_conf.c": ["test_rota_cases", "test_policy_cases", "test_people_conf"],
    "responder/matcher.c": ["test_route_cases", "test_hold_cases", "test_route_conf"],
    "responder/route.c": ["test_route_cases", "test_route"],
    "responder/route_conf.c": ["test_route_conf", "test_route_cases"],
    "responder/group.c": ["test_route_cases"],
    "responder/silence.c": ["test_hold_cases"],
    "responder/inhibit.c": ["test_hold_cases"],
    "responder/timetable.c": ["test_hold_cases"],
    "responder/timetable_conf.c": ["test_route_conf", "test_hold_cases"],
    "responder/held_conf.c": ["test_route_conf", "test_hold_cases"],
    "responder/quiet.c": ["test_quiet"],
    "responder/hold.c": ["test_hold"],
    "responder/hush.c": ["test_hush"],
    "responder/hush.h": ["test_hush"],
    "responder/deadline.c": ["test_deadline"],
    "responder/escalate.c": ["test_notice", "test_notice_clocks", "test_suppress"],
}
# What decides there is written with rows: 0 and 1 are mostly how a call ended.
ROWS = {"responder/escalate.c"}
# (file, number, a piece of its line): why
NEVER_SEEN = {
    ("responder/rota.c", "4096", "TURNS_OFF"): "only for a year 9999, where time ends",
    ("responder/rota.c", "2629746", "ROTATE_MONTH"): "where the search begins, not where it ends",
    ("responder/rota.c", "1", "high = low + 1"): "where the search begins",
    ("responder/rota.c", "1", "int days = -1"): "what began two days ago is over",
    ("responder/rota.c", "0", "days <= 0"): "what begins tomorrow does not hold today",
    ("responder/rota.c", "7", "days <= 7"): "of the days of a week one has been there",
    ("responder/rota.c", "1", "int64_t step = 1"): "how the search goes on",
    ("responder/rota.c", "2", "step *= 2"): "how the search goes on",
    ("responder/policy.c", "32", "STEPS_MAX"): "policy_keys lets no more through",
    ("responder/policy.c", "0", "struct tellings t = { .n = 0 }"): "what is nobody's counts only in a step of channels, which are told at once",
    ("responder/policy.c", "1", "int best = -1"): "any number below 0 is none",
    ("responder/rota_conf.c", "19", "CONF_TEXT"): "what is longer is no date either",
    ("responder/matcher.c", "0", "return 0;"): "what is not below 0 is no refusal",
    ("responder/matcher.c", "0", "pattern_make(m, a, e) : 0;"): "what is not below 0 is no refusal",
    ("responder/matcher.c", "40", "str_slice(name, 0, 40)"): "how much of a wrong name is shown",
    ("responder/held_conf.c", "64", "RULES_MAX"): "bits of a set; more rules are not looked at for circles",
    ("responder/escalate.c", "40", "PEOPLE_MAX"): "room for names; more are not offered",
    ("responder/escalate.c", "64", "i < 64"): "bits of a set; policy_keys lets 32 steps through",
    ("responder/escalate.c", "3600", "/ 3600 * 3600"): "a second more in the hours that are told",
    ("responder/escalate.c", "50", "percent <= 50"): "a warning is of 50, 75 or 100 %",
    ("responder/quiet.c", "2", "days <= 2"): "what comes a day later is later",
    ("responder/timetable.c", "1", "days <= 1"): "what comes a day later is later",
}
BY_DAY = 4
MODEL = ["test_hold_model"]
# (file, what stands there once, what instead, the invariant of tests/unit/test_hold_model.c)
BROKEN = [
    ("responder/hold.c", "if (q->reach_at > q->now)", "if (q->reach_at > q->now && q->level > 9)", "who sleeps is not reached"),
    ("responder/gate.c", 'return entries_standing(s, incident, STR("recusal"), add_out, &to, e);', "return 0;", "who is out is not told"),
    ("responder/hold_store.c", "if (same)\n", "if (same || r->at)\n", "what waits has a row that says why"),
    ("responder/notice_store.c", "FROM notice WHERE state = 'held'\"\n\t\t\" UNION ALL", "FROM notice WHERE state = 'nothing'\"\n\t\t\" UNION ALL", "nothing waits beyond its time"),
    ("responder/notice.c", "if (notices_supersede(n->env->store, &which, str_of(why), e) < 0)", 'if (notices_supersede(n->env->store, &which, STR(""), e) < 0)', "what never left says why"),
    ("responder/outbox_send.c", "return EXERCISE_NOT;", ";", "an exercise reaches who is enrolled alone"),
    ("responder/notice_store.c", "\" = 'page' AND sent_at IS NOT NULL AND state IN ('sent', 'bundled')\"", "\" = 'page' AND state IN ('sent', 'bundled', 'failed_perm')\"", "what expires is a page that left"),
]
ROOM = re.compile(r"arena_alloc\(|\bBUF\(|struct err e = \{ 0 \}|^return -1;$|bad \? -1 : 0;$|bad = 1;$")

TOKENS = re.compile(r"""/\*.*?\*/ | //[^\n]* | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | ^\s*\#\s*include[^\n]*
    | [A-Za-z_]\w* | (?P<number>(?:0[xX][0-9a-fA-F]+|\d+))""", re.S | re.M | re.X)


def mutants(path):
    text = open(path, encoding="utf-8").read()
    for m in TOKENS.finditer(text):
        if m.group("number") and not (path.endswith("_conf.c") and m.group() == "0"):  # there: no bound
            line = text[:m.start()].count("\n") + 1
            begin = text.rfind("\n", 0, m.start()) + 1
            source = text[begin:text.find("\n", m.start())].strip()
            if ROOM.search(source) or (path in ROWS and int(m.group(), 0) < 2):
                continue
            yield path, line, source, m.group(), text[:m.start()] + str(int(m.group(), 0) + 1) + text[m.end():]


def broken():
    for path, was, becomes, invariant in BROKEN:
        text = open(path, encoding="utf-8").read()
        yield path, text[:text.find(was)].count("\n") + 1, invariant, was, text.replace(was, becomes), text.count(was)


def survives(build, folder, index, mutant, tests=None):
    path, text = mutant[0], mutant[4]
    made, beside = os.path.join(folder, "m%s.c" % index), os.path.join(folder, "m%s" % index)
    if path.endswith(".h"):  # before the header that is
        os.makedirs(os.path.join(beside, os.path.dirname(path)), exist_ok=True)
        with open(os.path.join(beside, path), "w", encoding="utf-8") as f:
            f.write(text)
        text = open(path[:-1] + "c", encoding="utf-8").read()
    with open(made, "w", encoding="utf-8") as f:
        f.write(text)
    for test in tests or HELD[path]:
        program = os.path.join(folder, "m%s-%s" % (index, test))
        cc = shlex.split(os.environ["LY_CC"]) + (["-I" + beside] if path.endswith(".h") else []) + [x for x in shlex.split(os.environ["LY_CFLAGS"]) if not x.startswith(("-O", "-W", "-g"))]
        cc += ["-O0", "-w", "-pie", "-o", program, made, "%s/tests/unit/%s.o" % (build, test),
               "%s/libsupport.a" % build, "%s/liblangyan.a" % build] + shlex.split(os.environ["LY_LIBS"]) + ["-lcmocka"]
        got = subprocess.run(cc, capture_output=True, text=True)
        if got.returncode:
            return got.stderr
        try:
            # What one leaves behind is nothing to the next.
            ran = subprocess.run([program], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                 env=dict(os.environ, LY_TMP=tempfile.mkdtemp(dir=folder)), timeout=20 * int(os.environ.get("LY_SLOW") or 1))
            failed = ran.returncode != 0
        except subprocess.TimeoutExpired:
            failed = True
        os.unlink(program)
        if failed:
            return False
    return True


def main():
    build, bad = sys.argv[1], 0
    files = [f for f in sys.argv[2:] if f in HELD] if sys.argv[2:] else list(HELD)
    models = [m for m in broken() if not sys.argv[2:] or m[0] in sys.argv[2:]]
    all_ = [m for path in files for m in mutants(path)]
    whole = bool(os.environ.get("LY_NIGHTLY") or sys.argv[2:])
    if not whole:  # spread over them, others with another seed
        step = max(1, len(all_) // BY_DAY)
        all_ = all_[int(os.environ.get("LY_SEED", "1")) % step::step]
        models = models[int(os.environ.get("LY_SEED", "1")) % len(models)::len(models)]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        # As they are, every test must hold: one that fails for another reason catches any mutant.
        plain = [(path, 0, "", "", open(path, encoding="utf-8").read()) for path in files]
        for m, alive in zip(plain, pool.map(lambda x: survives(build, folder, "p%d" % x[0], x[1]), enumerate(plain))):
            if alive is not True:
                bad += print("not ok %s as it is: %s" % (m[0], alive or "a test fails")) or 1
        for m in models[:1]:
            plain = (m[0], 0, "", "", open(m[0], encoding="utf-8").read())
            if survives(build, folder, "q", plain, MODEL) is not True:
                bad += print("not ok the histories as they are: test_hold_model fails") or 1
        lived = list(pool.map(lambda x: survives(build, folder, *x), enumerate(all_)))
        seen = list(pool.map(lambda x: survives(build, folder, "b%d" % x[0], x[1], MODEL), enumerate(models)))
    for m, alive in zip(models, seen):
        name = "%s:%d: broken: %s" % (m[0], m[1], m[2])
        why = "stands there %d times" % m[5] if m[5] != 1 else "every history still holds" if alive is True else alive and "cannot be built: %s" % alive[-300:]
        bad += print("not ok %s: %s" % (name, why)) or 1 if why else print("ok %s" % name) or 0
    needless = {k for k in NEVER_SEEN if k[0] in files} if whole else set()
    for m, alive in zip(all_, lived):
        key = next((k for k in NEVER_SEEN if k[:2] == (m[0], m[3]) and k[2] in m[2]), None)
        name = "%s:%d: %s -> %d in %s" % (m[0], m[1], m[3], int(m[3], 0) + 1, m[2])
        excused = key is not None
        needless -= {key} if alive is True else set()
        if alive is True and not excused:
            bad += print("not ok %s: every case still holds" % name) or 1
        elif isinstance(alive, str):
            bad += print("not ok %s: cannot be built: %s" % (name, alive[-300:])) or 1
        else:
            print("ok %s%s" % (name, " # never seen: " + NEVER_SEEN[key] if excused else ""))
    for key in sorted(needless):
        bad += print("not ok %s: this number is held; take its line out of NEVER_SEEN" % (key,)) or 1
    return 1 if bad else 0


sys.exit(main())
