"""The names of what is in a recording, where it is placed again: once, or in turns of a loop."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from cnncalc.build.names import name_of, names_in_turns
from cnncalc.build.scope import Evaluator
from cnncalc.language.problems import SpecProblem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.build.expander import Expander
    from cnncalc.build.frame import Frame
    from cnncalc.build.recording import Label, Path, Recording

    #: The full names of the paths and of the layers, those of one turn after those of another.
    Renamed = tuple[Sequence[str], Sequence[str]]


def renamed(
    recording: Recording, expander: Expander, frame: Frame, turns: range | None
) -> Renamed | None:
    """The names, which are to be taken at once; None where one is taken, or costs more.

    `turns` are those of the loop in which it is placed, one after another; None for once.
    """
    graph, count = expander.graph, 1 if turns is None else len(turns)
    if recording.counted:
        return (), graph.numbered([*recording.counted] * count, frame)
    if recording.fixed is None:
        return _anew(recording, expander, frame, turns)
    prefix, (own_paths, own) = frame.prefix, recording.fixed
    names = [prefix + one for one in own] * count
    paths = [prefix + one for one in own_paths] * count
    if count > 1 or not graph.all_free(names) or not graph.all_free(paths):
        return None
    frame.counters.update(recording.counters)
    return paths, names


def _anew(
    recording: Recording, expander: Expander, frame: Frame, turns: range | None
) -> Renamed | None:
    """As `renamed`, where some are numbered, or have variables in them."""
    graph, before, left = expander.graph, frame.counters.copy(), expander.account.left
    try:
        paths, names = _columns(recording, expander, frame, turns)
        given = [names[one] for one in recording.given]
        if _have_lengths(paths, recording.lengths[0]) and _have_lengths(
            given, recording.lengths[1]
        ):
            found = _in_order(paths), _in_order(names)
            taken = {*found[0], *found[1]}
            if len(taken) == len(found[0]) + len(found[1]) and graph.all_free(taken):
                return found
    except SpecProblem:  # told where the run is placed in full
        pass
    finally:
        expander.account.left = left
    frame.counters.clear()
    frame.counters.update(before)
    return None


def _columns(
    recording: Recording, expander: Expander, frame: Frame, turns: range | None
) -> tuple[list[Sequence[str]], list[Sequence[str]]]:
    """The names of each path, and of each layer, in all turns; raises `SpecProblem`."""
    count = 1 if turns is None else len(turns)
    evaluator = Evaluator(frame.variables, expander.layout, None, expander.account)
    everything: list[Path | Label] = [*recording.paths, *recording.labels]
    kinds = [one.counted for one in everything if one.counted]
    numbered = expander.graph.numbered(kinds * count, frame)
    columns = iter([numbered[at :: len(kinds)] for at in range(len(kinds))])

    def full(prefixes: Sequence[str], one: Path | Label) -> Sequence[str]:
        if one.counted:
            return next(columns)
        if one.written is None:
            return [f"{prefix}{one.name}" for prefix in prefixes]
        if turns is None:
            own = [name_of(one.written, evaluator)]
        else:
            own = names_in_turns(one.written, evaluator, turns)
        return [f"{prefix}{name}" for prefix, name in zip(prefixes, own, strict=True)]

    within: list[Sequence[str]] = [[frame.prefix] * count]  # the prefixes in each path
    paths: list[Sequence[str]] = []
    for path in recording.paths:
        paths.append(full(within[path.outer], path))
        within.append([f"{one}/" for one in paths[-1]])
    return paths, [full(within[label.path], label) for label in recording.labels]


def _have_lengths(columns: Sequence[Sequence[str]], lengths: Sequence[int]) -> bool:
    """Whether the names of each column have the length that those of the recording have."""
    return all(
        set(map(len, column)) == {length} for column, length in zip(columns, lengths, strict=True)
    )


def _in_order(columns: Sequence[Sequence[str]]) -> list[str]:
    """The names of one turn after those of another."""
    return [*chain.from_iterable(zip(*columns, strict=True))]
