"""How many of the hand-written terms occur in labelled texts, and how many are only inflections of another term.

Of the lists of a language and its topics, without the learned ones. A term occurs where its words (Chinese: its characters)
stand in a text in this order, next to each other. Upper and lower case and full width do not count, as in the scorer.
"""
import glob, json, re, unicodedata

WORD = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")
# Endings of English words, and what stood there before; Chinese particles that change no meaning.
ENDINGS = [('ies', 'y'), ('es', ''), ('es', 'e'), ('s', ''), ("'s", ''), ('ied', 'y'), ('ed', ''), ('ed', 'e'), ('ing', ''), ('ing', 'e'),
           ('ier', 'y'), ('er', ''), ('er', 'e'), ('iest', 'y'), ('est', ''), ('est', 'e'), ('ily', 'y'), ('ly', ''), ('ly', 'le'), ('ly', 'e')]
PARTICLES = '了的着过们儿啊呀呢吧吗'


def fold(s):
    return unicodedata.normalize('NFKC', s).lower().replace('’', "'").replace('‘', "'")


def terms(lexicons, lang):
    out = set()
    for path in glob.glob('%s/%s/*.tsv' % (lexicons, lang)) + ['%s/topics/%s.tsv' % (lexicons, lang)]:
        if path.endswith('learned.tsv'):
            continue
        with open(path, encoding='utf-8') as f:
            out.update(fold(line.rstrip('\n').split('\t')[0]) for line in f if line.strip() and line[0] != '#')
    return out


def tokens(s, lang):
    return WORD.findall(s) if lang == 'en' else s


def seen(all_terms, files, lang):
    keys = {}
    for t in all_terms:
        keys.setdefault(tuple(tokens(t, lang)), []).append(t)
    lengths = {}
    for k in keys:
        lengths.setdefault(k[:2], set()).add(len(k))
    out = set()
    for path in files:
        with open(path, encoding='utf-8') as f:
            for line in f:
                w = tokens(fold(json.loads(line)['text']), lang)
                for i in range(len(w)):
                    for head in (tuple(w[i:i + 2]), tuple(w[i:i + 1])):
                        for n in lengths.get(head, ()):
                            k = tuple(w[i:i + n])
                            if k in keys:
                                out.update(keys.pop(k))
    return out


def bases(word):
    for ending, before in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            base = word[:-len(ending)]
            yield base + before
            if base[-1] == base[-2]:
                yield base[:-1]


def is_inflection(t, all_terms, lang):
    if lang == 'zh':
        cut = {t.rstrip(PARTICLES)} | {t.replace(p, '') for p in PARTICLES[:6]}
        return any(len(b) > 1 and b != t and b in all_terms for b in cut)
    w = t.split(' ')
    return any(' '.join(w[:i] + [b] + w[i + 1:]) in all_terms for i in range(len(w)) for b in bases(w[i]))


def measure(lexicons, lang, files):
    """(terms, share seen, share of inflections), shares in per cent"""
    t = terms(lexicons, lang)
    return len(t), 100 * len(seen(t, files, lang)) / len(t), 100 * sum(is_inflection(x, t, lang) for x in t) / len(t)
