"""Random syntax trees: values, entries and whole specs, as `parse` can give them."""

from __future__ import annotations

from hypothesis import strategies as st

from cnncalc.language.syntax import (
    Beside,
    Block,
    Branch,
    Choice,
    Entries,
    Expression,
    ForColumns,
    ForRows,
    Group,
    Key,
    Layer,
    List,
    Literal,
    Map,
    Parallel,
    Repeat,
    Residual,
    Spec,
    Template,
)
from cnncalc.language.tree import Position, Scalar
from cnncalc.language.values import scalar_value
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS

WORDS = (
    "conv", "relu", "a b", "3x3", "017", "1e-4", "true", "null", "~", "no", "- x", "a: b", "a #b",
    "x,y", "[z", "{w}", "*p", "&q", "!r", "it's", 'say "so"', "back\\slash", "two\nlines", " pad ",
    "tab\there", "é𝄞", "---", "<<", "?", ":", "-", "%", "@", "`", "\u2028", "x:", "=", "1_000", "",
)  # fmt: skip

texts = st.sampled_from(WORDS) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="$"), max_size=8
)
names = texts.filter(lambda text: text not in ("", "by", "branches") and ")" not in text)
variables = st.sampled_from(["i", "width"])
expressions = st.builds(
    "{}${}{}".format, st.sampled_from(["", "2 * ", "max(1, "]), variables, texts
).map(Expression)  # fmt: skip
templates = st.builds("{}${}".format, texts, variables).map(Template) | (names.map(Template))
#: A whole number is read as one, however it is written.
fractions = st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: not x.is_integer())
literals = st.one_of(st.none(), st.booleans(), st.integers(), fractions, texts).map(Literal)


def _mapping(keys: st.SearchStrategy, values: st.SearchStrategy) -> st.SearchStrategy:
    return st.dictionaries(keys, values, max_size=3)


def _map(values: st.SearchStrategy) -> st.SearchStrategy:
    return _mapping(names, values).map(
        lambda pairs: Map(tuple((Key(key), value) for key, value in pairs.items()))
    )


def _lists(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(values, max_size=4).map(lambda items: List(tuple(items)))


def _key(row: Literal) -> str:
    """What tells the key of a row from the others: `true` and `"true"` are the same key."""
    return str(row.value).lower() if isinstance(row.value, bool) else str(row.value)


values = st.recursive(
    literals | expressions, lambda inner: _lists(inner) | _map(inner), max_leaves=8
)
choices = st.builds(
    Choice,
    expressions | literals,
    st.dictionaries(literals, values, min_size=1, max_size=3).map(lambda rows: tuple(rows.items())),
).filter(lambda choice: all(row.value not in ("by", None) and ")" not in row.text and
                            row.text for row, _ in choice.rows)
         and len({_key(row) for row, _ in choice.rows}) == len(choice.rows))  # fmt: skip

loops = st.one_of(
    st.builds(Repeat, values),
    st.builds(ForRows, names.map(lambda name: (name,)), values, single=st.booleans()),
    st.builds(ForRows, st.lists(names, min_size=2, max_size=3).map(tuple), values,
              single=st.sampled_from([False])),
    st.builds(ForColumns, _map(values)),
)  # fmt: skip


def _optional(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


from_ = st.lists(templates, min_size=1, max_size=3).map(lambda items: List(tuple(items)))
besides = st.just(Beside()) | st.builds(
    Beside,
    name=_optional(templates),
    inputs=_optional(from_),
    when=_optional(values),
    share=_optional(templates),
    trainable=_optional(values),
    expect=_optional(values),
    regularizer=_optional(values),
    weights=_optional(values),
    tap=_optional(values),
    dtype=_optional(values),
    loop=_optional(loops),
)
types = st.sampled_from(["conv", "relu", "$kind", "my block", "3"]) | names.filter(
    lambda name: name not in (*ENTRY_KEYS, *COMPOSITES, "none")
)
arguments = values.filter(lambda value: value != Literal(None))  # that is no arguments
layers = st.builds(Layer, types, _optional(arguments), besides) | st.builds(
    lambda beside, share: Layer("", None, beside._replace(share=share)), besides, templates
)


def _entries(entry: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(entry, max_size=3).map(Entries)


def _composites(entry: st.SearchStrategy) -> st.SearchStrategy:
    inner = _entries(entry)
    groups = st.builds(Group, inner, besides)
    branches = st.lists(
        inner.map(lambda found: Branch("", found)) | groups, min_size=1, max_size=3
    ) | (
        st.dictionaries(names, inner, min_size=1, max_size=3).map(
            lambda found: [Branch(name, body) for name, body in found.items()]
        )
    )
    merges = _optional(st.sampled_from([Layer("add"), Layer("concat")]) | entry)
    return st.one_of(
        st.builds(Group, inner, besides),
        st.builds(Residual, inner, _optional(inner), merges, besides),
        st.builds(Parallel, branches.map(tuple), merges, besides),
    )


entries = st.recursive(layers, _composites, max_leaves=6)


def _is_word(name: str) -> bool:
    """Whether YAML without quotes reads this as a text, and not as a number, `true` or null."""
    return isinstance(scalar_value(Scalar(name, Position(), quoted=False)), str)


blocks = st.builds(
    lambda *parts: parts,
    _mapping(names, _optional(values)),
    _entries(entries),
    _optional(values),
    st.lists(
        names.filter(lambda name: not {*name} & {*"/$"} and name != "input"),
        max_size=2,
        unique=True,
    ).map(tuple),
    st.lists(templates, max_size=2).map(tuple),
)
block_names = names.filter(
    lambda name: name not in (*ENTRY_KEYS, *COMPOSITES) and _is_word(name) and name[:2] != "x-"
)

specs = st.builds(
    Spec,
    inputs=st.dictionaries(names, values, min_size=1, max_size=2)
    | st.builds(lambda value: {"input": value}, values),
    entries=_entries(entries),
    name=_optional(names),
    description=_optional(values),
    layout=st.sampled_from([None, "channels_first", "channels_last"]),
    outputs=st.lists(templates, max_size=2).map(tuple),
    variables=_mapping(names, values | choices),
    blocks=_mapping(block_names, blocks).map(
        lambda found: {name: Block(name, *parts) for name, parts in found.items()}
    ),
    expect=_optional(values),
    lint=_optional(values),
    values=_optional(values),
    gradient=_optional(values),
)
