"""Hostile arguments in every function of the Python API: an answer, or an error to be printed."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from fuzz.texts import PARTS

from cnncalc import SpecError, load, parse

SPEC = (
    "input: 3x8x8\nvariables: {v: 1, w: 4}\n"
    "layers: [{conv: {filters: $w, kernel: 3}}, {relu: , when: $v != 0}]"
)
NET = parse(SPEC)
TEXTS = (*PARTS, "\udcff", "a\udfffb", "\0", "a" * 5_000, "9" * 5_000)
FORMATS = ("table", "markdown", "html", "json", "csv")

#: Where a text of Python may stand, by what it is. Each gives what is printed.
PLACES = {
    "a text": parse,
    "a name in a text": lambda one: parse(f"name: {one}\n{SPEC}"),
    "a path": load,
    "a path as an object": lambda one: load(Path(one)),
    "a net of the zoo": lambda one: load(f"zoo:{one}"),
    "a module": lambda one: load(f"{one}:model"),
    "a model": lambda one: load(f"{one}.onnx"),
    "the name of a variable": lambda one: parse(SPEC, variables={one: 3}),
    "a value that counts": lambda one: parse(SPEC, variables={"w": one}),
    "a value in a list": lambda one: parse(SPEC, variables={"v": [one]}),
    "a key of a value": lambda one: parse(SPEC, variables={"v": {one: 1}}),
    **{
        f"a value, as {format_}": lambda one, format_=format_: (
            parse(SPEC, variables={"v": one}).summary().to(format_)
        )
        for format_ in FORMATS
    },
    "a value, compared": lambda one: NET.compare(parse(SPEC, variables={"v": one})),
    "a value, drawn": lambda one: parse(SPEC, variables={"v": one}).draw(),
    "a value, explained": lambda one: parse(SPEC, variables={"v": one}).explain(),
    "a value, checked": lambda one: parse(SPEC, variables={"v": one}).check().to("sarif"),
    "an input": lambda one: parse(SPEC, input=one),
    "an axis": lambda one: parse(SPEC, input=(3, one, 8)),
    "the name of an input": lambda one: parse(SPEC, input={one: "3x8x8"}),
    "another value": lambda one: NET.at(v=one).summary(),
    "another variable": lambda one: NET.at(**{one: 3}),
    "another input": lambda one: NET.at(input=one),
    "a column": lambda one: NET.summary(columns=[one]),
    "an order": lambda one: NET.summary(sort=one),
    "a tool": lambda one: NET.summary(count=one),
    "a format": lambda one: NET.summary().to(one),
    "a layer": NET.explain,
    "a layer of the net": lambda one: NET[one],
    "a name in the net": lambda one: one in NET,
    "a shape of the net": NET.shape_of,
    "a code": lambda one: NET.check(ignore=[one]),
    "another code": lambda one: NET.check(select=[one]),
    "a budget": lambda one: NET.check(max_params=one),
    "the name of a budget": lambda one: NET.check(**{one: 3}),
    "the format of a picture": NET.draw,
    "a weight": lambda one: NET.draw(weigh=one),
    "a direction": lambda one: NET.draw(direction=one),
}


def printed(call, one):
    """What a call prints, or its error, as UTF-8."""
    try:
        found = str(call(one))
    except UnicodeError:
        raise
    except (ValueError, KeyError) as error:
        found = str(error)
    return found.encode()


@pytest.mark.parametrize("place", PLACES)
def test_any_text_is_answered_or_refused_in_words_that_can_be_printed(place):
    for text in TEXTS:
        assert len(printed(PLACES[place], text)) < 20_000 + 5 * len(text), ascii(text)


class Index:
    """A whole number that is no `int`, as those of NumPy."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


@pytest.mark.parametrize(
    ("value", "same"),
    [
        ((1, (2, (3,))), [1, [2, [3]]]),
        ([(1, 2), range(2)], [[1, 2], [0, 1]]),
        ({"a": ((1,),), 2: (), None: 1, True: 2, 1.5: 3},
         {"a": [[1]], "2": [], "null": 1, "true": 2, "1.5": 3}),
        (Index(7), 7),
        ([Index(2**70)], [2**70]),
        (3.0, 3),
        (-0.0, 0),
        (1e23, 99999999999999991611392),
        (Fraction(6, 2), 3),
        (Fraction(1, 3), Fraction(1, 3)),
        (True, True),
        (None, None),
        (10**399, 10**399),
    ],
)  # fmt: skip
def test_plain_values_are_as_those_of_a_spec(value, same):
    for net in (parse(SPEC, variables={"v": value}), NET.at(v=value)):
        found = net.settings["v"]
        assert (found, type(found)) == (same, type(same))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_is_no_size_and_is_written_in_every_format(value):
    with pytest.raises(SpecError, match="expected a whole number of 1 or more"):
        parse(SPEC, variables={"w": value})
    net = parse(SPEC, variables={"v": value})
    for format_ in FORMATS:
        assert str(value) in net.summary().to(format_) or format_ == "csv"
    assert "NaN" not in net.summary().to("json")


def listed_in_itself():
    found = []
    found += [found, found]
    return found


def doubled(levels, first, make):
    for _ in range(levels):
        first = make(first)
    return first


#: Values that no spec has, or none of that size.
REFUSED = {
    "a set": {1, 2},
    "a set in a list": [{1}],
    "a frozen set": frozenset([1]),
    "a decimal": Decimal("3.5"),
    "a decimal that is none": Decimal("NaN"),
    "bytes": b"3",
    "a complex number": 1j,
    "a generator": iter([1]),
    "an object": object(),
    "a number of 401 digits": 10**400,
    "a number of 5,001 digits": -(10**5_000),
    "a number of an array": Index(10**5_000),
    "a numerator of 4,401 digits": Fraction(10**4_400, 3),
    "a denominator of 4,401 digits": Fraction(1, 10**4_400),
    "a key of 5,001 digits": {10**5_000: 1},
    "a key that is a tuple": {(1, 2): 3},
    "a list in itself": listed_in_itself(),
    **{f"a list of {10**size:,} numbers": range(10**size) for size in (7, 9, 18)},
    **{
        f"a list doubled {levels} times": doubled(levels, [1], lambda one: [one, one])
        for levels in (20, 40, 60)
    },
    "a mapping doubled 40 times": doubled(40, {}, lambda one: {"a": one, "b": one}),
    **{
        f"a list of {levels} levels": doubled(levels, [], lambda one: [one])
        for levels in (64, 1_000, 5_000)
    },
}


@pytest.mark.parametrize("what", REFUSED)
def test_values_that_no_spec_has_are_refused_at_once(what):
    for call in (lambda value: parse(SPEC, variables={"v": value}), lambda value: NET.at(v=value)):
        began = time.process_time()
        with pytest.raises(SpecError, match=r"the value of `v` (is|has)"):
            call(REFUSED[what])
        assert time.process_time() - began < 4


@pytest.mark.parametrize("count", [1_000, 100_000])
def test_a_long_value_is_shown_in_part(count):
    for value in ("x" * count, [*range(count)]):
        net = parse(SPEC, variables={"v": value})
        assert len(str(net.summary())) < 2_000
        assert len(str(net.compare(NET))) < 5_000
        assert len(net.summary().to("html")) < 10_000


@pytest.mark.parametrize(
    "value",
    [
        0,
        -1,
        1.5,
        float("nan"),
        float("inf"),
        True,
        "3",
        (3,),
        10**5_000,
        Fraction(1, 3),
        Decimal(3),
    ],
    ids=range(11),
)
def test_what_is_no_count_is_refused(value):
    calls = (
        lambda: NET.summary(batch=value),
        lambda: NET.summary(depth=value),
        lambda: NET.draw(depth=value),
        lambda: parse(SPEC, input=(3, value, 8)),
    )
    for call in calls:
        with pytest.raises(ValueError, match=r"whole number|must be|digits|no spec has"):
            call()


def test_numbers_that_are_no_int_count_as_those_that_are():
    whole = NET.summary(batch=8, depth=1).to("json")
    for eight in (8.0, Index(8), Fraction(8)):
        assert NET.summary(batch=eight, depth=Index(1)).to("json") == whole
        assert parse(SPEC, input=(3, eight, 8)).inputs == NET.inputs
        assert NET.check(max_params=eight).data.findings == NET.check(max_params=8).data.findings
