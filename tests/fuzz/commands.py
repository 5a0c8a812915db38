"""Command lines: every command and format, with options as a user may give them, and odd ones."""

from __future__ import annotations

from .specs import digits
from .texts import hostile

#: Each command with a net: its formats, and options that take nothing.
COMMANDS = {
    "summarize": ("table json jsonl csv markdown", ("--total --depth=1 --depth=0 --sort=name "
                  "--columns=name,inputs,input,params% --total-of=macs --count=fvcore")),
    "compare": ("table json csv markdown", ("--mlp --match-params --per-layer --input=16,32 "
                "--layers --no-layers --all --hidden=10 --positions=3")),
    "explain": ("text markdown json", "--symbols --memory --optimizer=adam --batch=3"),
    "check": ("text json jsonl markdown github sarif", ("--exit-zero --fail-on=error --select=ALL "
              "--ignore=L4 --max-params=5M --max-macs=10 --min-params=3")),
    "memory": ("table json csv markdown", ("--batch=7 --optimizer=adam --fits=1GiB --flash=1MiB "
               "--ram=10KiB --depth=1 --eager")),
    "conventions": ("table json", "--explain=thop --claimed=100 --batch=2"),
    "report": ("", "--batch=7 --optimizer=adam --max-params=5M --min-macs=3 --date=today"),
    "solve": ("table json", "--min-input --divisible --limit=3"),
    "compute": ("text json", "--steps --backward"),
    "draw": ("text svg mermaid dot", ("--depth=1 --depth=3 --weigh=macs --weigh=memory "
             "--direction=right --unfold")),
}  # fmt: skip


def command(source, net):
    """A command line about the net of this path."""
    name = source.choice(list(COMMANDS))
    formats, options = (words.split() for words in COMMANDS[name])
    line = [name, net]
    if name == "compare" and source.random() < 0.7:
        line.append(source.choice([net, "examples/tutorial_cnn.yaml", "zoo:resnet"]))
    if name in ("explain", "solve", "compute") and source.random() < 0.3:
        line.append(source.choice(["conv_1", "dense_1", hostile(source)]))
        line += source.choice([[], ["--picture"], ["--out", "4"], ["--out", digits(source)]])
    if formats and source.random() < 0.85:
        line += ["--format", source.choice(formats)]
    line += source.sample(options, source.choice([0, 0, 1, 1, 2]))
    if name in ("compare", "solve") and len(line) == 2 + 2 * ("--format" in line):
        line.append({"compare": "--mlp", "solve": "--divisible"}[name])
    if source.random() < 0.15:
        line += _odd(source)
    return [word.replace("\0", "0") for word in line]


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
             "report", "draw", "compute", "layers", "schema", "new", "--list", "--help",
             "--version", "-",
             "zoo:lenet5", "E203", "conv", "--of", "--in", "--out", "--kernel", "--transposed",
             "--pool", "--ceil", "224", "--stride", "--padding", "--limit", "3", "7"]  # fmt: skip
    line = [
        source.choice([source.choice(words)] * 6 + [digits(source), hostile(source)])
        for _ in range(source.choice([1, 2, 3, 5, 8]))
    ]
    return [word.replace("\0", "0") for word in line]
