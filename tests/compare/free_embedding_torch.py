#!/usr/bin/env python3
"""The free-embedding experiment as a plain PyTorch loop: what `limen bench free-embedding` is
compared with.

The same mathematics, written the way one would write it in PyTorch: all pairs of n documents are
queries, mean over positive pairs of -log softmax(q.v / tau), torch.optim.Adam on everything, rows
scaled back to unit length after each step, the loss read every step, accuracy looked at every 50.

    python3 free_embedding_torch.py build/limen [--threads 2] [--seconds 5] [--shapes 62,14 157,23]

Positive pairs are picked from the softmax by gather or by a dense mask; which is faster depends on
the shape, so both run and the better one counts. The program runs right after, shape by shape, in
the same environment and with as many threads; what matters is the last column.
"""

import argparse
import json
import statistics
import subprocess
import tempfile
import time

import torch


def unit_rows(count, d):
    return torch.nn.functional.normalize(torch.randn(count, d), dim=1)


def accuracy(queries, documents, pairs):
    """Micro recall@2: the share of relevant documents among each query's two best."""
    with torch.no_grad():
        best = torch.topk(queries @ documents.T, 2, dim=1).indices
        hits = (best.unsqueeze(2) == pairs.unsqueeze(1)).any(dim=2)
        return hits.float().mean().item()


def train(n, d, seconds, masked, tau=0.1):
    """Steps a second: the median of five equal spans of time, after a warm-up."""
    torch.manual_seed(42)
    pairs = torch.combinations(torch.arange(n), 2)
    documents = unit_rows(n, d).requires_grad_()
    queries = unit_rows(len(pairs), d).requires_grad_()
    adam = torch.optim.Adam([documents, queries], lr=0.01, betas=(0.9, 0.999), eps=1e-8)
    mask = torch.zeros(len(pairs), n).scatter_(1, pairs, 1 / pairs.numel()) if masked else None
    best_loss, patience, steps = float("inf"), 0, 0

    def step():
        nonlocal best_loss, patience, steps
        adam.zero_grad(set_to_none=True)
        log_p = torch.log_softmax(queries @ documents.T / tau, dim=1)
        loss = -(log_p * mask).sum() if masked else -log_p.gather(1, pairs).mean()
        loss.backward()
        adam.step()
        with torch.no_grad():
            documents.div_(documents.norm(dim=1, keepdim=True))
            queries.div_(queries.norm(dim=1, keepdim=True))
        value = loss.item()
        if value < best_loss - 1e-5:
            best_loss, patience = value, 0
        else:
            patience += 1
        steps += 1
        if steps % 50 == 0:
            accuracy(queries, documents, pairs)

    for _ in range(3):
        step()
    rates = []
    for _ in range(5):
        start, first = time.perf_counter(), steps
        while time.perf_counter() - start < seconds / 5:
            step()
        rates.append((steps - first) / (time.perf_counter() - start))
    return statistics.median(rates)


def bench(program, n, d, threads):
    """Steps a second of `limen bench free-embedding`."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as out:
        subprocess.run([program, "bench", "free-embedding", "--n", str(n), "--d", str(d),
                        "--threads", str(threads), "--json", out.name], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with open(out.name) as written:
            return json.load(written)["cases"][0]["value"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5.0, help="per shape")
    parser.add_argument("--shapes", nargs="*", default=["62,14", "157,23", "333,34"], metavar="n,d")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    print(f"steps/s, {arguments.threads} threads, PyTorch {torch.__version__}")
    print(f"{'n, d':>10} {'PyTorch':>10} {'limen':>10} {'ratio':>7}")
    for shape in arguments.shapes:
        n, d = (int(part) for part in shape.split(","))
        theirs = max(train(n, d, arguments.seconds / 2, masked) for masked in (False, True))
        ours = bench(arguments.program, n, d, arguments.threads)
        print(f"{shape:>10} {theirs:10.4g} {ours:10.4g} {ours / theirs:7.1f}", flush=True)


if __name__ == "__main__":
    main()
