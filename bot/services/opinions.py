"""Groups of people who agree alike, found in votes on statements, as pol.is publishes its method.

Votes make a matrix: people by statements, 1, 0 or -1; what somebody did not see counts as the mean
of that statement. Its two main axes (principal components) give each person a place, stretched for
who voted on few; k-means finds 2 to 5 groups, and the number that separates best is taken
(silhouette). Small et al. 2021, "Polis: Scaling Deliberation by Mapping High Dimensional Opinion
Spaces". Nothing here is drawn at random: the same votes always give the same groups.

A share that is shown is always agreed by voted, as in the table of all votes. Only whether a
statement is listed goes by pol.is's careful share, which adds one of each mind: two of two are not
yet everybody.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.services.recount import SPECIAL, marks, read

LEAST_PEOPLE = 10  # below, nobody is shown any group
LEAST_VOTES = 3  # of a person on statements, to be placed
LEAST_IN_GROUP = 5
_MOST_GROUPS = 5
_STEPS = 100
Matrix = NDArray[np.float64]


def opinions_of(file: str) -> dict[str, Any]:
    """The groups of each question of statements in a published file, by question."""
    asked = read(file)["questions"].values()
    statements = (q for q in asked if q["kind"] == "statements")
    return {q["id"]: opinions(q["answers"], q["options"]) for q in statements}


def opinions(answers: Mapping[str, int], statements: Sequence[str]) -> dict[str, Any]:
    """What people agree on, what divides them, and their groups. `answers`: text to how often.

    {"consensus": [[statement, share]], "divisive": [[statement, difference]], "groups":
    [{"people": n, "agree": {statement: share}}]}; groups are empty where there are too few people,
    and a share is None where nobody of a group voted.
    """
    votes = _matrix(answers, statements)
    enough = votes[(~np.isnan(votes)).sum(axis=1) >= min(LEAST_VOTES, len(statements))]
    groups = _groups(enough) if len(enough) >= LEAST_PEOPLE else None
    members = [enough[groups == n] for n in range(groups.max() + 1)] if groups is not None else []
    if any(len(m) < LEAST_IN_GROUP for m in members):
        members = []
    return {
        "consensus": _consensus(votes, statements, members),
        "divisive": _divisive(statements, members),
        "groups": [
            {"people": len(m), "agree": dict(zip(statements, _agreeing(m), strict=True))}
            for m in members
        ],
    }


def _matrix(answers: Mapping[str, int], statements: Sequence[str]) -> Matrix:
    """One row a ballot, in an order that the votes alone decide."""
    rows = []
    for answer, times in sorted(Counter(dict(answers)).items()):
        if answer not in SPECIAL:
            given = marks(answer)
            rows += [[float(given.get(s, np.nan)) for s in statements]] * times
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(statements))


def _agreeing(votes: Matrix) -> list[float | None]:
    """The share that agrees with each statement, of those who voted on it."""
    voted = (~np.isnan(votes)).sum(axis=0)
    agree = (votes == 1).sum(axis=0)
    return [round(int(n) / int(of), 3) if of else None for n, of in zip(agree, voted, strict=True)]


def _careful(votes: Matrix) -> list[float]:
    """The same with one more who agrees and one more who does not."""
    voted = (~np.isnan(votes)).sum(axis=0)
    return [float(n) for n in ((votes == 1).sum(axis=0) + 1) / (voted + 2)]


def _consensus(
    votes: Matrix, statements: Sequence[str], members: Sequence[Matrix]
) -> list[list[Any]]:
    """Statements that most agree with, in each group, the clearest first."""
    camps = members or [votes]
    sure = np.min([_careful(camp) for camp in camps], axis=0)
    shares = [_agreeing(camp) for camp in camps]
    found = [
        [statement, min(share[at] or 0.0 for share in shares)]
        for at, statement in enumerate(statements)
        if sure[at] >= 0.6
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _divisive(statements: Sequence[str], members: Sequence[Matrix]) -> list[list[Any]]:
    """Statements on which groups differ most; where nobody of a group voted, it has no mind."""
    if len(members) < 2:
        return []
    sure = np.ptp([_careful(m) for m in members], axis=0)
    shares = [_agreeing(m) for m in members]
    found = []
    for at, statement in enumerate(statements):
        its = [share[at] for share in shares]
        known = [share for share in its if share is not None]
        if sure[at] >= 0.3 and len(known) == len(its):
            found.append([statement, round(max(known) - min(known), 3)])
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _groups(votes: Matrix) -> NDArray[np.int64] | None:
    """The group of each row; None where people do not fall into groups."""
    places = _placed(votes)
    best, chosen = 0.0, None
    for k in range(2, min(_MOST_GROUPS, len(places) // LEAST_IN_GROUP) + 1):
        groups = _k_means(places, k)
        quality = _silhouette(places, groups)
        if len(set(groups.tolist())) == k and quality > best + 1e-9:
            best, chosen = quality, groups
    return chosen


def _placed(votes: Matrix) -> Matrix:
    """Two coordinates a person."""
    known = ~np.isnan(votes)
    seen = known.sum(axis=0)
    means = np.where(seen > 0, np.nansum(votes, axis=0) / np.maximum(seen, 1), 0.0)
    centred = np.where(known, votes, means) - means
    _values, vectors = np.linalg.eigh(centred.T @ centred)
    axes = vectors[:, ::-1][:, :2]
    # An eigenvector may point either way: its largest part is made positive.
    largest = axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])]
    stretch = np.sqrt(votes.shape[1] / np.maximum(known.sum(axis=1), 1))
    placed: Matrix = (centred @ (axes * np.sign(largest))) * stretch[:, None]
    return np.round(placed, 9)


def _k_means(places: Matrix, k: int) -> NDArray[np.int64]:
    """Lloyd's method; it begins with the places that lie farthest from each other."""
    centres = [places[np.lexsort(places.T[::-1])[0]]]
    while len(centres) < k:
        distances = np.min([((places - c) ** 2).sum(axis=1) for c in centres], axis=0)
        centres.append(places[int(distances.argmax())])
    middle = np.array(centres)
    groups = np.zeros(len(places), dtype=np.int64)
    for _step in range(_STEPS):
        distances = ((places[:, None, :] - middle[None, :, :]) ** 2).sum(axis=2)
        moved = distances.argmin(axis=1)
        if (moved == groups).all() and _step:
            break
        groups = moved
        middle = np.array(
            [
                places[groups == n].mean(axis=0) if (groups == n).any() else middle[n]
                for n in range(k)
            ]
        )
    return groups


def _silhouette(places: Matrix, groups: NDArray[np.int64]) -> float:
    """How well groups are apart, -1 to 1, by distances to their middles (simplified silhouette)."""
    names = sorted(set(groups.tolist()))
    if len(names) < 2:
        return -1.0
    middles = np.array([places[groups == n].mean(axis=0) for n in names])
    distances = np.sqrt(((places[:, None, :] - middles[None, :, :]) ** 2).sum(axis=2))
    at = np.array([names.index(n) for n in groups.tolist()])
    own = distances[np.arange(len(places)), at]
    distances[np.arange(len(places)), at] = np.inf
    other = distances.min(axis=1)
    return float(((other - own) / np.maximum(np.maximum(other, own), 1e-12)).mean())
