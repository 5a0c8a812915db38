"""What each tool would print, as a table and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import columns, units
from cnncalc.render.columns import PLAIN, Line, Style
from cnncalc.render.printable import text_format
from cnncalc.render.text import wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.analysis.conventions.tools import Cause, Part

SCHEMA_VERSION = 1
_NOTHING: list[tuple[str, int | None]] = [("", None)]
_MOST = 4  # causes that are told of a tool

Figures = "Mapping[str, Mapping[str, int]]"


@text_format
def table(
    name: str,
    tools: Mapping[str, Mapping[str, int]],
    why: Mapping[str, Sequence[Cause]],
    *,
    style: Style = PLAIN,
    width: int | None = None,
) -> str:
    """A row per tool, and below what makes each one differ."""
    lines = []
    for tool, figures in tools.items():
        params = figures.get("params", figures.get("total"))
        for label, number in _counts(figures) or _NOTHING:
            cells = (
                tool,
                "-" if params is None else units.count(params),
                "-" if number is None else units.count(number),
                label,
            )
            lines.append(Line(cells, "strong" if tool == "cnncalc" else "plain"))
    heads = ("tool", "params", "count", "of")
    right = frozenset({1, 2})
    title = f"{style.head}{name}{style.end if style.head else ''}\n"
    body = columns.render(heads, lines, right=right, style=style, width=width)
    return title + body + _reasons(why, width)


def _counts(figures: Mapping[str, int]) -> list[tuple[str, int | None]]:
    names = {"mult_adds": "mult-adds", "flops": "FLOPs", "macs": "MACs"}
    return [(names[key], number) for key, number in figures.items() if key in names]


def _reasons(why: Mapping[str, Sequence[Cause]], width: int | None) -> str:
    out: list[str] = []
    for tool, causes in why.items():
        if causes:
            told = [f"{one.difference:+,} {one.type}" for one in causes[:_MOST]]
            if len(causes) > _MOST:
                rest = sum(one.difference for one in causes[_MOST:])
                more = plural(len(causes) - _MOST, "more kind")
                told.append(f"{rest:+,} in {more}")
            out += [f"{line}\n" for line in wrapped(f"{tool}: {', '.join(told)}", width, "  ")]
    return "\nbeside the MACs of convolutions and dense layers\n" + "".join(out) if out else ""


@text_format
def layers(
    tool: str, parts: Sequence[Part], *, style: Style = PLAIN, width: int | None = None
) -> str:
    """One tool's count, layer by layer."""
    figures = list(parts[0].counts) if parts else []
    heads = ("layer", "type", "params", *(figure for figure in figures), "textbook MACs")
    lines = [
        Line((
            part.layer, part.type, units.count(part.params),
            *(units.count(part.counts[figure]) for figure in figures), units.count(part.macs),
        ))
        for part in parts
    ]  # fmt: skip
    right = frozenset(range(2, len(heads)))
    body = columns.render(heads, lines, right=right, style=style, width=width)
    return f"as {tool} counts\n{body}"


@text_format
def claimed(wanted: str, found: Mapping[int, Sequence[tuple[str, str]]], near: str = "") -> str:
    """Whose counts the numbers are that a claim allows, a line for each; `near` allows more."""
    if not found:
        hint = f"; `--claimed {near}` allows for rounding" if near else ""
        return f"{wanted} is the count of none of these tools{hint}\n"
    return "".join(
        f"{units.count(number)} is "
        + " and ".join(f"{tool}'s {figure.replace('_', ' ')}" for tool, figure in tools)
        + "\n"
        for number, tools in found.items()
    )


def json(name: str, batch: int, tools: Mapping[str, Mapping[str, int]]) -> str:
    """What each tool prints, by tool and figure."""
    from json import dumps  # noqa: PLC0415 - only for this format

    head = {"schema_version": SCHEMA_VERSION, "name": name, "batch": batch, "tools": tools}
    return dumps(head, indent=1) + "\n"
