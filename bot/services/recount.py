#!/usr/bin/env python3
"""Recounts a poll from its published file, with nothing but Python: python3 recount.py FILE

It prints the file's SHA-256, which must be the published one, and every figure of the result.
Anybody may read this file, keep it, and write their own: the file to be counted is a table (CSV,
RFC 4180, UTF-8) whose rows begin with what they are.

    citybot-poll,1,ID                     format and poll
    wording,SHA256,JSON                   what voters read; the SHA-256 is that of the JSON
    opened,TIME  closed,TIME  ballots,N   from when, until when (UTC), how many ballots
    question,ID,KIND,LEAST,MOST,METHOD    single multiple scale ranking statements budget text place
    option,QUESTION,ID                    in the order they were written
    papers,PLACE,N                        ballots on paper, counted there by two people
    paper,PLACE,QUESTION,OPTION,COUNT     what was marked on them
    ballot,QUESTION,NUMBER,ANSWER[,NAME]  one a ballot and question, sorted by its random number

An answer is a list of OPTION=VALUE, divided by semicolons; empty: left blank; "-=0": a pass; "?=0":
does not know. VALUE is 1, a rank (1 is best), points, or for a statement 1, -1 and 0. The numbers
of one question have nothing to do with those of another: nobody can put a whole ballot together.

Ranking, `schulze`: A beats B when more ballots prefer A, and an option that was not ranked is below
all that were; paths of wins are as strong as their weakest win; https://arxiv.org/abs/1804.02973.
Ranking, `irv`: in each round the option with the fewest first places goes out (all that tie for the
fewest together), until one has more than half of what is left, or all that are left are equal.
Not counted: groups of opinion of statements. That takes more than plain Python: `citybot poll
recount FILE` finds them in the same file, as the top of bot/services/opinions.py says.
"""

import csv
import hashlib
import io
import json
import sys
from collections import Counter
from typing import Any

SPECIAL = {"-=0": "passed", "?=0": "unsure", "": "blank"}
Marks = dict[str, int]  # option to value
Given = list[tuple[Marks, int]]  # an answer, and how often it was given
CHOICES = ("single", "multiple", "scale", "place")


def recount(data: bytes) -> dict[str, Any]:
    """The result as plain values, from the file's bytes. Raises ValueError naming the line."""
    sheet = read(data.decode("utf-8"))
    questions = [_counted(q, sheet["papers"]) for q in sheet["questions"].values()]
    return {
        "poll": sheet["poll"],
        "sha256": hashlib.sha256(data).hexdigest(),
        "wording_sha256": sheet["wording"],
        "opened": sheet["opened"],
        "closed": sheet["closed"],
        "ballots": int(sheet["ballots"]),
        "paper_ballots": sum(place["ballots"] for place in sheet["papers"].values()),
        "questions": questions,
    }


# -- reading -----------------------------------------------------------------------------------


def read(text: str) -> dict[str, Any]:
    """The file as it stands: its head, its questions, and how often each answer was given."""
    sheet: dict[str, Any] = {"questions": {}, "papers": {}}
    for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
        try:
            _take(sheet, row)
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"line {number} cannot be read: {error}") from error
    for key in ("poll", "wording", "opened", "closed", "ballots"):
        if key not in sheet:
            raise ValueError(f"there is no line {key!r}")
    for question in sheet["questions"].values():
        if sum(question["answers"].values()) != int(sheet["ballots"]):
            raise ValueError(f"question {question['id']!r} does not have one row a ballot")
    return sheet


def _take(sheet: dict[str, Any], row: list[str]) -> None:
    kind, *rest = row
    if kind == "ballot":
        _take_ballot(sheet, rest)
    elif kind == "question":
        name, of, least, most, method = rest
        empty = {"options": [], "answers": Counter(), "last": ""}
        known = {"id": name, "kind": of, "least": int(least), "most": int(most), "method": method}
        sheet["questions"][name] = {**known, **empty}
    elif kind == "option":
        sheet["questions"][rest[0]]["options"].append(rest[1])
    elif kind == "papers":
        sheet["papers"][rest[0]] = {"ballots": int(rest[1]), "counts": Counter()}
    elif kind == "paper":
        sheet["papers"][rest[0]]["counts"][rest[1], rest[2]] += int(rest[3])
    else:
        _take_head(sheet, kind, rest)


def _take_head(sheet: dict[str, Any], kind: str, rest: list[str]) -> None:
    if kind == "citybot-poll":
        if rest[0] != "1":
            raise ValueError(f"format {rest[0]!r} is not known")
        sheet["poll"] = rest[1]
    elif kind == "wording":
        if hashlib.sha256(rest[1].encode("utf-8")).hexdigest() != rest[0]:
            raise ValueError("the wording is not the one that was hashed")
        sheet["wording"] = rest[0]
    elif kind in ("opened", "closed", "ballots"):
        sheet[kind] = rest[0]
    else:
        raise ValueError(f"{kind!r} is not known")


def _take_ballot(sheet: dict[str, Any], rest: list[str]) -> None:
    question = sheet["questions"][rest[0]]
    if rest[1] <= question["last"]:
        raise ValueError("ballot numbers are to grow")
    question["last"] = rest[1]
    question["answers"][rest[2]] += 1


def marks(answer: str) -> Marks:
    """An answer as a dict: option to value."""
    pairs = (mark.split("=") for mark in answer.split(";")) if answer else ()
    return {option: int(value) for option, value in pairs}


def _check(question: dict[str, Any], given: Marks) -> None:
    """Raises ValueError when these marks could not be given to this question."""
    kind, values = question["kind"], list(given.values())
    known = kind in ("place", "text") or set(given) <= set(question["options"])
    if kind == "budget":
        fits = min(values) >= 0 and sum(values) <= question["most"]
    elif kind == "statements":
        fits = set(values) <= {1, 0, -1}
    elif kind == "ranking":
        fits = sorted(values) == list(range(1, len(values) + 1)) and len(values) <= question["most"]
    else:
        fits = set(values) == {1} and len(values) <= max(question["most"], 1)
    if not (known and fits):
        raise ValueError(f"no answer to {question['id']!r}: {given!r}")


# -- counting ----------------------------------------------------------------------------------


def _counted(question: dict[str, Any], papers: dict[str, Any]) -> dict[str, Any]:
    found = {"id": question["id"], "kind": question["kind"], "answered": 0}
    found.update(passed=0, unsure=0, blank=0)
    given = []
    for answer, times in sorted(question["answers"].items()):
        if answer in SPECIAL:
            found[SPECIAL[answer]] += times
            continue
        marked = marks(answer)
        _check(question, marked)
        found["answered"] += times
        given.append((marked, times))
    found.update(_tally(question, given))
    _add_paper(found, papers)
    return found


def _tally(question: dict[str, Any], given: Given) -> dict[str, Any]:
    kind, options = question["kind"], question["options"]
    if kind == "ranking":
        return _ranked(question["method"], options, given)
    if kind == "statements":
        return {"options": {o: _opinions(o, given) for o in options}}
    if kind == "text":
        return {}
    counts = Counter(dict.fromkeys(options, 0))
    supporters = Counter(dict.fromkeys(options, 0))
    for marked, times in given:
        for option, value in marked.items():
            counts[option] += value * times
            supporters[option] += times if value > 0 else 0
    found = {"options": dict(counts)}
    if kind == "budget":
        found["supporters"] = dict(supporters)
    return found


def _opinions(statement: str, given: Given) -> dict[str, int]:
    names = {1: "agree", -1: "disagree", 0: "pass"}
    found = dict.fromkeys(names.values(), 0)
    for marked, times in given:
        if statement in marked:
            found[names[marked[statement]]] += times
    return found


def _add_paper(found: dict[str, Any], papers: dict[str, Any]) -> None:
    """What was counted on paper, beside, and in the sums."""
    added: Counter[str] = Counter()
    for place in papers.values():
        for (question, option), times in place["counts"].items():
            if question == found["id"]:
                added[option] += times
    if added and found["kind"] in (*CHOICES, "budget"):
        found["paper"] = dict(added)
        for option, times in added.items():
            found["options"][option] = found["options"].get(option, 0) + times
    if found["kind"] == "scale":
        found.update(_middle(found["options"]))


def _middle(options: dict[str, int]) -> dict[str, float | None]:
    """Mean and median of a scale; None when nobody answered."""
    points = sorted((int(o), times) for o, times in options.items())
    total = sum(times for _point, times in points)
    if total == 0:
        return {"mean": None, "median": None}
    row = [point for point, times in points for _time in range(times)]
    middle = (row[(total - 1) // 2] + row[total // 2]) / 2
    return {"mean": round(sum(row) / total, 4), "median": middle}


def _ranked(method: str, options: list[str], given: Given) -> dict[str, Any]:
    firsts = Counter(dict.fromkeys(options, 0))
    for marked, times in given:
        firsts[_best(marked, list(marked))] += times
    found = {"method": method, "firsts": dict(firsts)}
    if method == "irv":
        order, rounds = irv(options, given)
        return {**found, "order": order, "rounds": rounds}
    wins = duels(options, given)
    pairs = [[*pair, times] for pair, times in wins.items()]
    return {**found, "order": schulze(options, wins), "duels": pairs}


def _best(marked: Marks, among: list[str]) -> str:
    return min(among, key=lambda option: marked[option])


def duels(options: list[str], given: Given) -> dict[tuple[str, str], int]:
    """For each pair (a, b): how many ballots prefer a to b. `given`: (option to rank, times)."""
    wins = {(a, b): 0 for a in options for b in options if a != b}
    below = len(options) + 1
    for marked, times in given:
        for a, b in wins:
            if marked.get(a, below) < marked.get(b, below):
                wins[a, b] += times
    return wins


def schulze(options: list[str], wins: dict[tuple[str, str], int]) -> list[list[str]]:
    """Groups of options, best first; those in a group tie. `wins`: see duels()."""
    path = {pair: n if n > wins[pair[1], pair[0]] else 0 for pair, n in wins.items()}
    for via in options:
        for a in options:
            for b in options:
                if len({a, b, via}) == 3:
                    path[a, b] = max(path[a, b], min(path[a, via], path[via, b]))
    beats = {a: sum(path[a, b] > path[b, a] for b in options if b != a) for a in options}
    beaten = {a: sum(path[b, a] > path[a, b] for b in options if b != a) for a in options}
    return _groups(options, {o: (beaten[o], -beats[o]) for o in options})


def irv(options: list[str], given: Given) -> tuple[list[list[str]], list[dict[str, Any]]]:
    """Groups of options, best first, and the rounds: first places of all left, and who went out."""
    left, out, rounds = list(options), list[list[str]](), list[dict[str, Any]]()
    while left:
        firsts = Counter(dict.fromkeys(left, 0))
        for marked, times in given:
            ranked = [o for o in marked if o in firsts]
            if ranked:
                firsts[_best(marked, ranked)] += times
        most, total, fewest = max(firsts.values()), sum(firsts.values()), min(firsts.values())
        won = 2 * most > total and len(left) > 1
        gone = [] if won or most == fewest else [o for o in left if firsts[o] == fewest]
        rounds.append({"firsts": dict(firsts), "out": gone})
        if not gone:
            return [*_groups(left, {o: -firsts[o] for o in left}), *out], rounds
        out.insert(0, gone)
        left = [o for o in left if o not in gone]
    return out, rounds


def _groups(options: list[str], place: dict[str, Any]) -> list[list[str]]:
    """Options with the same place together, the smallest place first, else as written."""
    return [[o for o in options if place[o] == at] for at in sorted({place[o] for o in options})]


def main(arguments: list[str]) -> int:
    """Print the recount of a file; exit 1 when it cannot be counted."""
    if len(arguments) != 1:
        sys.stderr.write("usage: recount.py FILE\n")
        return 2
    try:
        with open(arguments[0], "rb") as file:
            found = recount(file.read())
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(found, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
