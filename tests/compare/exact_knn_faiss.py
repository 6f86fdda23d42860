#!/usr/bin/env python3
"""Exact nearest neighbours by FAISS's IndexFlat: what `limen bench exact-knn` is compared with.

Both search the same number of random vectors for the same k with as many threads. FAISS multiplies
by OpenBLAS; so does the program, unless it was compiled for 512-bit registers. FAISS keeps float32
distances; the program's float64 pass counts against it.

    python3 exact_knn_faiss.py build/limen [--threads 2] [--shapes 100000,1000,128,100 ...]

The program runs right after FAISS, case by case; several rounds alternate, and what matters is the
last column, the median of the rounds' ratios.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time

import faiss
import numpy as np


def search(index, queries, k):
    """GFLOP/s of the products in one search: the median of three."""
    rates = []
    for _ in range(3):
        start = time.perf_counter()
        index.search(queries, k)
        seconds = time.perf_counter() - start
        rates.append(2e-9 * index.ntotal * len(queries) * index.d / seconds)
    return statistics.median(rates)


def bench(program, n, nq, d, k, metric, threads):
    """GFLOP/s of `limen bench exact-knn`, and its share of the machine's matrix products."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as out:
        subprocess.run([program, "bench", "exact-knn", "--n", str(n), "--nq", str(nq),
                        "--d", str(d), "-k", str(k), "--metric", metric,
                        "--threads", str(threads), "--json", out.name], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out.name) as written:
            case = json.load(written)["cases"][0]
    return case["value"], case["share_of_sgemm"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--metric", choices=["l2", "ip"], default="l2")
    parser.add_argument("--shapes", nargs="*", metavar="n,nq,d,k",
                        default=["100000,1000,128,100", "100000,1000,768,100"])
    arguments = parser.parse_args()
    faiss.omp_set_num_threads(arguments.threads)
    print(f"GFLOP/s, {arguments.threads} threads, {arguments.metric}, FAISS {faiss.__version__}")
    print(f"{'n, nq, d, k':>22} {'FAISS':>10} {'limen':>10} {'of sgemm':>9} {'ratio':>7}")
    for shape in arguments.shapes:
        n, nq, d, k = (int(part) for part in shape.split(","))
        draw = np.random.default_rng(42)
        index = (faiss.IndexFlatL2 if arguments.metric == "l2" else faiss.IndexFlatIP)(d)
        index.add(draw.standard_normal((n, d), dtype=np.float32))
        queries = draw.standard_normal((nq, d), dtype=np.float32)
        search(index, queries, k)
        theirs, ours, shares = [], [], []
        for _ in range(arguments.rounds):
            theirs.append(search(index, queries, k))
            value, share = bench(arguments.program, n, nq, d, k, arguments.metric,
                                 arguments.threads)
            ours.append(value)
            shares.append(share)
        ratio = statistics.median(b / a for a, b in zip(theirs, ours))
        print(f"{shape:>22} {statistics.median(theirs):10.4g} {statistics.median(ours):10.4g} "
              f"{statistics.median(shares):9.2f} {ratio:7.2f}", flush=True)


if __name__ == "__main__":
    main()
