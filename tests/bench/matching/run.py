"""Assignment figures, side by side with OR-tools and LEMON, as a table.

  WINNER_DATA=... python3 tests/bench/matching/run.py

Builds the `measure` example, installs OR-tools into a venv under target/, and
compiles LEMON's network simplex (Debian: liblemon-dev) if its headers are
there. CPU seconds, one thread, the best of the repeats, all in this one run:
compare the ratios, not the seconds, where the machine is shared. Our time
holds everything after reading: choosing candidates, the flow, pricing every
pair and checking the certificate; the peers' holds the solve alone.
"""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
HERE = pathlib.Path(__file__).resolve().parent
BUILD = ROOT / "target" / "bench-matching"
DATA = pathlib.Path(os.environ["WINNER_DATA"]) / "matching"
SCORES = ["midl", "midl-lb", "sigir", "aamas2021-text", "iclr2018-tfidf"]
BIDS = ["csconf3", "aamas2015", "aamas2016", "aamas2021-bid"]


def output(*command, **more):
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True, **more).stdout


def prepare():
    BUILD.mkdir(parents=True, exist_ok=True)
    output("cargo", "build", "--release", "-p", "winner-matching-core", "--example", "measure", cwd=ROOT)
    python = BUILD / "venv" / "bin" / "python"
    if not python.exists():
        output(sys.executable, "-m", "venv", BUILD / "venv")
        output(python, "-m", "pip", "install", "-q", "numpy", "ortools")
    simplex = BUILD / "network_simplex"
    try:
        output("g++", "-O2", "-o", simplex, HERE / "network_simplex.cpp")
    except (subprocess.CalledProcessError, FileNotFoundError):
        print("left out: LEMON (install liblemon-dev and g++)")
        simplex = None
    return python, simplex


def row(name, python, simplex, repeats):
    folder = DATA / name
    ours = json.loads(output(ROOT / "target/release/examples/measure", folder, repeats))
    ortools = json.loads(output(python, HERE / "peers.py", folder, repeats))
    assert ours["total_micro"] == ortools["total_micro"] and ours["proved"], name
    lemon = None
    if simplex:
        m = json.loads((folder / "instance.json").read_text())
        shape = [m[k] for k in ("papers", "reviewers", "demand", "load_min", "load_max")]
        with open(folder / "edges.csv") as edges:
            lemon = json.loads(output(simplex, *shape, repeats, stdin=edges))
        assert lemon["total_micro"] == ours["total_micro"], name
    return ours["cpu_s"], ortools["cpu_s"], lemon and lemon["cpu_s"]


def main():
    python, simplex = prepare()
    print("| instance | ours | OR-tools | LEMON | OR-tools / ours | best peer / ours |")
    print("| --- | --- | --- | --- | --- | --- |")
    for group, names in (("score sets", SCORES), ("bid sets", BIDS)):
        product, least = 1.0, float("inf")
        for name in names:
            ours, ortools, lemon = row(name, python, simplex, 15)
            best = min(ortools, lemon or ortools)
            product, least = product * ortools / ours, min(least, best / ours)
            shown = f"{lemon:.4f}" if lemon else "–"
            print(f"| {name} | {ours:.5f} | {ortools:.4f} | {shown} | {ortools / ours:.1f} | {best / ours:.1f} |")
        print(f"| *{group}: geometric mean, least* | | | | {product ** (1 / len(names)):.1f} | {least:.1f} |")


main()
