#!/usr/bin/env python3
"""usage: verify_certificates.py reports/NAME       exit status 0: all proved, 1: not all, with names

Checks the certificates of a run, sharing no code with the program that wrote them: all files have the hashes that
SHA256SUMS lists; for every query of a claim of success each relevant document scores above each other one, by more
than rounding can have done; and the differences of a claim of impossibility sum to 0, or to no more than epsilon, in
rational numbers. reports/README.md has the formats and the bound."""
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

IMPOSSIBLE = "no query scores every document of the set strictly higher than every other document"
GAP = "no query of unit length scores every document of the set higher than every other document by more than epsilon"
SERVED = "every relevant document scores strictly higher than every other document, for every query"
provers = {SERVED: check_served, IMPOSSIBLE: check_impossible, GAP: check_impossible}
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
