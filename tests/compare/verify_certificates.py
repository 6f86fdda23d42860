#!/usr/bin/env python3
"""Checks the certificates of a run, sharing no code with the program that wrote them.

usage: verify_certificates.py reports/NAME

First the files: all in certificates/ are listed in SHA256SUMS and have their hashes. Then the
claims: for every query, each relevant document scores above each other one, even after both scores
are moved against the claim by a bound on their rounding. reports/README.md has the format and the
bound. Exit status 0: all proved; 1: not all, with names; 2: usage."""
import hashlib, itertools, json, math, pathlib, sys
import numpy as np

BLOCK = 1 << 22  # scores held at a time


def require(condition, reason):  # not assert, which python -O leaves out
    if not condition:
        raise ValueError(reason)


def check_files(root):
    lines = (root / "SHA256SUMS").read_text().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    found = {str(path.relative_to(root)) for path in root.rglob("*") if path.is_symlink() or not path.is_dir()}
    differ = sorted(set(listed) ^ (found - {"SHA256SUMS"}))
    require(len(listed) == len(lines), "it lists a file twice")
    require(not differ, f"listed but not there, or there but not listed: {', '.join(differ)}")
    for name, wanted in listed.items():
        require(not (root / name).is_symlink(), f"{name} is a link")
        digest = hashlib.sha256((root / name).read_bytes()).hexdigest()
        require(digest == wanted, f"{name} was altered: its SHA-256 is {digest}")
    return f"{len(listed)} files, all listed and unaltered"


def load(path, kind, *shape):
    array = np.load(path, mmap_mode="r", allow_pickle=False)
    require((array.dtype, array.shape) == (np.dtype(kind), shape), f"{path.name}: {array.dtype} {array.shape}, not {kind} {shape}")
    return array


def check_claim(folder):
    claim = json.loads((folder / "claim.json").read_text())
    require((claim["schema"], claim["score"]) == (1, "inner product"), "a schema or a score that is not known here")
    n, m, k, d = (claim[key] for key in ("documents", "queries", "k", "d"))
    require(min(m, k, d) >= 1 and n > k, "no query, or no document beside the relevant ones")
    documents = load(folder / "documents.npy", "<f4", n, d).astype(np.float64).T
    queries = load(folder / "queries.npy", "<f4", m, d)
    margins = load(folder / "margins.npy", "<f8", m, 2)
    if claim["relevance"] == "all":
        require(m == math.comb(n, k), f"{m} queries, but {math.comb(n, k)} subsets")
        subsets = itertools.combinations(range(n), k)  # in lexicographic order
    else:
        require(claim["relevance"] == "relevant.npy", "relevance is neither all nor relevant.npy")
        subsets = iter(load(folder / "relevant.npy", "<u4", m, k))
    u = 2.0**-53
    gamma = (d + 2) * u / (1 - (d + 2) * u) * (1 + 1e-9)
    worst, step = math.inf, max(1, BLOCK // n)
    for start in range(0, m, step):
        query = queries[start : start + step].astype(np.float64)
        wanted = np.array(list(itertools.islice(subsets, len(query))), np.int64)
        require(wanted.max() < n and (np.diff(np.sort(wanted)) > 0).all(), "relevant.npy: an id twice, or not below n")
        score = query @ documents
        error = gamma * (np.abs(query) @ np.abs(documents))
        low, high = np.take_along_axis(score - error, wanted, 1).min(1), score + error
        np.put_along_axis(high, wanted, -math.inf, 1)
        lead = low - high.max(1)
        for bad in np.flatnonzero(~(lead > 0))[:1]:  # in these words a NaN is bad, too
            require(False, f"query {start + bad}, relevant {wanted[bad].tolist()}: its lead is {lead[bad]:.3g} after rounding")
        stated = margins[start : start + step]
        require((stated[:, 0] - stated[:, 1] <= lead + 4 * error.max(1)).all(), "margins.npy states more than there is")
        worst = min(worst, lead.min())
    require(claim["worst_margin"] == margins[:, 0].min(), "worst_margin is not the least in margins.npy")
    return f"proved: {m} queries, n = {n}, k = {k}, d = {d}, least lead {worst:.6g} after rounding"


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        print("usage: verify_certificates.py reports/NAME", file=sys.stderr)
        return 2
    root, failed = pathlib.Path(sys.argv[1]) / "certificates", []
    claims = sorted(path for path in root.glob("*") if path.is_dir())
    for path, check in [(root, check_files)] + [(claim, check_claim) for claim in claims]:
        try:
            print(f"{path.name}: {check(path)}")
        except Exception as reason:  # whatever is wrong with a file, its claim is not proved
            print(f"{path.name}: NOT PROVED: {type(reason).__name__}: {reason}")
            failed.append(path.name)
    if not claims:
        failed.append(f"no claims in {root}")
    if failed:
        print("failed: " + ", ".join(failed), file=sys.stderr)
    return 1 if failed else 0


sys.exit(main())
