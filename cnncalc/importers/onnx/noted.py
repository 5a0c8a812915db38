"""What exporters note of a node: its modules, their classes, and the call that it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cnncalc.named_tuple import NamedTuple

if TYPE_CHECKING:
    from cnncalc.importers.onnx.proto import Node

_SCOPES = "pkg.torch.onnx.name_scopes"
_CLASSES = "pkg.torch.onnx.class_hierarchy"
_CALL = "pkg.torch.onnx.fx_node"
_RULES = "pkg.onnxscript.rewriter.rule_name"

_QUOTED = re.compile(r"'([^']*)'")
_TARGET = re.compile(r"target=torch\.ops\.aten\.(\w+)")
_ARGUMENTS = re.compile(r"args = \(([^,()\[]+), ([^,()\[]+)(?:, ([^,()\[]+))?")
_BIASED = frozenset({"linear", "conv1d", "conv2d", "conv3d", "convolution", "conv_transpose2d",
                     "conv_transpose1d", "conv_transpose3d"})  # fmt: skip


class Modules(NamedTuple):
    """The modules around a node, outermost first, each with the qualified name of its class."""

    path: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()


def modules_of(node: Node) -> Modules:
    """The modules that a node stands in, as its exporter notes them.

    PyTorch's newer exporter has them in the metadata, the older one in the node's name
    (`/layer1/layer1.0/conv1/Conv`).
    """
    if _SCOPES in node.metadata:
        scopes = _QUOTED.findall(node.metadata[_SCOPES])[1:-1]
        classes = _QUOTED.findall(node.metadata.get(_CLASSES, ""))[1:-1]
        path, kept, before = [], [], ""
        for index, scope in enumerate(scopes):
            own = scope.removeprefix(f"{before}.") if before else scope
            before = scope
            parts = own.split(".")
            path += parts
            kept += [""] * (len(parts) - 1) + [classes[index] if index < len(classes) else ""]
        return Modules(tuple(path), tuple(kept))
    if "/" not in node.name:
        return Modules()
    before, names = "", []
    for part in node.name.strip("/").split("/")[:-1]:
        names += (part.removeprefix(f"{before}.") if before else part).split(".")
        before = part
    return Modules(tuple(name for name in names if name))


def noted(node: Node) -> bool:
    """Whether an exporter notes the modules of a node, be there none."""
    return _SCOPES in node.metadata


def takes_bias(node: Node) -> bool | None:
    """Whether the call that a node was had a bias; None where that is not noted."""
    call = node.metadata.get(_CALL, "")
    target, arguments = _TARGET.search(call), _ARGUMENTS.search(call)
    if target is None or arguments is None:
        return None
    if target[1] == "addmm":
        return True
    if target[1] in _BIASED:
        return bool(arguments[3]) and arguments[3].startswith("%")
    return None


def takes_parameter(node: Node) -> bool | None:
    """Whether the call that a node was had a parameter among its arguments; None if not noted."""
    call = node.metadata.get(_CALL)
    return None if call is None else "%p_" in call


def takes_rows(node: Node) -> bool:
    """Whether the call that a node was had rows of a table among its arguments."""
    return "%embedding" in node.metadata.get(_CALL, "")


def folded_batchnorm(node: Node) -> bool:
    """Whether the newer exporter notes that it folded a batch norm into a node."""
    return "FuseBatchNormInto" in node.metadata.get(_RULES, "")


def renamed(node: Node) -> bool:
    """Whether the older exporter replaced a node's weights by computed ones."""
    return len(node.inputs) > 1 and node.inputs[1].startswith(f"onnx::{node.op}_")
