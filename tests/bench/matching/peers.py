"""OR-tools' SimpleMinCostFlow on an instance folder: CPU seconds of the solve
alone, best of the repeats, one JSON line. Needs numpy and ortools (run.sh
installs them into a venv of its own).

  python peers.py FOLDER REPEATS
"""
import json
import sys
import time

import numpy as np
from ortools.graph.python import min_cost_flow


def main(folder, repeats):
    with open(f"{folder}/instance.json") as f:
        meta = json.load(f)
    edges = np.loadtxt(f"{folder}/edges.csv", delimiter=",", skiprows=1, dtype=np.int64, ndmin=2)
    paper, reviewer, score = edges.T
    papers, reviewers = meta["papers"], meta["reviewers"]
    demand = np.broadcast_to(meta["demand"], papers)
    low = np.broadcast_to(meta["load_min"], reviewers)
    high = np.broadcast_to(meta["load_max"], reviewers)
    big = int(np.abs(score).max()) * 4 + 1  # fills the minima first
    sink = papers + reviewers
    judges = np.arange(reviewers) + papers
    g = min_cost_flow.SimpleMinCostFlow()
    tail = np.concatenate([paper, judges, judges]).astype(np.int32)
    head = np.concatenate([reviewer + papers, np.full(2 * reviewers, sink)]).astype(np.int32)
    room = np.concatenate([np.ones(len(score), np.int64), low, high - low])
    cost = np.concatenate([-score, np.full(reviewers, -big), np.zeros(reviewers, np.int64)])
    arcs = g.add_arcs_with_capacity_and_unit_cost(tail, head, room, cost)
    for p, d in enumerate(demand):
        g.set_node_supply(p, int(d))
    g.set_node_supply(sink, -int(demand.sum()))
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        status = g.solve()
        best = min(best, time.process_time() - start)
        assert status == g.OPTIMAL, status
    total = int((g.flows(arcs)[: len(score)] * score).sum())
    print(json.dumps({"total_micro": total, "cpu_s": round(best, 6)}))


main(sys.argv[1], int(sys.argv[2]))
