"""What stands at the head of a net: its name, its input and output, its totals, its claims."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.html import Markup, element, joined
from cnncalc.render.summary.totals import notes, settings_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cnncalc.analysis.report.net import NetReport

_MOST_ENDS = 6  # inputs, and outputs


def facts(net: NetReport) -> Markup:
    """The description, and input, output, layout and variables."""
    summary = net.summary
    inputs = [(name, shape) for name, shape in summary.inputs]
    rows = [("Input", _ends(inputs)), ("Output", _ends(list(summary.outputs)))]
    rows.append(("Layout", summary.layout.replace("_", " ")))
    if summary.settings:
        rows.append(("Set", settings_of(summary)))
    if summary.source:
        rows.append(("Spec", summary.source))
    listed = (
        element("div", element("dt", name), element("dd", text)) for name, text in rows if text
    )
    about = element("p", net.description, class_="lead") if net.description else ""
    return joined((about, element("dl", *listed, class_="facts")))


def _ends(ends: list[tuple[str, tuple[int, ...]]]) -> str:
    names = [
        units.shape(shape) if name == "input" else f"{name} {units.shape(shape)}"
        for name, shape in ends[:_MOST_ENDS]
    ]
    more = len(ends) - len(names)
    return ", ".join((*names, *((f"and {more} more",) if more else ())))


def tiles(net: NetReport) -> Markup:
    """The totals, large, with what they mean below."""
    return element("dl", *(_tile(*one) for one in _tiles(net)), class_="tiles")


def _tile(title: str, value: str, notes_: tuple[str, ...], look: str) -> Markup:
    more = (element("dd", note, class_="sub") for note in notes_ if note)
    return element(
        "div", element("dt", title), element("dd", value, class_="big"), *more, class_=look or None
    )


def _tiles(net: NetReport) -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    summary, memory = net.summary, net.memory
    params, trainable, buffers, macs = (
        value if isinstance(value := summary.total(key), int) else 0
        for key in ("params", "trainable_params", "buffers", "macs")
    )
    kept = "all trainable" if trainable == params else f"{units.count(trainable)} trainable"
    yield "Parameters", units.short(params), (
        units.count(params), f"{kept}, {units.size(memory.parameters)}",
        f"and {units.count(buffers)} buffers" if buffers else "",
    ), ""  # fmt: skip
    flops = units.short(2 * macs)
    yield "MACs", units.short(macs), (
        f"{units.count(macs)} per sample", f"{flops}{'' if ' ' in flops else ' '}FLOPs",
    ), ""  # fmt: skip
    batch = f"batch {memory.setting.batch}, {memory.setting.dtype}"
    yield "Inference memory", units.size(memory.total_inference), (
        f"{units.size(memory.inference.peak)} of activations at the peak", batch,
    ), ""  # fmt: skip
    optimizer = memory.setting.optimizer
    state = f"{units.size(memory.optimizer)} for {optimizer}"
    yield "Training memory", units.size(memory.total_training), (
        f"{units.size(memory.training.peak)} at the peak of a step",
        "no optimizer state" if optimizer == "none" else state,
    ), ""  # fmt: skip
    types = len({row.type for row in summary.rows})
    yield "Layers", units.count(len(summary.rows)), (f"of {plural(types, 'type')}",), ""
    yield _checks(net)


def _checks(net: NetReport) -> tuple[str, str, tuple[str, ...], str]:
    """The state of claims and budgets, and what lints found."""
    report = net.findings
    if report.invalid:
        return "Checks", "Not possible", (plural(report.total, "error"),), "bad"
    broken = sum(not one.kept for one in net.budgets)
    met = f"{plural(report.expectations, 'expectation')} met" if report.expectations else ""
    kept = len(net.budgets) - broken
    limits = f"{plural(kept, 'budget')} kept" if kept else ""
    severe = any(one.severity == "error" for one in report.findings) or "error" in report.left_out
    if not report.findings:
        return "Checks", "Passed", (met, limits) if met or limits else ("no findings",), "good"
    value = plural(report.total, "finding")
    return "Checks", value, (met, limits), "bad" if severe else "warn"


def remarks(net: NetReport) -> Markup:
    """What the totals do not say."""
    said = list(notes(net.summary))
    return element("ul", *(element("li", one) for one in said), class_="note") if said else Markup()
