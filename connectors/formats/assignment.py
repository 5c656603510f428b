"""Who gets what, one for one, so that all of it together costs the least. Pure."""

from __future__ import annotations

from collections.abc import Sequence

_UNREACHED = float("inf")


def cheapest(costs: Sequence[Sequence[int]]) -> dict[int, int]:
    """Row -> column of a table of costs: as many as there are of the fewer, at the least sum (the Hungarian method,
    Kuhn 1955, by shortest paths; time grows with the cube of the fewer)."""
    if not costs or not costs[0]:
        return {}
    if len(costs) > len(costs[0]):
        turned = cheapest(list(zip(*costs, strict=True)))
        return {row: column for column, row in turned.items()}
    rows, columns = len(costs), len(costs[0])
    row_worth, column_worth = [0.0] * (rows + 1), [0.0] * (columns + 1)
    owner = [0] * (columns + 1)  # the row that has a column, from 1; column 0 is where a new row starts
    for row in range(1, rows + 1):
        owner[0] = row
        _widen(costs, row_worth, column_worth, owner)
    return {row - 1: column - 1 for column, row in enumerate(owner) if row and column}


def _widen(costs: Sequence[Sequence[int]], row_worth: list[float], column_worth: list[float], owner: list[int]) -> None:
    """Find the row that starts a column, moving others over where that is cheaper in all."""
    count = len(owner)
    least, came_from, done = [_UNREACHED] * count, [0] * count, [False] * count
    at = 0
    while owner[at]:
        done[at] = True
        row = owner[at]
        open_ = [column for column in range(1, count) if not done[column]]
        for column in open_:
            cost = costs[row - 1][column - 1] - row_worth[row] - column_worth[column]
            if cost < least[column]:
                least[column], came_from[column] = cost, at
        following = min(open_, key=least.__getitem__)
        step = least[following]
        for column in range(count):
            if done[column]:
                row_worth[owner[column]] += step
                column_worth[column] -= step
            else:
                least[column] -= step
        at = following
    while at:
        owner[at] = owner[came_from[at]]
        at = came_from[at]
