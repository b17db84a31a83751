"""What `langyan analyze` costs: JSON Lines in, scores out, in CPU time; and VADER where it is installed.

Texts of our own, half Chinese, half English, of about 200 bytes. Start-up (lists read, image built) is told apart.
"""
import json, os, random, resource, subprocess, sys, tempfile

BIN = os.environ["LY_BIN"]
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


def cpu_of(path, out, *more):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([BIN, "analyze", *more, path], stdout=out, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def vader_rate(lines):
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    judge, before = SentimentIntensityAnalyzer(), sum(os.times()[:2])
    for t in lines:
        judge.polarity_scores(t)
    return len(lines) / (sum(os.times()[:2]) - before)


def main():
    all_texts = texts(60000)
    with tempfile.TemporaryDirectory() as d:
        full, empty, image, result = (os.path.join(d, n) for n in ("full.jsonl", "empty.jsonl", "lists.image", "out"))
        with open(full, "w", encoding="utf-8") as f:
            for i, t in enumerate(all_texts):
                f.write(json.dumps({"id": i, "text": t}, ensure_ascii=False) + "\n")
        open(empty, "w").close()
        subprocess.run([BIN, "lexicon", "build", image], stdout=subprocess.DEVNULL, check=True)
        with open(result, "wb") as out:
            start = min(cpu_of(empty, out) for _ in range(3))
            mapped = min(cpu_of(empty, out, "--lexicons", image) for _ in range(3))
            costs = []
            for _ in range(3):
                out.seek(0)
                costs.append(cpu_of(full, out))
        into, outof, cost = os.path.getsize(full), os.path.getsize(result), min(costs) - start
    print("analyze: %.0f MB/s in, %.0f MB/s in and out, %.0f texts/s; start %.0f ms, with a mapped image %.0f ms" %
          (into / cost / 1e6, (into + outof) / cost / 1e6, len(all_texts) / cost, start * 1e3, mapped * 1e3))
    rate = vader_rate([t for t in all_texts if t.isascii()][:3000])
    if rate:
        print("VADER (python) on the English ones: %.0f texts/s, a %.0fth" % (rate, len(all_texts) / cost / rate))


main()
