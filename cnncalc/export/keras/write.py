"""The Keras file of a net: its functions, its model, and what proves it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cnncalc.export.headers import with_named_lists
from cnncalc.export.heading import docstring, grouped
from cnncalc.export.helpers import helper_texts
from cnncalc.export.keras.file import File
from cnncalc.export.keras.flow import Flow
from cnncalc.export.keras.helpers import HELPERS, text_of_helper
from cnncalc.export.keras.order import wants_moved
from cnncalc.export.keras.outputs import with_output_names
from cnncalc.export.keras.reserved import RESERVED
from cnncalc.export.order import first_wanted
from cnncalc.export.places import Place, Tensor, Unsaid
from cnncalc.export.python import Bracket, flat, fresh, identifier, laid_out, literal
from cnncalc.export.settle import settled
from cnncalc.export.statements import Line, names_of, with_inside, without_unread, written
from cnncalc.export.unused import without_unused
from cnncalc.export.variables import fixed_variables, variables_of
from cnncalc.layers.base.code import Missing
from cnncalc.layers.base.tensors import plural

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cnncalc.export.exported import Exported
    from cnncalc.export.follow import Follower
    from cnncalc.export.python import Code
    from cnncalc.export.statements import Statement
    from cnncalc.export.trace import Run, Trace
    from cnncalc.language.limits import Limits
    from cnncalc.language.parse import Parsed
    from cnncalc.language.syntax import Spec
    from cnncalc.layers.base.tensors import Shape
    from cnncalc.net.network import Network
    from cnncalc.net.node import Node


def write(  # noqa: PLR0913 - what a net is built from
    parsed: Parsed,
    *,
    name: str,
    overrides: Mapping[str, Any],
    shapes: Mapping[str, Shape],
    limits: Limits,
    follower: Follower | None = None,
) -> Exported:
    """The Keras file of a sound spec.

    Args:
        parsed: the spec.
        name: the net's name if the spec gives none.
        overrides: values of variables in place of the spec's.
        shapes: shapes of inputs in place of the spec's.
        limits: what building the net may cost.
        follower: what followed the spec, if its net was built before.
    """
    return settled(
        parsed, _Keras(), name=name, overrides=overrides, shapes=shapes, limits=limits,
        follower=follower,
    )  # fmt: skip


class _Keras:
    """Writes nets as Keras code."""

    def knows(self, node: Node) -> bool:
        return not isinstance(node.layer.keras_code(node.facts.inputs), Missing)

    def whole(self, spec: Spec, traces: list[Trace], frozen: set[str]) -> tuple[str, File]:
        file = File(spec, traces, frozen)
        return _whole(file, frozen), file

    def flat(self, spec: Spec, trace: Trace) -> Exported:
        file = File(spec, [trace], set(spec.variables))
        file.flat = True
        places = [Place(trace, trace.root.frame.variables)]
        from cnncalc.export.keras.unrolled import Unrolled  # noqa: PLC0415 - start-up

        made = Unrolled(file, trace, _inputs(file, Flow(file, set()), [trace.root], places))
        _returned(made.body, made.fill(), file)
        text = _text(file, made.body, set(spec.variables))
        return file.exported(text, flat=True)


def _whole(file: File, frozen: set[str]) -> str:
    body = Flow(file, set(file.spec.variables), top=True)
    file.bind(body)
    runs = [trace.root for trace in file.traces]
    places = [
        Place(trace, run.frame.variables) for trace, run in zip(file.traces, runs, strict=True)
    ]
    if any(len(trace.network.outputs) != len(file.network.outputs) for trace in file.traces):
        raise Unsaid("a changing number of outputs")
    tensors = _inputs(file, body, runs, places)
    body.known = {tensor.names: tensor for tensor in tensors}
    end = body.flow(runs, places, tensors if len(tensors) == 1 else [], "x")
    if file.spec.outputs:
        end = [
            body.found(tuple(trace.network.outputs[at] for trace in file.traces), places)
            for at in range(len(file.network.outputs))
        ]
    _returned(body, end, file)
    return _text(file, body, frozen)


def _inputs(file: File, body: Flow, runs: Sequence[Run], places: Sequence[Place]) -> list[Tensor]:
    """The inputs of the net, with their variables."""
    network = file.network
    alone = len(network.inputs) == 1
    found = []
    for one, shape in network.inputs.items():
        moved = network.layout == "channels_first" and len(shape) > 1
        if moved:
            moved = first_wanted(runs[0], wants_moved) if alone else _is_wanted_moved(file, one)
        own = [trace for trace in file.traces if one not in trace.network.settings]
        if len({trace.network.inputs[one] for trace in own}) > 1:
            raise Unsaid("an input that changes")
        text = "inputs" if alone else body.variable(identifier(one))
        found.append(body.result(tuple(one for _ in places), places, text, moved=moved))
    file.arriving = {tensor.names[0]: body.shown(tensor, places) for tensor in found}
    file.inputs = [tensor.text for tensor in found]
    return found


def _is_wanted_moved(file: File, name: str) -> bool:
    """Whether the first layer that takes one of several inputs has its channels last."""
    node = file.consumer_of(name)
    return node is None or wants_moved(node.layer, node.facts.inputs) is not False


def _returned(body: Flow, end: Sequence[Tensor], file: File) -> None:
    """The model of what arrives and what is given."""
    outputs = [one.text for one in end]
    body.statements = without_unused(body.statements, names_of(", ".join(outputs)))
    if file.spec.outputs and len(end) > 1:
        outputs = with_output_names(file, body, outputs)
    last = body.statements[-1] if body.statements else None
    if len(end) == 1 and isinstance(last, Line) and last.before == f"{outputs[0]} = ":
        outputs = ["outputs"]
        body.statements[-1] = last._replace(before="outputs = ")
    called = f'name="{identifier(file.network.name)}"'
    body.statements.append(
        Line(Bracket("keras.Model(", (_listed(file.inputs), _listed(outputs), called)), "return ")
    )
    file.given = [
        body.shown(one, [Place(file.traces[0], file.traces[0].root.frame.variables)]) for one in end
    ]


def _listed(variables: Sequence[str]) -> Code:
    """One variable, or several in a list."""
    if len(variables) == 1:
        return variables[0]
    return Bracket("[", tuple(variables), "]", literal=True)


def _text(file: File, body: Flow, frozen: set[str]) -> str:
    spec = file.spec
    wanted = body.reading(body.statements)
    computed, signature = variables_of(body, wanted, frozen, lambda one: file.function_of(one).name)
    taken = {*file.called.values(), *RESERVED}
    name = fresh(identifier(spec.name or file.network.name), taken)
    lines = laid_out(Bracket(f"def {name}(", tuple(signature), "):"), 0)
    statements = without_unread([*computed, *_arriving(file), *body.statements])
    lines += written(with_named_lists(_commented(statements), 1, body.taken), 1)
    parts = [file.functions[block].lines for block in file.order]
    parts += [laid_out(code, 0, before=f"{table} = ") for table, code in file.tables.items()]
    own = "\n\n\n".join(map("\n".join, [*parts, lines]))
    file.note_helpers(own)
    helpers = {one: text_of_helper(one) for one in HELPERS if one in file.modules}
    registered = [_registered(one, name) for one in helper_texts(helpers, own)]
    texts = [*registered, own, "\n".join(_proof(file, name))]
    docstring_ = _docstring(file, fixed_variables(file, wanted - frozen))
    head = [docstring_, "", *_imports("\n".join(texts[:-1]))]
    return "\n\n\n".join(["\n".join(head), *texts]) + "\n"


def _registered(helper: str, name: str) -> str:
    """A helper whose class Keras finds for a saved model, as the net's own.

    That of another net may take other arguments.
    """
    decorator = Bracket("@keras.saving.register_keras_serializable(", (f'package="{name}"',))
    before = "\n".join([*laid_out(decorator, 0), "class "])
    return re.sub("^class ", before, helper, flags=re.MULTILINE)


def _arriving(file: File) -> list[Statement]:
    """The inputs of the model."""
    network = file.network
    found: list[Statement] = []
    names = file.input_names
    for variable, name, one in zip(file.inputs, names, network.inputs, strict=True):
        items: list[Code] = [literal(file.arriving[one])]
        if file.takes_indices(one):
            items.append('dtype="int32"')
        if len(names) > 1:
            items.append(f'name="{name}"')
        found.append(Line(Bracket("keras.Input(", tuple(items)), f"{variable} = "))
    return found


def _commented(statements: Sequence[Statement]) -> list[Statement]:
    """Statements with the shapes as comments where they change, and not elsewhere."""
    found: list[Statement] = []
    before = unsaid = ""
    for one in statements:
        if isinstance(one, Line) and one.comment:
            unsaid = one.comment if not one.code and one.comment != before else unsaid
            if one.code:
                comment = "" if one.comment in {before, unsaid} else one.comment
                if unsaid:
                    comment = f"{unsaid} -> {comment}" if comment else unsaid
                found.append(one._replace(comment=comment))
                unsaid = ""
            before = one.comment
            continue
        found.append(with_inside(one, _bare))
    return found


def _bare(statements: Sequence[Statement]) -> list[Statement]:
    """Statements without comments: in another turn the shapes are others."""
    found: list[Statement] = []
    for one in statements:
        if isinstance(one, Line):
            found += [one._replace(comment="")] if one.code else []
        else:
            found.append(with_inside(one, _bare))
    return found


def _imports(texts: str) -> list[str]:
    used = [one for one in ("layers", "ops") if re.search(rf"\b{one}\.", texts)]
    found = ["import math", ""] if "math." in texts else []
    found.append("import keras")
    return [*found, f"from keras import {', '.join(used)}"] if used else found


def _kept(network: Network) -> str:
    """What a net keeps beside its parameters."""
    names = {weight.name for node in network.layers for weight in node.weights if weight.buffer}
    running = all(name.startswith("running") for name in names)
    return "running statistics" if running else "weights that are not learned"


def _docstring(file: File, fixed: Sequence[str]) -> str:
    network = file.used
    totals = network.totals
    shapes = {one: flat(literal(shape)) for one, shape in file.arriving.items()}
    inputs = ", ".join(f"{one} {shape}" for one, shape in shapes.items())
    if len(shapes) == 1:
        inputs = next(iter(shapes.values()))
    kept = f" and {totals.buffers:,} {_kept(network)}" if totals.buffers else ""
    sums = f"{totals.params:,} parameters{kept}, {totals.macs:,} MACs"
    facts = f"Input {inputs}; {sums}."
    if file.unused:
        params = file.network.totals.params - totals.params
        layers = f"{plural(len(file.unused), 'layer')} with {plural(params, 'parameter')}"
        facts += f" Without {layers}, whose results no output needs."
    moved = any(file.arriving[one] != tuple(shape) for one, shape in network.inputs.items())
    return docstring(
        network.name, file.spec.description, facts, flattened=file.flattened,
        structure=file.structure, fixed=fixed,
        order="The channels come last here, as Keras has them; the spec has them first."
        if moved else None,
    )  # fmt: skip


def _proof(file: File, name: str) -> list[str]:
    totals = file.used.totals
    count = grouped(totals.params)
    count += f" + {grouped(totals.buffers)}" if totals.buffers else ""
    shapes = [f"(None, {', '.join(map(str, shape))})" for shape in file.given]
    output = shapes[0] if len(shapes) == 1 else f"[{', '.join(shapes)}]"
    lines = [
        'if __name__ == "__main__":',
        f"    model = {name}()",
        f"    assert model.count_params() == {count}",
    ]
    if len(shapes) == 1:
        return [*lines, f"    assert model.output_shape == {output}"]
    lines += [f"    assert model.output_shape[{at}] == {one}" for at, one in enumerate(shapes)]
    return lines
