#!/usr/bin/env python3
"""Fit crawler/page_model.c: which lines of a page are its article.

  fit_page.py [--bench build/tests/bench/bench_page] [--shared ../shared] [--write crawler/page_model.c]

Reads the development half of the page corpus (which is not in the tree), has bench_page print the facts of every line, labels
lines by the expected text, and grows TREES small regression trees on the log odds. Prints the figures of five-fold
cross-validation (folds by page), which say what to expect of pages it never saw; --write then fits on all pages.
Needs python3-numpy and python3-sklearn.
"""
import argparse, gzip, hashlib, json, math, os, subprocess, sys, tempfile

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

TREES, LEAVES, RATE, BIAS = 64, 16, .13, 200    # BIAS: 1/1000 of log odds a line must have; best F1 of all sets together
SCALE = {'aeb': 14, 'gne-zh': 14, 'readability': 4}     # what a page counts for, beside a segment's 1
AEB_FALSE = 1.6                                 # aeb is scored by what is too much more than by what is missing
KEPT = 6                                        # BF_KEPT

ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
ap.add_argument('--bench', default='build/tests/bench/bench_page')
ap.add_argument('--shared', default='../shared')
ap.add_argument('--write')
A = ap.parse_args()
sys.path.insert(0, os.path.join(A.shared, 'eval'))
import page_eval as P

DATA = os.path.join(A.shared, 'data/pages')
cases = [c for c in map(json.loads, open(DATA + '/cases.jsonl', encoding='utf-8')) if c['set'] != 'htmldate']


def page_lines():
    with tempfile.TemporaryDirectory() as d:
        asked = ''
        for c in cases:
            p = os.path.join(d, c['id'])
            open(p, 'wb').write(gzip.open(os.path.join(DATA, c['file'])).read())
            asked += json.dumps({'file': p, 'url': c.get('url') or ''}) + '\n'
        out = subprocess.run([A.bench, '--lines'], input=asked.encode(), stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(x) for x in out.decode('utf-8', 'replace').rstrip('\n').split('\n')]


def label_full(c, lines, y, w):
    cjk = c['set'] == 'gne-zh'
    size = max(30, len(P.tok(c['text'], cjk)))
    grams, whole = set(P.shingles(c['text'], cjk)), P.norm(c['text'])
    own = {P.norm(x) for x in c['text'].split('\n')}
    for i, l in enumerate(lines):
        t = P.tok(l[0], cjk)
        if len(t) >= 4:
            f = sum(tuple(t[k:k + 4]) in grams for k in range(len(t) - 3)) / (len(t) - 3)
            if .35 < f < .6:
                continue
            y[i] = f >= .6
        elif not t or (P.norm(l[0]) in whole and P.norm(l[0]) not in own):
            continue
        else:
            y[i] = P.norm(l[0]) in own
        w[i] = SCALE[c['set']] * min(1, (len(t) + 2) / size) + .002
        w[i] *= AEB_FALSE if c['set'] == 'aeb' and y[i] == 0 else 1


def label_segments(c, lines, y, w):
    text = [P.ws(l[0]) for l in lines]
    for v, segments in ((1, c['with']), (0, c['without'])):
        for s in map(P.ws, segments):
            hit = [i for i, t in enumerate(text) if s in t]
            if v and len(hit) > 1:
                hit = [i for i in hit if lines[i][1 + KEPT] == 2][:1] or [max(hit, key=lambda i: len(text[i]))]
            for i in hit or [i for i, t in enumerate(text) if len(t) > 12 and t in s]:
                if y[i] in (-1, v):
                    y[i] = v
                    w[i] += 1 / max(1, len(hit))
                else:
                    y[i] = -2
    w[y < 0] = 0


def label(c, lines):
    y, w = np.full(len(lines), -1), np.zeros(len(lines))
    (label_full if c['kind'] == 'full' else label_segments)(c, lines, y, w)
    return y, w


def fit(at):
    use = [Y[i][0] >= 0 for i in at]
    m = HistGradientBoostingClassifier(max_iter=TREES, max_leaf_nodes=LEAVES, learning_rate=RATE, min_samples_leaf=15,
                                       l2_regularization=1., random_state=1)
    return m.fit(*(np.concatenate([v[u] for v, u in zip(vs, use)]) for vs in
                   ([X[i] for i in at], [Y[i][0] for i in at])), sample_weight=np.concatenate(
                       [Y[i][1][u] for i, u in zip(at, use)]))


def report(name, odds):
    print(name, end='')
    for s in ('aeb', 'gne-zh', 'readability', 'trafilatura'):
        full, tp, fp, fn = [], 0, 0, 0
        for c, ls, o in zip(cases, L, odds):
            if c['set'] != s:
                continue
            t = '\n'.join(l[0] for l, q in zip(ls, o) if q > 0)
            if len(t) < 60:
                t = '\n'.join(l[0] for l in ls if l[1 + KEPT] == 2)
            if c['kind'] == 'full':
                full.append(P.match(c['text'], t, s == 'gne-zh'))
            else:
                t = P.ws(t)
                a, b = sum(P.ws(x) in t for x in c['with']), sum(P.ws(x) in t for x in c['without'])
                tp, fp, fn = tp + a, fp + b, fn + len(c['with']) - a
        f, p, r = P.prf(full) if full else (2 * tp / (2 * tp + fp + fn), tp / (tp + fp), tp / (tp + fn))
        print('  %s F1 %.3f P %.3f R %.3f' % (s, f, p, r), end='')
    print()


def write(m, path):
    nodes, roots = [], []

    def emit(tree, k):
        n, at = tree[k], len(nodes)
        if n['is_leaf']:
            nodes.append('{LEAF,%d,0}' % round(n['value'] * 1000))
            return
        nodes.append(None)
        emit(tree, n['left'])
        nodes[at] = '{%d,%d,%d}' % (n['feature_idx'], math.floor(n['num_threshold']), len(nodes))
        emit(tree, n['right'])
    for t in m._predictors:
        roots.append(str(len(nodes)))
        emit(t[0].nodes, 0)
    head = open(path, encoding='utf-8').read().split('/* clang-format off */')[0]
    base = round(float(np.ravel(m._baseline_prediction)[0]) * 1000) - BIAS

    def rows(v, n):
        return ''.join('\t' + ' '.join(x + ',' for x in v[i:i + n]) + '\n' for i in range(0, len(v), n))
    tail = open(path, encoding='utf-8').read().split('/* clang-format on */')[1]
    open(path, 'w', encoding='utf-8').write(
        head + '/* clang-format off */\n#define BASE (%d)\nstatic const struct model_node nodes[] = {\n%s};\nstatic const uint16_t '
        'roots[] = {\n%s};\n/* clang-format on */' % (base, rows(nodes, 6), rows(roots, 12)) + tail)


L = page_lines()
Y = [label(c, ls) for c, ls in zip(cases, L)]
X = [np.array([l[1:] for l in ls], dtype=np.int32).reshape(-1, len(L[0][0]) - 1) for ls in L]
fold = [int(hashlib.md5(c['id'].encode()).hexdigest()[:6], 16) % 5 for c in cases]
odds = [None] * len(cases)
for k in range(5):
    m = fit([i for i in range(len(cases)) if fold[i] != k])
    for i in range(len(cases)):
        if fold[i] == k:
            odds[i] = m.decision_function(X[i]) - BIAS / 1000 if len(X[i]) else []
report('without', [[1 if l[1 + KEPT] == 2 else -1 for l in ls] for ls in L])
report('cross-validated', odds)
if A.write:
    write(fit(range(len(cases))), A.write)
