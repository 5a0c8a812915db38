"""The drawing of a net on its page, where it can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cnncalc.render.drawing import drawing, svg
from cnncalc.render.drawing.contents import contents
from cnncalc.render.html import Markup, element

if TYPE_CHECKING:
    from cnncalc.net.network import Network
    from cnncalc.render.drawing import Drawing

#: Layers of a net, results that these and any one of them take, and boxes and edges of a picture,
#: above which there is none.
_MOST_LAYERS: Final = 20_000
_MOST_TAKEN: Final = 50_000
_MOST_ARRIVING: Final = 250
_MOST_BOXES: Final = 250
_MOST_EDGES: Final = 2_000
_TALLEST: Final = 1700  # pixels; above, fewer levels of blocks are told apart
_NARROW: Final = 420  # pixels of a picture that is scaled to a narrow screen, not scrolled


def drawn(network: Network) -> Drawing | None:
    """A picture of a net; None for one that is too long to be looked at."""
    taken = [len(node.inputs) for node in network.layers]
    most = max(taken, default=0)
    if len(taken) > _MOST_LAYERS or sum(taken) > _MOST_TAKEN or most > _MOST_ARRIVING:
        return None
    if len(taken) > _MOST_BOXES and len(contents(network, depth=1).boxes) > _MOST_BOXES:
        return None  # to lay them out would take longer than all else on the page
    made = drawing(network)
    while made.height > _TALLEST and made.depth > 1:
        made = drawing(network, depth=made.depth - 1)
    readable = len(made.boxes) <= _MOST_BOXES and len(made.edges) <= _MOST_EDGES
    return made if readable else None


def picture(made: Drawing) -> Markup:
    """The drawing, which scrolls inside itself."""
    name = f"Drawing of {made.name}"
    look = f"scroll drawing{' narrow' if made.width <= _NARROW else ''}"
    text = Markup(svg(made, heading=False).strip())
    return element("div", text, class_=look, tabindex="0", role="region", aria_label=name)
