"""The specs that are exported: every packaged net, every example, and nets of further families."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnncalc import zoo
from cnncalc.export.keras.write import write as to_keras
from cnncalc.export.pytorch.write import write as to_pytorch
from cnncalc.export.settings import settings_of
from cnncalc.export.sight import Sight
from cnncalc.language.limits import DEFAULT
from cnncalc.language.parse import parse
from cnncalc.language.text import text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cnncalc.export.exported import Exported

ROOT = Path(__file__).parent.parent.parent
EXAMPLES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "examples").rglob("*.yaml"))
FAMILIES = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests/data/families").glob("*"))
NETS = [*(f"zoo:{name}" for name in zoo.names()), *EXAMPLES]

FRAMEWORKS = ("pytorch", "keras")


def text_of_net(net: str) -> str:
    return text_of(net if net.startswith("zoo:") else str(ROOT / net), DEFAULT)


def settings_in(text: str) -> list[list[dict[str, Any]]]:
    """The settings of a spec's variables that bring all of its parts about."""
    spec = parse(text, DEFAULT).spec
    return settings_of(spec, Sight(spec).nodes)


def exported(
    text: str, framework: str = "pytorch", overrides: Mapping[str, object] = {}
) -> Exported:
    write = {"pytorch": to_pytorch, "keras": to_keras}[framework]
    return write(parse(text, DEFAULT), name="net", overrides=overrides, shapes={}, limits=DEFAULT)
