#!/usr/bin/env python3
"""usage: verify_certificates.py reports/NAME       exit status 0: all proved, 1: not all, with names

Checks the certificates of a run, sharing no code with the program that wrote them: all files have the hashes that
SHA256SUMS lists; for every query of a claim of success each relevant document scores above each other one, by more
than rounding can have done; every pair of a claim about an arithmetic has its query; and the differences of a claim of
impossibility sum to 0, or to no more than epsilon, in rational numbers. Documents that are constructed are proved from
their parameters: the inner code of a separating code over all tuples, the inner products of a harmonic frame over all
differences. reports/README.md has the formats and the bounds."""
import hashlib, itertools, json, math, pathlib, sys
from fractions import Fraction
import numpy as np

def require(condition, reason):  # not assert, which python -O leaves out
    if not condition: raise ValueError(reason)

def check_files(root):
    found = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(root)}" for path in files]
    listed = (root / "SHA256SUMS").read_text().splitlines()
    differ = sorted({line[66:] for line in set(found) ^ set(listed)})
    require(sorted(found) == sorted(listed), f"altered, missing, not listed or listed twice: {differ}")
    return f"{len(found)} files, all listed and unaltered"

def load(folder, name, kind, *shape):
    array = np.load(folder / name, mmap_mode="r", allow_pickle=False)
    require((array.dtype.str, array.shape) == (kind, shape), f"{name} holds {array.dtype.str} {array.shape}")
    return array

def check_claim(folder):
    claim = json.loads((folder / "claim.json").read_text())
    require(claim["claim"] in provers, "not a claim known here")
    return provers[claim["claim"]](folder, claim)

def check_served(folder, claim):
    n, m, k, d = (claim[key] for key in ("documents", "queries", "k", "d"))
    require((claim["schema"], claim["score"]) == (1, "inner product") and 0 < k < n and m > 0, "not a claim known here")
    documents, queries = load(folder, "documents.npy", "<f4", n, d), load(folder, "queries.npy", "<f4", m, d)
    documents = documents.astype("f8").T
    margins, every = load(folder, "margins.npy", "<f8", m, 2), claim["relevance"] == "all"
    require(not every or m == math.comb(n, k), f"{m} queries are not all {k}-subsets of {n} documents")
    subsets = itertools.combinations(range(n), k) if every else iter(load(folder, "relevant.npy", "<u4", m, k))
    gamma = (d + 2) * 2.0**-53 / (1 - (d + 2) * 2.0**-53) * (1 + 1e-9)
    for start in range(0, m, step := max(1, (1 << 22) // n)):  # 4 million scores at a time
        query, stated = queries[start : start + step].astype("f8"), margins[start : start + step]
        relevant = np.array(list(itertools.islice(subsets, len(query))), int)
        require(relevant.max() < n and (np.diff(relevant) > 0).all(), "relevant.npy: not ascending below n")
        score, error = query @ documents, gamma * (abs(query) @ abs(documents))
        low, low_error = (np.take_along_axis(array, relevant, 1) for array in (score, error))
        for array in (score, error): np.put_along_axis(array, relevant, -math.inf, 1)  # leaves the others
        margin, bound = low.min(1) - score.max(1), low_error.max(1) + error.max(1)
        worst = (margin - bound).argmin()  # a NaN counts as the least, and as no proof
        require((margin > bound).all(), f"query {start + worst}: margin {margin[worst]:.3g}, error {bound[worst]:.3g}")
        same = (abs(stated[:, 0] - margin) <= 2 * bound) & np.isclose(stated[:, 1], bound, rtol=1e-9, atol=0)
        require(same.all(), f"margins.npy: query {start + same.argmin()} has another margin or error bound")
    worst = margins[margins[:, 0].argmin()].tolist()
    require([claim["worst_margin"], claim["error_bound"]] == worst, f"claim.json: the worst margin is {worst}")
    return f"proved: {m} queries, n = {n}, k = {k}, d = {d}, least margin {worst[0]:.6g}, error at most {worst[1]:.1e}"

def check_impossible(folder, claim):
    n, k, d, chosen, pairs = (claim[key] for key in ("documents", "k", "d", "set", "pairs"))
    weights, total = [int(weight) for weight in claim["weights"]], int(claim["denominator"])
    require((claim["schema"], claim["score"]) == (1, "inner product"), "not a claim known here")
    require(len(chosen) == k and chosen == sorted(set(chosen)) and set(chosen) < set(range(n)), "the set is none")
    require(len(pairs) == len(weights) and min(weights) >= 0 and sum(weights) == total > 0, "the weights are none")
    require(all(i in chosen and j not in chosen and 0 <= j < n for i, j in pairs), "a pair leads elsewhere")
    vectors = [[Fraction(float(value)) for value in row] for row in load(folder, "documents.npy", "<f4", n, d)]
    sums = [sum(w * (vectors[i][c] - vectors[j][c]) for w, (i, j) in zip(weights, pairs)) for c in range(d)]
    exact = claim["claim"] == IMPOSSIBLE
    require("epsilon" in claim or exact, "there is no epsilon")
    epsilon = 0 if exact else Fraction(claim["epsilon"])
    require(epsilon >= 0 and sum(x * x for x in sums) <= (epsilon * total) ** 2, "the differences sum to more")
    more = "" if exact else f", by more than {float(epsilon):.3g}"
    return f"proved: no query puts {k} documents on top, d = {d}{more}"

def sines(n):  # sin(pi x / 2n), from the quarter where it is right to a few units
    x = np.arange(4 * n)
    folded = np.where(x % (2 * n) > n, 2 * n - x % (2 * n), x % (2 * n))
    low = np.sin(np.pi * np.minimum(folded, n) / (2 * n))
    value = np.where(2 * folded <= n, low, np.cos(np.pi * (n - folded) / (2 * n)))
    return np.where(x < 2 * n, value, -value)

def read_frame(claim, d):
    n, f, w = claim["documents"], np.array(claim["frame"]["frequencies"]), np.array(claim["frame"]["weights"])
    require(len(f) == len(w) > 0 and (f >= 1).all() and (2 * f <= n).all() and (w >= 1).all(), "the frame is none")
    require(d == 2 * len(f) - (2 * f == n).sum(), "the frame has another number of dimensions")
    return n, f, w, sines(n)

BOUNDS = {  # of rounding x in a row whose largest is m: unit |x| + peak m + tiny
    "float64": (2.0**-53, 0, 2.0**-1074), "float32": (2.0**-24, 0, 2.0**-150), "bfloat16": (2.0**-8, 0, 2.0**-134),
    "float16": (2.0**-11, 0, 2.0**-25), "int8": (0, 0.5 / 127 * (1 + 2.0**-20), 2.0**-142),
    "int4": (0, 0.5 / 7 * (1 + 2.0**-20), 2.0**-142)}

def check_frame(folder, claim):
    d, slack = claim["d"], 1 + 2.0**-30
    require((claim["schema"], claim["score"], claim["k"]) == (1, "inner product", 2), "not a claim known here")
    n, f, w, sine = read_frame(claim, d)
    classes = load(folder, "classes.npy", "<f8", n // 2, len(f))
    unit, peak, tiny = BOUNDS[claim["arithmetic"]]
    length, root, error = math.sqrt((w * w).sum()), math.sqrt(d), (len(f) + 24) * 2.0**-53
    moved = (unit + root * (peak * w.max() / length + tiny)) * slack  # a document
    steps = 2 * f[:, None] * np.arange(n) % (4 * n)
    apart = np.sqrt(((2 * w[:, None] * sine[steps]) ** 2).sum(0)) / length * slack
    gap = left = math.inf
    for s in range(1, n // 2 + 1):
        x, m = classes[s - 1], np.arange(s % 2, n + 1, 2)
        m = m[m != s]
        plus, minus = (f[:, None] * (s + m) % (4 * n), f[:, None] * (m - s) % (4 * n))
        terms = (2 * w * x)[:, None] * sine[plus] * sine[minus]
        norm = math.sqrt((x * x).sum())
        require(math.isfinite(norm) and norm > 0, f"the query of class {s} is none")
        lead = (terms.sum(0) - error * abs(terms).sum(0)) / (norm * length)
        turned = (unit + 2 * root * tiny + root * peak * abs(x).max() / norm) * slack
        cost = (turned * np.maximum(apart[(m + s) // 2 % n], apart[abs(m - s) // 2]) + (1 + turned) * 2 * moved) * slack
        gap, left = min(gap, lead.min()), min(left, (lead - cost).min())
        require(left > 0, f"class {s}: rounding leaves {left:.3g} of a lead")
    same = abs(claim["gap"] - gap) <= 1e-5 * gap and abs(claim["left"] - left) <= 1e-5 * gap
    require(same, f"claim.json: the leads are {gap:.9g} and {left:.9g}")
    return f"proved: all pairs of n = {n} by {n // 2} classes, d = {d}, {claim['arithmetic']}, rounding leaves {left:.3g}"

def significant(bits, lowest):  # binary floating point
    def turn(x):
        step = np.maximum(np.frexp(x)[1], lowest + 1) - bits
        return np.ldexp(np.rint(np.ldexp(x, -step)), step)
    return turn

def whole(most):
    def turn(x):
        scale = np.float32(abs(x).max(1, keepdims=True) / most).astype("f8")
        return np.clip(np.rint(x / scale), -most, most) * scale
    return turn

def signs(x): return np.where(x < 0, -1.0, 1.0) * np.float32(abs(x).mean(1, keepdims=True)).astype("f8")

ROUND = {"float64": lambda x: x, "float32": significant(24, -126), "bfloat16": significant(8, -126),
         "float16": significant(11, -14), "int8": whole(127), "int4": whole(7), "bit1": signs}

def check_stored(folder, claim):
    n, d, listed, turn = claim["documents"], claim["d"], claim["listed"], ROUND[claim["arithmetic"]]
    require((claim["schema"], claim["score"], claim["k"]) == (1, "inner product", 2), "not a claim known here")
    documents = np.array(load(folder, "documents.npy", "<f8", n, d))
    require(np.isfinite(documents).all() and (turn(documents) == documents).all(), "documents are off the grid")
    own = {}
    if listed:
        pairs, queries = load(folder, "pairs.npy", "<u4", listed, 2), np.array(load(folder, "queries.npy", "<f8", listed, d))
        require(np.isfinite(queries).all() and (turn(queries) == queries).all(), "queries are off the grid")
        own = {tuple(pair): row for pair, row in zip(pairs.tolist(), queries)}
        require(len(own) == listed and all(i < j < n for i, j in own), "the pairs are none")
    if claim["frame"] is None: require(listed == math.comb(n, 2), "pairs without a query")
    else:
        n, f, w, sine = read_frame(claim, d)
        classes = load(folder, "classes.npy", "<f8", n // 2, len(f))
    longest, worst = np.sqrt((documents**2).sum(1).max()), math.inf
    first, second = np.triu_indices(n, 1)
    for start in range(0, len(first), step := max(1, (1 << 22) // n)):
        i, j = first[start : start + step], second[start : start + step]
        query = np.zeros((len(i), d))
        if claim["frame"]:  # the query of {0, s}, turned by the first of the pair, s the shorter way around
            around = j - i > n // 2
            s, begin = np.where(around, n - (j - i), j - i), np.where(around, j, i)
            x, angle = classes[s - 1], 2 * f * (2 * begin + s)[:, None] % (4 * n)
            parts = [[x[:, c] * sine[(angle[:, c] + n) % (4 * n)], x[:, c] * sine[angle[:, c]]] for c in range(len(f))]
            kept = [part for c, pair in enumerate(parts) for part in (pair[:1] if 2 * f[c] == n else pair)]
            query = turn(np.stack(kept, 1) / abs(x).max(1, keepdims=True))
        for row, pair in enumerate(zip(i.tolist(), j.tolist())):
            if pair in own: query[row] = own[pair]
        score, rows = query @ documents.T, np.arange(len(i))
        low = np.minimum(score[rows, i], score[rows, j])
        score[rows, i] = score[rows, j] = -math.inf
        lead, size = low - score.max(1), np.sqrt((query**2).sum(1)) * longest
        bad = lead <= 2 * (d + 5) * 2.0**-53 * size
        require(not bad.any(), f"documents {i[bad.argmax()]} and {j[bad.argmax()]} are not put on top")
        worst = min(worst, (lead / size).min())
    require(0 < claim["lead"] <= 1.01 * worst, f"claim.json: the smallest lead is {worst:.9g}")  # it may say less
    return f"proved: all pairs of n = {n} one by one, d = {d}, stored in {claim['arithmetic']}, least lead {worst:.3g}"

def check_constructed(folder, claim):
    n, k, d, parameters = (claim[key] for key in ("documents", "k", "d", "parameters"))
    require((claim["schema"], claim["score"]) == (1, "inner product") and 0 < k < n, "not a claim known here")
    margin, error, more = {"code": prove_code, "harmonic": prove_harmonic}[claim["construction"]](parameters, n, k, d)
    stated, bound = claim["worst_margin"], claim["error_bound"]
    require(0 <= bound < 1e-9 and abs(stated - margin) <= bound + error, f"the worst margin is {margin:.9g}")
    return f"proved: every {k}-subset of {n} documents, d = {d}, margin at least {margin:.6g}, {more}"

def prove_code(parameters, n, k, d):
    q, dimension, length, bits = (parameters[key] for key in ("q", "dimension", "length", "bits"))
    words, places = np.array([int(word, 16) for word in parameters["inner"]], np.uint64), length - k * (dimension - 1)
    prime = q > 1 and all(q % i for i in range(2, math.isqrt(q) + 1))
    require((prime or q & (q - 1) == 0 or dimension == 1) and dimension <= length <= q + 1, "there is no outer code")
    require(dimension > 1 or length == 1, "there is no outer code")
    require(places > 0 and q**dimension >= n and d == length * bits, "the outer code does not serve these documents")
    require(len(words) == q > 1 and bits <= 64 and int(words.max()) < 2**bits, "there is no inner code")
    def fewest(differ, first, choose, common):  # bits that `choose` of the differences from `first` on have in common
        if choose > 1: return min(fewest(differ, i + 1, choose - 1, common & differ[i]) for i in range(first, len(differ) - choose + 1))
        return int(np.unpackbits((common & differ[first:])[:, None].view(np.uint8), axis=1).sum(1).min())
    least = min(fewest(np.delete(words, i) ^ words[i], 0, min(k, q - 1), ~np.uint64(0)) for i in range(q))
    require(least > 0, "the inner code is not separating")
    return 2 * least * places / d, 1e-12, f"a separating code of {q} inner words of {bits} bits"

ROUNDING = {"int8": math.sqrt(2) / 254 * (1 + 1e-6), "bfloat16": 2.0**-8, "float16": 2.0**-11, "float32": 2.0**-24}

def prove_harmonic(parameters, n, k, d):
    order, f = parameters["n"], np.array(parameters["frequencies"])
    require(n <= order < 2**40 and order % 2 and d == 2 * len(f) and f.dtype.kind == "i", "there is no such frame")
    half, w, width, off = (order - 1) // 2, k - 1, 1 << 12, 1e-11  # float64 errs by less, on the safe side
    def angles(numbers):  # f l modulo n: numbers have to fit 64 bits, so l is split in two of 20 bits
        low, high = numbers % 2**20, numbers // 2**20
        return 2 * math.pi / order * ((f * low[:, None] + (f * high[:, None] % order) * 2**20 % order) % order)
    def gram(numbers): return np.cos(angles(np.asarray(numbers, np.int64))).mean(1)
    near = angles(np.arange(width))
    near = np.hstack([np.cos(near), -np.sin(near)]).T / len(f)
    def blocks():
        for start in range(0, half + 1, width * 512):
            far = angles(np.arange(start, min(start + width * 512, half + 1), width))
            c = (np.hstack([np.cos(far), np.sin(far)]) @ near).ravel()[: half + 1 - start]
            yield (start, c) if start else (1, c[1:])
    highest, lowest = np.full(k, -2.0), np.full(k, 2.0)
    for start, c in blocks():  # each value stands for two differences
        highest = np.sort(np.append(highest, np.sort(c)[-k:]))[::-1][:k]
        lowest = np.sort(np.append(lowest, np.sort(c)[:k]))[:k]
    query = math.sqrt(k + k * w * max(highest[0], 0))
    need = 2 * query * (ROUNDING[parameters["format"]] * (1 + 1e-6) + math.sqrt(d) * 2.0**-25 * (parameters["format"] != "int8"))
    need /= 1 + 1e-6 * (parameters["format"] == "int8")
    lead = 1 + np.repeat(lowest, 2)[:w].sum() - np.repeat(highest, 2)[:k].sum()
    if k > 1 and lead <= need:  # all 1 - c_x - w (c_y - c_(x-y)) that can be below twice what is needed
        lead, above = 2 * need, 1 - 2 * need - off
        least, size, role, number = (above - w * max(highest[0], -lowest[0])) / 2, [], [], []
        for start, c in blocks():
            for r, weighted in enumerate((c, w * c, -w * c)):
                where = np.flatnonzero(weighted > least)
                size, number, role = size + [weighted[where]], number + [where + start], role + [np.full(len(where), r)]
        size, role, number = map(np.concatenate, (size, role, number))
        by = np.argsort(-size)
        size, role, number = size[by], role[by], number[by]
        for i in range(len(size)):
            end = np.searchsorted(-size, -(above - size[i]) / 2)
            if end <= i: break
            j = i + np.flatnonzero(role[i:end] != role[i])
            for third in (abs(number[j] - number[i]), (number[j] + number[i]) % order):
                valid, r = third > 0, 3 - role[i] - role[j]
                for s in range(0, len(j), 1 << 16):
                    c, at = gram(third[s : s + (1 << 16)]), slice(s, s + (1 << 16))
                    sums = size[i] + size[j[at]] + np.array([1, w, -w])[r[at]] * c
                    if valid[at].any(): lead = min(lead, 1 - sums[valid[at]].max())
    require(lead - off > need and highest[0] < 1 - off, f"some lead may be {lead:.6g}, of which rounding takes {need:.6g}")
    return lead / query, 1e-9, f"a harmonic frame of {order} documents, leads of {lead:.6g} against {need:.6g} of rounding"

IMPOSSIBLE = "no query scores every document of the set strictly higher than every other document"
GAP = "no query of unit length scores every document of the set higher than every other document by more than epsilon"
SERVED = "every relevant document scores strictly higher than every other document, for every query"
FRAME = "for every pair some query scores both strictly higher than every other document, all numbers rounded to nearest in the arithmetic"
STORED = "for every pair some query scores both strictly higher than every other document, all numbers as they are stored"
CONSTRUCTED = ("every k-subset of these constructed documents is the top k of some query, and each scores strictly higher "
               "than every other document")
provers = {SERVED: check_served, IMPOSSIBLE: check_impossible, GAP: check_impossible, FRAME: check_frame,
           STORED: check_stored, CONSTRUCTED: check_constructed}
sys.set_int_max_str_digits(0) if hasattr(sys, "set_int_max_str_digits") else None  # weights may have 10,000 digits

if len(sys.argv) != 2: sys.exit(__doc__)
root, failed = pathlib.Path(sys.argv[1]) / "certificates", []
files = [path for path in root.rglob("*") if path != root / "SHA256SUMS" and (path.is_symlink() or not path.is_dir())]
claims = sorted({path.parent for path in files})
for check, path in [(check_files, root)] + [(check_claim, claim) for claim in claims]:
    try: print(f"{path.name}: {check(path)}")
    except Exception as reason:  # whatever is wrong with a file, its claim is not proved
        failed += [path.name]
        print(f"{path.name}: NOT PROVED: {type(reason).__name__}: {reason}")
if failed or not claims: sys.exit("failed: " + (", ".join(failed) or "there is no claim"))
