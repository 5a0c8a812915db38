"""Channels: results are led from any places to any others, and never run on top of each other."""

from __future__ import annotations

import random
from itertools import pairwise

from batches import batch
from hypothesis import example, given
from hypothesis import strategies as st

from cnncalc.render.drawing.channel import Terminal, _Used, channel

PLACES = [8 * place for place in range(12)]


@st.composite
def terminals(draw):
    """Where results come from, and distinct places where they go to."""
    starts = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=6, unique=True))
    ends = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=9, unique=True))
    sources = st.integers(0, len(starts) - 1)
    return dict(enumerate(starts)), [Terminal(draw(sources), at) for at in ends]


def pieces(line):
    return list(pairwise(line))


@given(terminals())
@example(({0: 0, 1: 16}, [Terminal(0, 16), Terminal(1, 0)]))  # both in each other's way
@example(({0: 0, 1: 8, 2: 16}, [Terminal(0, 8), Terminal(1, 16), Terminal(2, 0)]))
def test_lines_reach_their_heads_and_stay_apart(given_):
    tails, heads = given_
    made = channel(tails, heads)
    assert len(made.lines) == len(heads)
    runs = []
    for head, line in zip(heads, made.lines, strict=True):
        assert line[0] == (0, tails[head.source])
        assert line[-1] == (made.length, head.at)
        for (along, across), (to_along, to_across) in pieces(line):
            assert along == to_along or across == to_across
            assert 0 <= along <= to_along <= made.length
            if along == to_along:
                runs.append(("across", along, *sorted((across, to_across)), head.source))
            else:
                runs.append(("along", across, along, to_along, head.source))
    for way, place, low, high, source in runs:
        for other_way, other_place, other_low, other_high, other in runs:
            if source != other and (way, place) == (other_way, other_place):
                assert high <= other_low or other_high <= low


def test_a_straight_line_needs_no_track():
    made = channel({0: 5}, [Terminal(0, 5)])
    assert made.lines == (((0, 5), (made.length, 5)),)


@batch("seed", range(50))
def test_the_last_track_on_a_stretch_is_that_of_a_plain_list(seed):
    source = random.Random(seed)  # noqa: S311 - not for secrets
    places = source.randint(1, 40)
    plain, used = [-1] * places, _Used(places)
    for _ in range(60):
        low, high = sorted(source.choices(range(places), k=2))
        assert used.most(low, high) == max(plain[low : high + 1])
        low, high = sorted(source.choices(range(places), k=2))
        track = source.randint(0, 30)
        used.use(low, high, track)
        plain[low : high + 1] = [max(one, track) for one in plain[low : high + 1]]
