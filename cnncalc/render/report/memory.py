"""Memory over time: inference, a training step, and what is alive at their peaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.layers.base.tensors import plural
from cnncalc.render import units
from cnncalc.render.html import Markup, element, joined
from cnncalc.render.report.charts import Curve, Mark, levels_up_to, plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnncalc.analysis.memory.report import Phase
    from cnncalc.analysis.report.net import NetReport

_MOST = 5  # tensors alive at a peak
_MEANT = (
    "Tensors alone, as PyTorch runs the net; the workspace of kernels, the blocks of the allocator"
    " and the framework are not in it."
)


def memory(net: NetReport) -> Markup:
    """Both courses with their peaks."""
    courses, found = net.courses, net.memory
    setting = found.setting
    told = f"Batch {setting.batch}, {setting.dtype}"
    if setting.optimizer != "none":
        told += f", {setting.optimizer}"
    inference = _course(
        "Inference", found.inference, (courses.inference,), ("first layer", "last layer")
    )
    forth = courses.forward, courses.backward
    training = _course("Training step", found.training, forth, ("forward", "backward"))
    note = element("p", f"{told}. {_MEANT}", class_="note")
    return joined((note, element("div", inference, training, class_="pair")))


def _course(
    title: str, phase: Phase, parts: Sequence[Sequence[int]], words: tuple[str, str]
) -> Markup:
    every = [moment for part in parts for moment in part]
    largest = max(every, default=0)
    if not largest:
        return Markup()
    peak = every.index(largest)
    looks = ("course", "course back")
    curves = [Curve(part, look) for part, look in zip(parts, looks, strict=False)]
    where = f"{units.size(phase.peak)} at {phase.at}"
    chart = plot(
        curves,
        title=f"{title}: memory of activations over time, the peak is {where}",
        levels=levels_up_to(largest, units.size),
        top=largest + largest // 6,
        mark=Mark(peak, largest, units.size(largest)),
    )
    axis = element("div", *(element("span", word) for word in words), class_="axis")
    caption = element("figcaption", element("b", title), f" peak {where}")
    return element("figure", caption, chart, axis, _alive(phase))


def _alive(phase: Phase) -> Markup:
    """The tensors at the peak, the largest first."""
    rows = [(one.layer, one.what, units.size(one.bytes), one.bytes) for one in phase.alive[:_MOST]]
    if rest := phase.alive[_MOST:]:
        size = sum(one.bytes for one in rest)
        rows.append((plural(len(rest), "other"), "", units.size(size), size))
    heads = ("Alive at the peak", "What", "Size")
    head = element(
        "tr",
        *(
            element("th", text, scope="col", class_="n" if text == "Size" else None)
            for text in heads
        ),
    )
    body = [
        element(
            "tr", element("th", layer, scope="row"), element("td", what),
            element("td", size, class_="n", data_v=str(number)),
        )
        for layer, what, size, number in rows
    ]  # fmt: skip
    table = element("table", element("thead", head), element("tbody", *body), class_="plain")
    return element("div", table, class_="scroll")
