"""The specs that grow in one feature of the language each, at sizes up to the limits."""

from __future__ import annotations

from tests.growing_specs import CASES

from .commands import NET, OTHER, command

_HALVINGS = 12  # of the largest size


def grown(source):
    """Two specs of one case of the benchmark, and its command line or any other."""
    case = CASES[source.choice(list(CASES))]
    halved = max(source.randrange(_HALVINGS), source.randrange(_HALVINGS))  # mostly often
    text = case.text(max(1, case.most >> halved))
    beside = {"@": NET, "@other": OTHER}
    name, *more = (beside.get(word, word) for word in case.command)
    line = source.choice([[name, NET, *more], command(source, NET)])
    return (text, text.replace("1", "2")), line
