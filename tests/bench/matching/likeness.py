"""Indonesian likeness against Postgres full-text search, on the set of the crate's tests.

  python3 tests/bench/matching/likeness.py

Each challenge asks for its three solutions among all 180: nDCG@5, equal
scores in the middle of all their orders. Postgres (started by tests/peers.py, gone
afterwards) stems with its `indonesian` configuration and ranks by an OR of the
challenge's lexemes, once on the texts as they are and once without our stop words,
of which that configuration has none; every usual way to rank is run, and the best
one is the one to beat. Ours is what the test `indonesian_likeness` prints.
"""
import math
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests"))
import peers  # noqa: E402

SET = ROOT / "services/matching/core/tests/likeness/pasangan.txt"
STOP = ROOT / "services/matching/core/src/text/stop.rs"
RANKS = [f"{rank}(document, query, {norm})" for rank in ("ts_rank", "ts_rank_cd") for norm in (0, 1, 2)]


def ours():
    command = ["cargo", "test", "-q", "-p", "winner-matching-core", "--test", "indonesian_likeness", "--", "--nocapture"]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [float(x) for x in re.findall(r"\d\.\d{4}", next(line for line in text.splitlines() if "nDCG@5" in line))]


def ndcg(scores, own):
    gain = [1 / math.log2(place + 2) for place in range(5)]
    found = 0.0
    for score in {scores[s] for s in own}:
        above = sum(x > score for x in scores)
        equal = sum(x == score for x in scores)
        found += sum(gain[above : above + equal]) * sum(scores[s] == score for s in own) / equal
    return found / sum(gain[:3])


def halves(each):
    mean = lambda list: sum(list) / len(list)  # noqa: E731
    return [mean(each), mean(each[0::2]), mean(each[1::2])]


def postgres():
    lines = SET.read_text().splitlines()
    texts = [[line[2:] for line in lines if line.startswith(mark)] for mark in "?="]
    stop = set(re.findall(r'"(\w+)"', STOP.read_text().split("ENGLISH")[0]))
    useful = lambda text: " ".join(word for word in re.findall(r"\w+", text.lower()) if word not in stop)  # noqa: E731
    with peers.Postgres() as server:
        for rank in RANKS:
            yield rank, ranked(server, rank, *texts)
        for rank in RANKS:
            yield rank + " without stop words", ranked(server, rank, *([useful(text) for text in some] for some in texts))


def ranked(server, rank, challenges, solutions):
    row = lambda k, text: f"({k}, '{text.replace(chr(39), chr(39) * 2)}')"  # noqa: E731
    values = lambda texts: ", ".join(row(k, text) for k, text in enumerate(texts))  # noqa: E731
    select = f"""
        with solution as (select k, to_tsvector('indonesian', t) as document from (values {values(solutions)}) v(k, t)),
            challenge as (
                select k, to_tsquery('simple', string_agg(quote_literal(lexeme), ' | ')) as query
                from (values {values(challenges)}) v(k, t), unnest(to_tsvector('indonesian', t)) group by k
            )
        select c.k, s.k, {rank} from challenge c, solution s order by 1, 2"""
    rows = [line.split("|") for line in server.psql("postgres", "-At", "-c", select).stdout.split()]
    n = len(solutions)
    assert [(int(c), int(s)) for c, s, _ in rows] == [(c, s) for c in range(len(challenges)) for s in range(n)]
    scores = [float(score) for _, _, score in rows]
    return halves([ndcg(scores[c * n : c * n + n], range(3 * c, 3 * c + 3)) for c in range(len(challenges))])


def main():
    show = lambda name, figures: print(f"| {name} | " + " | ".join(f"{x:.3f}" for x in figures) + " |")  # noqa: E731
    print("| nDCG@5 | all | odd places | held out |")
    print("| --- | --- | --- | --- |")
    show("ours", mine := ours())
    best = 0.0
    for rank, figures in postgres():
        show(rank, figures)
        best = max(best, figures[0])
    print(f"ours less the best of Postgres: {mine[0] - best:.3f}")


main()
