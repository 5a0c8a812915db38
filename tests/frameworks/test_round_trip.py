"""What is exported to PyTorch and imported again has the weights and the work of the spec."""

from __future__ import annotations

import pytest
from exported_models import classes_of
from specs import NETS, exported, text_of_net

from cnncalc.build.reader import read_text
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.torch.reader import read
from cnncalc.language.limits import DEFAULT
from cnncalc.language.write import write

#: One of its inputs is called as a variable of the code, and is renamed there.
RENAMED = "examples/numbers/tutorial_figures.yaml"
#: What no layer says: `same` with a maximum pads by less than all else, a mean counts what it has.
CUSTOM = {"zoo:nasnet_mobile": {"pad", "ones_like", "truediv"}, "zoo:xception": {"pad"}}


@pytest.mark.parametrize("name", [net for net in NETS if net != RENAMED])
def test_an_exported_net_comes_back(tmp_path, monkeypatch, name):
    text = text_of_net(name)
    own, code = read_text(text).network, exported(text).text
    module = f"exported_{NETS.index(name)}"
    (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    shapes = {one if len(own.inputs) > 1 else "": shape for one, shape in own.inputs.items()}
    if own.layout == "channels_last":  # the code has the channels first
        shapes = {one: (*shape[-1:], *shape[:-1]) for one, shape in shapes.items()}
    model = read(f"{module}:{classes_of(code)[-1].__name__}", shapes, DEFAULT)
    customs = {one.arguments["label"] for one in model.layers if one.type == "custom"}
    assert customs == CUSTOM.get(name, set())
    back = read_text(write(flat_spec(model))).network
    assert back.totals == own.totals
