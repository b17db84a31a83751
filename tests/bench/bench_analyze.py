"""What `langyan analyze` costs: JSON Lines in, scores out, in CPU time; and peers on the same English texts.

Texts of our own, half Chinese, half English, of about 200 bytes. Start-up (lists read, image built) is told apart.
Peers are asked where they are: the Python package vaderSentiment, and a program `govader` in the path (or LY_GOVADER=PATH) that
reads a text a line and prints a score a line. Lines that begin with "goal" are the ones the project promises something about.
"""
import json, os, random, resource, shutil, subprocess, sys, tempfile

BIN, ROUNDS = os.environ["LY_BIN"], 5
PARTS = [
    ["昨天在便利店买了一包山脆薯片，味道还不错，就是有点咸。", "等了一个多小时才送到，打电话客服也不接，太失望了！",
     "包装很精致，送给朋友很有面子，下次还会再买。", "虽然价格贵了一点，但是质量真的没话说，总体满意。"],
    ["Bought a bag of Shancui chips yesterday, tasty but a little too salty. ",
     "I have been on hold for an hour and nobody picks up, this is ridiculous! ",
     "The new version is fast and the design is beautiful, well done. ",
     "Thanks for losing my luggage again, great job as always. "],
]


def texts(n):
    dice = random.Random(1)
    return ["".join(dice.choice(PARTS[i % 2]) for _ in range(dice.randint(1, 4))) for i in range(n)]


def cpu_of(command, out, stdin=None):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdin=stdin, stdout=out, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def analyze(path, out, *more):
    """The least CPU of some runs; out holds one of them."""
    costs = []
    for _ in range(ROUNDS):
        out.seek(0)
        costs.append(cpu_of([BIN, "analyze", *more, path], out))
    return min(costs)


def write(path, lines):
    with open(path, "w", encoding="utf-8") as f:
        for i, t in enumerate(lines):
            f.write(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n")


def vader_rate(lines):
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    judge, before = SentimentIntensityAnalyzer(), sum(os.times()[:2])
    for t in lines:
        judge.polarity_scores(t)
    return len(lines) / max(sum(os.times()[:2]) - before, 1e-6)


def govader_rate(lines, folder):
    program = os.environ.get("LY_GOVADER") or shutil.which("govader")
    if not program:
        return None
    path = os.path.join(folder, "lines")
    costs = []
    for n in (0, len(lines)):
        with open(path, "w", encoding="utf-8") as f:
            f.writelines(t.strip() + "\n" for t in lines[:n])
        costs.append(min(cpu_of([program], subprocess.DEVNULL, open(path, "rb")) for _ in range(ROUNDS)))
    return len(lines) / max(costs[1] - costs[0], 1e-6)


def main():
    both = texts(60000)
    english = [t for t in both if t.isascii()]
    with tempfile.TemporaryDirectory() as d:
        full, part, empty, image, result = (os.path.join(d, n) for n in ("full", "english", "empty", "lists.image", "out"))
        write(full, both)
        write(part, english)
        write(empty, [])
        subprocess.run([BIN, "lexicon", "build", image], stdout=subprocess.DEVNULL, check=True)
        with open(result, "wb") as out:
            start, mapped = analyze(empty, out), analyze(empty, out, "--lexicons", image)
            ours = len(english) / (analyze(part, out) - start)
            out.truncate(0)
            cost = analyze(full, out) - start
        into, outof = os.path.getsize(full), os.path.getsize(result)
        peers = (("vaderSentiment (Python)", 20, vader_rate(english[:3000])), ("govader (Go)", 5, govader_rate(english, d)))
    print("start-up %.0f ms, with a mapped image %.0f ms" % (start * 1e3, mapped * 1e3))
    print("goal analyze, JSON in and out: %.0f MB/s in (40), %.0f MB/s in and out, %.0f texts/s" %
          (into / cost / 1e6, (into + outof) / cost / 1e6, len(both) / cost))
    for name, least, rate in peers:
        if rate:
            print("goal analyze on English texts: %.0f texts/s, %.1f times %s with %.0f (%d)" % (ours, ours / rate, name, rate, least))
        else:
            print("goal analyze on English texts: %.0f texts/s; %s is not installed" % (ours, name))


main()
