"""The top level of a spec: which keys there are, and what each holds before expansion."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from cnncalc.diagnostics import codes
from cnncalc.diagnostics.suggestion import nearest
from cnncalc.language.problems import SpecProblem
from cnncalc.language.tree import Mapping, Scalar, Sequence, Tree
from cnncalc.language.values import check_not_a_set, require_list, require_mapping, require_text
from cnncalc.language.words import COMPOSITES, ENTRY_KEYS
from cnncalc.layers.base.errors import BadValueError
from cnncalc.layers.base.kinds import sequence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cnncalc.layers.base.tensors import Layout, Shape

T = TypeVar("T")

KEYS = (
    "name", "description", "input", "inputs", "outputs", "layout", "variables", "blocks",
    "layers", "expect", "lint",
)  # fmt: skip

AXES: dict[str, tuple[str, ...]] = {
    "channels": ("channels", "features", "bands"),
    "depth": ("depth", "frames"),
    "height": ("height",),
    "width": ("width",),
    "length": ("length", "time", "steps"),
}
_TIMES = re.compile(r"\s*\d+(\s*[x×]\s*\d+)+\s*")


class Block(NamedTuple):
    """A layer type that the spec defines: its arguments with their defaults, its entries."""

    name: str
    arguments: dict[str, Tree | None]  # None: required
    entries: list[Tree] | None  # None: malformed


class Document(NamedTuple):
    """A spec as written, its parts told apart; what is malformed is empty, and a problem."""

    name: str
    layout: Layout
    inputs: dict[str, Tree | None]  # None: malformed
    outputs: list[Tree]
    variables: dict[str, Tree]
    blocks: dict[str, Block]
    entries: list[Tree]
    expect: Tree | None
    lint: Tree | None
    problems: tuple[SpecProblem, ...]


def read_document(root: Tree | None, default_name: str) -> Document:
    """Tell the parts of a spec apart; a problem in one does not hide those of others.

    Raises:
        SpecProblem: it has no parts.
    """
    top = _top(root)
    problems = list(_unknown_keys(top, KEYS, "a spec"))
    # A key that is misspelt is not missing, too.
    misspelt = {nearest(key.text, KEYS) for key, _ in top.pairs() if key.text not in KEYS}

    def part(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except SpecProblem as problem:
            missing = problem.at is top and problem.code == codes.MISSING_KEY
            if not missing or not misspelt & {"input", "inputs", "layers"}:
                problems.append(problem)
            return None

    name = part(lambda: _name(top, default_name))
    layout = part(lambda: _layout(top.get("layout")))
    inputs = part(lambda: _inputs(top))
    outputs = part(lambda: _outputs(top.get("outputs")))
    variables = part(lambda: _named(top.get("variables"), "`variables`"))
    bodies = part(lambda: _named(top.get("blocks"), "`blocks`"))
    blocks = {one: part(partial(_block, one, body)) for one, body in (bodies or {}).items()}
    entries = part(lambda: _entries(top))
    if layout is None or variables is None:  # then no shape can be relied on
        inputs = dict.fromkeys(inputs or ())
    return Document(
        name=name or default_name,
        layout=layout or "channels_first",
        inputs=inputs or {"input": None},
        outputs=outputs or [],
        variables=variables or {},
        blocks={one: block or Block(one, {}, None) for one, block in blocks.items()},
        # What is defined in a malformed part would only be missed in every entry.
        entries=entries if entries and variables is not None and bodies is not None else [],
        expect=top.get("expect"),
        lint=top.get("lint"),
        problems=tuple(problems),
    )


def _top(root: Tree | None) -> Mapping:
    if root is None or (isinstance(root, Scalar) and not root.text):
        raise SpecProblem(
            codes.EMPTY, "the spec is empty", help=("`cnncalc new` prints one to start from",)
        )
    top = require_mapping(root, "a spec")
    check_not_a_set(top)
    return top


def _name(top: Mapping, default: str) -> str:
    tree = top.get("name")
    return require_text(tree, "`name`") if tree is not None else default


def _entries(top: Mapping) -> list[Tree]:
    layers = top.get("layers")
    if layers is None:
        raise SpecProblem(codes.MISSING_KEY, "the spec has no `layers`", top, help=_LAYERS_HELP)
    return require_list(layers, "`layers`")


_LAYERS_HELP = ("`layers:` lists them, one `- type: {arguments}` each",)


def check_keys(mapping: Mapping, known: tuple[str, ...], what: str) -> None:
    """Refuse unknown keys, `x-...` for anchors excepted; raises `SpecProblem`."""
    check_not_a_set(mapping)
    for problem in _unknown_keys(mapping, known, what):
        raise problem


def _unknown_keys(mapping: Mapping, known: tuple[str, ...], what: str) -> Iterator[SpecProblem]:
    for key, _ in mapping.pairs():
        if key.text not in known and not key.text.startswith("x-"):
            close = nearest(key.text, known)
            yield SpecProblem(
                codes.UNKNOWN_KEY, f"{what} has no key `{key.text}`", key,
                label=f"did you mean `{close}`?" if close else "",
                help=(f"its keys are {', '.join(known)}",),
            )  # fmt: skip


def _layout(tree: Tree | None) -> Layout:
    if tree is None:
        return "channels_first"
    text = require_text(tree, "`layout`")
    if text == "channels_last":
        return "channels_last"
    if text == "channels_first":
        return "channels_first"
    raise SpecProblem(
        codes.BAD_VALUE, f"`layout` must be channels_first or channels_last, not {text}", tree
    )


def _inputs(top: Mapping) -> dict[str, Tree | None]:
    single, several = top.get("input"), top.get("inputs")
    if single is not None and several is not None:
        raise SpecProblem(codes.DUPLICATE_KEY, "give either `input` or `inputs`", top.key("inputs"))
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


def _outputs(tree: Tree | None) -> list[Tree]:
    if tree is None:
        return []
    if isinstance(tree, Scalar):
        return [tree]
    return require_list(tree, "`outputs`")


def _named(tree: Tree | None, what: str) -> dict[str, Tree]:
    if tree is None or (isinstance(tree, Scalar) and not tree.text):
        return {}
    return {key.text: value for key, value in require_mapping(tree, what).pairs()}


def _block(name: str, body: Tree) -> Block:
    what = f"the block `{name}`"
    if name in (*COMPOSITES, *ENTRY_KEYS):
        raise SpecProblem(
            codes.DUPLICATE_NAME, f"a block cannot be called `{name}`, a word of the language", body
        )
    if isinstance(body, Sequence):
        return Block(name, {}, body.items)
    mapping = require_mapping(body, what)
    check_keys(mapping, ("args", "layers", "description"), what)
    layers = mapping.get("layers")
    if layers is None:
        raise SpecProblem(codes.MISSING_KEY, f"{what} has no `layers`", mapping)
    arguments = _block_arguments(mapping.get("args"), name)
    return Block(name, arguments, require_list(layers, "`layers`"))


def _block_arguments(tree: Tree | None, block: str) -> dict[str, Tree | None]:
    if isinstance(tree, Sequence):
        return {require_text(item, "an argument"): None for item in tree.items}
    named = _named(tree, f"`args` of the block `{block}`")
    return {
        name: None if isinstance(value, Scalar) and not value.text and not value.quoted else value
        for name, value in named.items()
    }


def read_shape(tree: Tree, layout: Layout, value: Any) -> Shape:  # noqa: ANN401 - a plain value
    """An input's shape from a list, `3x32x32` or named axes; `[]` is one number a sample.

    Args:
        tree: where it stands.
        layout: the order that named axes are put in.
        value: the tree as a plain value, expressions computed.

    Raises:
        SpecProblem: it is none of these, or a size is not a whole number of 1 or more.
    """
    if isinstance(value, dict):
        sizes = _ordered_axes(tree, layout, value)
    elif isinstance(value, str) and _TIMES.fullmatch(value):
        sizes = _sizes(tree, value)
    elif isinstance(value, list):
        sizes = value
    elif isinstance(value, int) and not isinstance(value, bool):
        sizes = [value]
    else:
        raise _bad_shape(tree, "a shape is a list of sizes")
    for position, size in enumerate(sizes):
        at = tree.items[position] if isinstance(tree, Sequence) else tree
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            if size is None and position == 0:
                raise _bad_shape(at, "the batch dimension is never written")
            shown = at.text if isinstance(at, Scalar) else size
            raise _bad_shape(at, f"a size must be a whole number of 1 or more, not {shown}")
    return tuple(sizes)


def _sizes(tree: Tree, text: str) -> list[Any]:
    try:
        return list(sequence(text.strip()))
    except BadValueError as error:
        raise _bad_shape(tree, str(error)) from None


def _ordered_axes(tree: Tree, layout: Layout, value: dict[str, Any]) -> list[Any]:
    sizes: dict[str, Any] = {}
    for given, size in value.items():
        axis = next((axis for axis, names in AXES.items() if given in names), None)
        if axis is None:
            known = ", ".join(name for names in AXES.values() for name in names)
            raise _bad_shape(tree, f"unknown axis `{given}`; the axes are {known}")
        sizes[axis] = size
    order = [axis for axis in AXES if axis != "channels" and axis in sizes]
    channels = ["channels"] if "channels" in sizes else []
    order = [*order, *channels] if layout == "channels_last" else [*channels, *order]
    return [sizes[axis] for axis in order]


def _bad_shape(tree: Tree, message: str) -> SpecProblem:
    return SpecProblem(
        codes.BAD_VALUE, message, tree,
        help=("[3, 32, 32], 3x32x32, or {channels: 3, height: 32, width: 32}",),
    )  # fmt: skip
