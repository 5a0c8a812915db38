"""From YAML to the syntax tree: the top level of a spec and its blocks; `entries` has the rest."""

from __future__ import annotations

from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.entries import check_keys, entries_of, unknown_keys
from cnncalc.language.limits import MOST_ERRORS
from cnncalc.language.problems import SpecProblem
from cnncalc.language.syntax import Block, Entries, Malformed, Spec, Template, Value
from cnncalc.language.tree import Mapping, Position, Scalar, Sequence, Tree, read_tree
from cnncalc.language.values import (
    check_not_a_set,
    is_empty,
    is_null,
    require_list,
    require_mapping,
    require_text,
    scalar_value,
    template_of,
    value_of,
)
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.language.limits import Limits
    from cnncalc.layers.base.tensors import Layout

T = TypeVar("T")

KEYS = (
    "name", "description", "input", "inputs", "outputs", "layout", "variables", "blocks",
    "layers", "expect", "lint", "values", "gradient", "dtype",
)  # fmt: skip


class Parsed(NamedTuple):
    """A spec as far as its parts could be told apart; what is malformed is empty, and a problem."""

    spec: Spec
    problems: tuple[SpecProblem, ...]


def parse(text: str, limits: Limits) -> Parsed:
    """The syntax tree of a text; a problem in one part does not hide those of others.

    Raises:
        SpecProblem: it is not YAML, has no parts, or exceeds a limit.
    """
    return read_spec(read_tree(text, limits))


def read_spec(root: Tree | None) -> Parsed:
    """Tell the parts of a spec apart; raises `SpecProblem` if it has none."""
    top = _top(root)
    problems = list(islice(unknown_keys(top, KEYS, "a spec"), MOST_ERRORS + 1))

    @cache
    def misspelt() -> set[str]:
        """What unknown keys may be meant as: a key that is misspelt is not missing, too."""
        return {nearest(key.text, KEYS) for key, _ in top.pairs() if key.text not in KEYS}

    def part(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except SpecProblem as problem:
            missing = problem.at is top and problem.code == codes.MISSING_KEY
            if not missing or not misspelt() & {"input", "inputs", "layers"}:
                problems.append(problem)
            return None

    def value(key: str) -> Value | None:
        tree = top.get(key)
        return value_of(tree) if tree is not None else None

    name = part(lambda: _name(top.get("name")))
    layout = part(lambda: _layout(top.get("layout")))
    inputs = part(lambda: _inputs(top))
    outputs = part(lambda: _outputs(top.get("outputs")))
    variables = part(lambda: _named(top.get("variables"), "`variables`"))
    bodies = part(lambda: _named(top.get("blocks"), "`blocks`"))
    blocks = {one: part(partial(_block, one, body)) for one, body in (bodies or {}).items()}
    entries = part(lambda: _entries(top))
    shapes: dict[str, Value | None] = {
        one: value_of(tree) if tree is not None else None for one, tree in (inputs or {}).items()
    }
    unknown_layout = layout is None and top.get("layout") is not None
    if unknown_layout or variables is None:  # then no shape can be relied on
        shapes = dict.fromkeys(inputs or ())
    # What is defined in a malformed part would only be missed in every entry.
    usable = entries is not None and variables is not None and bodies is not None
    spec = Spec(
        inputs=shapes or {"input": None},
        entries=entries if entries is not None and usable else Entries([]),
        name=name,
        description=value("description"),
        layout=layout,
        outputs=outputs or (),
        variables={one: value_of(tree) for one, tree in (variables or {}).items()},
        blocks={one: block or Block(one, {}, None) for one, block in blocks.items()},
        expect=value("expect"),
        lint=value("lint"),
        values=value("values"),
        gradient=value("gradient"),
        dtype=value("dtype"),
    )
    return Parsed(spec, tuple(problems))


def _top(root: Tree | None) -> Mapping:
    if root is None or (isinstance(root, Scalar) and not root.text):
        raise SpecProblem(
            codes.EMPTY, "the spec is empty", help=("`cnncalc new` prints one to start from",)
        )
    top = require_mapping(root, "a spec")
    check_not_a_set(top)
    return top


def _name(tree: Tree | None) -> str | None:
    return require_text(tree, "`name`") if tree is not None else None


def _entries(top: Mapping) -> Entries:
    layers = top.get("layers")
    if layers is None:
        raise SpecProblem(
            codes.MISSING_KEY, "the spec has no `layers`", top,
            help=("`layers:` lists them, one `- type: {arguments}` each",),
        )  # fmt: skip
    require_list(layers, "`layers`")
    return entries_of(layers, "`layers`")


#: The orders of axes as other tools write them, and what they are here.
_LAYOUTS = {
    **dict.fromkeys(("NCHW", "CHW", "NCW", "NCDHW"), "channels_first"),
    **dict.fromkeys(("NHWC", "HWC", "NWC", "NDHWC"), "channels_last"),
}


def _layout(tree: Tree | None) -> Layout | None:
    if tree is None:
        return None
    text = require_text(tree, "`layout`")
    if text == "channels_last":
        return "channels_last"
    if text == "channels_first":
        return "channels_first"
    meant = _LAYOUTS.get(text.upper()) or nearest(text, _LAYOUTS.values())
    raise SpecProblem(
        codes.BAD_VALUE, f"`layout` must be channels_first or channels_last, not {text}", tree,
        label=f"did you mean `{meant}`?" if meant else "",
    )  # fmt: skip


def _inputs(top: Mapping) -> dict[str, Tree | None]:
    single, several = top.get("input"), top.get("inputs")
    if single is not None and several is not None:
        raise SpecProblem(codes.DUPLICATE_KEY, "give either `input` or `inputs`", top.key("inputs"))
    if isinstance(several, Sequence):
        raise SpecProblem(
            codes.WRONG_TYPE, "`inputs` must be a mapping, `key: value`", several,
            help=("`input: [3, 32, 32]` is the shape of the only input",
                  "`inputs: {left: [3, 32, 32], right: [3, 32, 32]}` names several"),
        )  # fmt: skip
    if several is not None:
        inputs = _named(several, "`inputs`")
        if not inputs:
            raise SpecProblem(codes.MISSING_KEY, "`inputs` names no input", several)
        return {**inputs}
    if single is None:
        raise SpecProblem(
            codes.MISSING_KEY, "the spec has no `input`", top,
            help=("`input: [3, 32, 32]`: channels, height, width",),
        )  # fmt: skip
    return {"input": single}


def _outputs(tree: Tree | None) -> tuple[Template | Malformed, ...]:
    if tree is None:
        return ()
    trees = [tree] if isinstance(tree, Scalar) else require_list(tree, "`outputs`")
    return tuple(template_of(one) for one in trees)


def _named(tree: Tree | None, what: str) -> dict[str, Tree]:
    if tree is None or is_null(tree):
        return {}
    return {key.text: value for key, value in require_mapping(tree, what).pairs()}


def _block(name: str, body: Tree) -> Block:
    what = f"the block `{name}`"
    if name in (*COMPOSITES, *ENTRY_KEYS):
        raise SpecProblem(
            codes.DUPLICATE_NAME, f"a block cannot be called `{name}`, a word of the language", body
        )
    if name.startswith("x-") or not isinstance(
        scalar_value(Scalar(name, Position(), quoted=False)), str
    ):
        raise SpecProblem(
            codes.WRONG_TYPE,
            f"a block cannot be called `{name}`: its name is a word, without `x-` before it", body,
        )  # fmt: skip
    if isinstance(body, Sequence):
        return Block(name, {}, entries_of(body, "`layers`"))
    mapping = require_mapping(body, what)
    check_keys(mapping, ("args", "inputs", "layers", "outputs", "description"), what)
    layers = mapping.get("layers")
    if layers is None:
        raise SpecProblem(codes.MISSING_KEY, f"{what} has no `layers`", mapping)
    arguments = _block_arguments(mapping.get("args"), name)
    require_list(layers, "`layers`")
    description = mapping.get("description")
    return Block(
        name, arguments, entries_of(layers, "`layers`"),
        value_of(description) if description is not None else None,
        _block_inputs(mapping.get("inputs"), what), _outputs(mapping.get("outputs")),
    )  # fmt: skip


def _block_inputs(tree: Tree | None, what: str) -> tuple[str, ...]:
    if tree is None:
        return ()
    trees = [tree] if isinstance(tree, Scalar) else require_list(tree, "`inputs`")
    names = [require_text(one, "an input") for one in trees]
    seen: set[str] = set()
    for name, at in zip(names, trees, strict=True):
        if name in seen or name == "input" or "/" in name or "$" in name:
            problem = "appears twice" if name in seen else "cannot be the name of one"
            raise SpecProblem(
                codes.DUPLICATE_NAME, f"`{name}` {problem} among the inputs of {what}", at
            )
        seen.add(name)
    return tuple(names)


def _block_arguments(tree: Tree | None, block: str) -> dict[str, Value | None]:
    if isinstance(tree, Sequence):
        return {require_text(item, "an argument"): None for item in tree.items}
    named = _named(tree, f"`args` of the block `{block}`")
    return {name: None if is_empty(value) else value_of(value) for name, value in named.items()}
