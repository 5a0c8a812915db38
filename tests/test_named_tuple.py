"""Named tuples of our own are those of `typing`."""

from __future__ import annotations

import inspect
import pickle
import typing

import pytest

from cnncalc import named_tuple

SOURCE = '''
from __future__ import annotations

class Point(NamedTuple):
    """Where."""

    x: int
    y: Unknown | None = None
    tags: tuple[str, ...] = ()

    KIND = "point"

    @property
    def shifted(self) -> Point:
        return self._replace(x=self.x + 1)

    def __repr__(self) -> str:
        return f"<{self.x}>"
'''


def made(base):
    space = {"NamedTuple": base, "__name__": __name__}
    exec(compile(SOURCE, "<test>", "exec"), space)  # noqa: S102 - the same class twice
    return space["Point"]


OURS, THEIRS = made(named_tuple.NamedTuple), made(typing.NamedTuple)


@pytest.mark.parametrize(
    "name",
    ["_fields", "_field_defaults", "__doc__", "__module__", "__qualname__", "__name__",
     "__bases__", "__match_args__", "__slots__", "KIND"],
)  # fmt: skip
def test_a_class_is_described_alike(name):
    assert getattr(OURS, name) == getattr(THEIRS, name)


def test_values_behave_alike():
    ours, theirs = OURS(1, tags=("a",)), THEIRS(1, tags=("a",))
    assert ours == theirs == (1, None, ("a",))
    assert (repr(ours), ours.shifted, ours._asdict()) == (
        repr(theirs), theirs.shifted, theirs._asdict(),
    )  # fmt: skip


@pytest.mark.parametrize(("given", "named"), [((), {}), ((1, 2, 3, 4), {}), ((1,), {"z": 1})])
def test_wrong_arguments_are_refused_alike(given, named):
    with pytest.raises(TypeError) as theirs:
        THEIRS(*given, **named)
    with pytest.raises(TypeError) as ours:
        OURS(*given, **named)
    assert str(ours.value) == str(theirs.value)


@pytest.mark.parametrize("count", range(12))
def test_every_count_of_fields(count):
    fields = [f"name_{at}" for at in range(count)]
    space = {"__annotations__": dict.fromkeys(fields, "int"), "__module__": "m"}
    ours = type(named_tuple.NamedTuple)("Row", (named_tuple.NamedTuple,), dict(space))
    theirs = typing.NamedTuple("Row", [(name, int) for name in fields])
    values = tuple(range(count))
    assert repr(ours._make(values)) == repr(theirs._make(values))
    assert ours(**dict(zip(fields, values, strict=True))) == values
    assert [getattr(ours(*values), name) for name in fields] == list(values)
    assert inspect.signature(ours).parameters.keys() == inspect.signature(theirs).parameters.keys()


def test_what_does_not_fit_is_refused_alike():
    with pytest.raises(TypeError) as theirs:
        THEIRS._make([1])
    with pytest.raises(TypeError) as ours:
        OURS._make([1])
    assert str(ours.value) == str(theirs.value)
    with pytest.raises((TypeError, ValueError)) as theirs:  # the type of the error by version
        THEIRS(1)._replace(z=1, t=2)
    with pytest.raises(TypeError) as ours:
        OURS(1)._replace(z=1, t=2)
    assert str(ours.value) == str(theirs.value)


def test_a_value_is_matched_by_position():
    match OURS(1, 2):
        case OURS(x, y, ()):  # the tags
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("not matched")


def test_a_value_can_be_pickled(monkeypatch):
    monkeypatch.setitem(globals(), "Point", OURS)
    assert pickle.loads(pickle.dumps(OURS(2))) == (2, None, ())  # noqa: S301 - our own
