"""Mutants of the packaged and example specs: of nodes, of tokens, of bytes."""

from __future__ import annotations

import re
from copy import deepcopy
from functools import cache
from pathlib import Path

import yaml

from .specs import digits
from .texts import hostile, yaml_text

ROOT = Path(__file__).parent.parent.parent
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_MOST_NODES = 5_000  # of a tree in which something is still doubled
_TOKEN = re.compile(r"\s+|\w+|.", re.DOTALL)
_WORDS = (
    "conv", "dense", "relu", "add", "concat", "flatten", "residual", "parallel", "repeat", "layers",
    "from", "name", "when", "for", "in", "shape", "expect", "input", "inputs", "outputs", "lint",
    "values", "weights", "share", "body", "shortcut", "branches", "merge", "none", "same", "valid",
    "$i", "$in_channels", "$in_size", "[]", "{}", "null", "true", "-1", "0", "~", "&a", "*a", "<<",
)  # fmt: skip


@cache
def originals():
    """The texts of all specs, the short ones several times, so that they are drawn more often."""
    paths = sorted(
        path
        for folder in ("cnncalc/zoo", "examples", "tests/data/forum", "tests/data/compare")
        for path in (ROOT / folder).rglob("*.yaml")
    )
    texts = [path.read_text(encoding="utf-8") for path in paths]
    return tuple(text for text in texts for _ in range(1 + 2_000 // len(text)))


def _places(node, found):
    """Every place in a tree: its container and its key or index."""
    for key, part in node.items() if isinstance(node, dict) else enumerate(node):
        found.append((node, key))
        if isinstance(part, (dict, list)):
            _places(part, found)
    return found


@cache
def _tree(text):
    return yaml.safe_load(text)


def of_nodes(source):
    """Nodes of the YAML tree are removed, exchanged, doubled, or replaced."""
    tree = mutated(source, deepcopy(_tree(source.choice(originals()))))
    flow = source.choice([True, None])
    return yaml.dump(tree, Dumper=_DUMPER, sort_keys=False, default_flow_style=flow)


def mutated(source, tree):
    """A tree of lists and mappings with a few nodes changed."""
    for _ in range(source.choice([1, 1, 2, 4])):
        places = _places(tree, [])
        if not places:
            break
        node, key = source.choice(places)
        other, its_key = source.choice(places)
        act = source.choice(["remove", "exchange", "double", "number", "word", "wrap", "text"])
        if act == "remove":
            del node[key]
        elif act == "exchange":
            node[key] = deepcopy(other[its_key])
        elif act == "double" and isinstance(node, list) and len(places) < _MOST_NODES:
            node[key:key] = node[key : key + 1] * source.choice([1, 2, 100])
        elif act == "number":
            node[key] = source.choice([-1, 0, 1, 2, 3, 7, 1.5, 10**6, 2**63, 10**300, True, None])
        elif act == "word":
            node[key] = source.choice(_WORDS)
        elif act == "wrap":
            node[key] = source.choice([[node[key]], {source.choice(_WORDS): node[key]}])
        else:
            node[key] = hostile(source).encode("utf-8", "replace").decode()
    return tree


def of_tokens(source):
    """Words and signs are removed, doubled, exchanged, or replaced."""
    tokens = _TOKEN.findall(source.choice(originals()))
    for _ in range(source.choice([1, 1, 2, 5])):
        at = source.randrange(len(tokens))
        others = ("", tokens[at] * 2, source.choice(tokens), source.choice(_WORDS),
                  digits(source)[:400], yaml_text(hostile(source)))  # fmt: skip
        tokens[at] = source.choice(others)
    return "".join(tokens)


def of_bytes(source):
    """Bytes are changed, removed, doubled, or cut off."""
    return changed(source, source.choice(originals()).encode())


def changed(source, original):
    """A few changes of bytes."""
    data = bytearray(original)
    for _ in range(source.choice([1, 2, 8])):
        at = source.randrange(len(data))
        stretch = slice(at, at + source.choice([1, 1, 4, 40]))
        data[stretch] = source.choice(
            [b"", bytes([source.randrange(256)]), data[stretch] * 2, b"\x00", b"\xff\xfe", b"\xc0",
             "\u2028".encode(), b"\r", b"\x1b[1m", b"\xed\xa0\x80", b"\t"]
        )  # fmt: skip
        if not data:
            break
    return bytes(data[: source.choice([len(data), len(data), source.randrange(len(data) + 1)])])


KINDS = (of_nodes, of_tokens, of_bytes)
