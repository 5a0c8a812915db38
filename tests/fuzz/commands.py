"""Command lines: every command and format, with options as a user may give them, and odd ones."""

from __future__ import annotations

from typing import NamedTuple, get_args

from cnncalc.cli.commands import COMMANDS as NAMES
from cnncalc.cli.commands import command_of
from cnncalc.cli.declared import Option, parameters

from .specs import digits
from .texts import hostile

#: Stand for paths in a command line, until there are any: of the spec, of another one drawn in the
#: same way, and what a path to write to begins with.
NET, OTHER, OUT = "NET", "OTHER", "OUT"

#: What options that take a text are given; those of the rest are read from their declarations.
TEXTS = {
    "--columns": ("name,inputs,input,params%", "output"), "--sort": ("name", "params"),
    "--total-of": ("macs", "layers"), "--count": ("fvcore",), "--input": ("16,32", "3x8x8", "8x8"),
    "--hidden": ("10", "10,5"), "--optimizer": ("adam", "rmsprop+momentum"), "--select": ("ALL",),
    "--ignore": ("L4",), "--max-params": ("5M",), "--max-macs": ("10",), "--min-params": ("3",),
    "--fits": ("1GiB",), "--flash": ("1MiB",), "--ram": ("10KiB",), "--explain": ("thop",),
    "--out": ("4", "4x4"), "--date": ("today",),
    "--max-size": ("100", "1000000"), "--max-layers": ("100", "100000"),
    "--against": (OTHER, "tests/data/small.onnx", "tests/data/small.keras", "zoo:lenet5"),
    "--output": tuple(f"{OUT}.{end}" for end in ("svg", "mmd", "dot", "txt", "html")),
}  # fmt: skip
#: Options that run other programs, or print another thing in a format of its own.
_OUTSIDE = ("--check", "--python", "--list")


class Known(NamedTuple):
    """A command about a net: its formats, and options with their values."""

    formats: list[str]
    options: list[str]
    several: bool  # whether it takes several nets


def _options(option):
    """An option with each of a few values."""
    name = option.names[0]
    if option.plain is bool:
        return [one for names in option.names for one in names.split("/") if one.startswith("--")]
    if option.plain is int:
        values = TEXTS.get(name, ("1", "3", "100"))
    else:
        values = get_args(option.plain) or TEXTS.get(name, ())
    return [f"{name}={value}" for value in values]


def _known(command):
    """What the declarations of a command say that it takes; None if it takes no net."""
    declared = list(parameters(command))
    if declared[0].name not in ("net", "nets", "source"):
        return None
    options = [one for one in declared if isinstance(one.declared, Option)]
    formats = [word for one in options if one.name == "format" for word in get_args(one.plain)]
    others = [one for one in options if one.name != "format" and one.names[0] not in _OUTSIDE]
    words = [word for one in others for word in _options(one)]
    return Known(formats, words, several=declared[0].several)


COMMANDS = {name: known for name in NAMES if (known := _known(command_of(name))) is not None}


#: Options that stand beside a layer.
_OF_A_LAYER = {
    "explain": ([], ["--picture"], ["--symbols"]),
    "solve": (["--out", "4"], ["--out", "4x4"], ["--out", "9" * 400]),
    "compute": ([], ["--steps"], ["--backward"]),
}


def command(source, net, *, model=False):
    """A command line about the net of this path, which may be a model."""
    names = (
        [*COMMANDS, *["import"] * 3] if model else [name for name in COMMANDS if name != "import"]
    )
    name = source.choice(names)
    formats, options, several = COMMANDS[name]
    line = [name, net]
    if several and source.random() < (0.7 if name == "compare" else 0.1):
        line.append(source.choice([net, OTHER, "examples/tutorial_cnn.yaml", "zoo:lenet5"]))
    if name in _OF_A_LAYER and source.random() < 0.3:
        line.append(source.choice(["conv_1", "dense_1", hostile(source)]))
        line += source.choice(_OF_A_LAYER[name])
    if formats and source.random() < 0.85:
        line += ["--format", source.choice(formats)]
    line += _drawn(source, options)
    if name in ("compare", "solve") and len(line) == 2 + 2 * ("--format" in line):
        line.append({"compare": "--mlp", "solve": "--divisible"}[name])
    if source.random() < 0.05:
        line += _odd(source)
    return [word.replace("\0", "0") for word in line]


def _drawn(source, options):
    """A few options: each name is as likely as the others, of however many values."""
    names = sorted({option.partition("=")[0] for option in options})
    drawn = source.sample(names, min(len(names), source.choice([0, 0, 1, 1, 2])))
    return [
        source.choice([one for one in options if one.partition("=")[0] == name]) for name in drawn
    ]


def _odd(source):
    """Options with a value that nobody means."""
    value = source.choice([digits(source), hostile(source), "", "a=b", "3x8x8"])
    name = source.choice(
        ["--set", "--input", "--format", "--batch", "--depth", "--columns", "--sort", "--count",
         "--max-layers", "--max-size", "--max-params", "--fits", "--out", "--kernel", "--optimizer",
         "--hidden", "--select", "--layer", "--nonsense", hostile(source)]
    )  # fmt: skip
    if name == "--set":
        value = f"{source.choice(['v', 'width', hostile(source)])}={value}"
    return source.choice([[name, value], [f"{name}={value}"], [value], [name]])


def without_net(source):
    """A command line of any words."""
    words = ["summarize", "compare", "explain", "check", "memory", "conventions", "solve",
             "report", "draw", "compute", "export", "import", "layers",
             "schema", "new", "--list", "--help", "--version", "-",
             "zoo:lenet5", "E203", "conv", "--of", "--in", "--out", "--kernel", "--transposed",
             "--pool", "--ceil", "224", "--stride", "--padding", "--limit", "3", "7"]  # fmt: skip
    line = [
        source.choice([source.choice(words)] * 6 + [digits(source), hostile(source)])
        for _ in range(source.choice([1, 2, 3, 5, 8]))
    ]
    return [word.replace("\0", "0") for word in line]
