"""Structure comes back: nets written flat become specs of about the lines that a person needs."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import pytest

import cnncalc
from cnncalc import zoo
from cnncalc.build import structured as building
from cnncalc.importers.flat import flat_spec
from cnncalc.importers.model import ImportedLayer, ImportedModel
from cnncalc.importers.structured import find
from cnncalc.importers.structured.check import equal
from cnncalc.language.write import write
from tests.export.random_specs import random_spec
from tests.importers.flattened import flattened

if TYPE_CHECKING:
    from collections.abc import Callable

    from cnncalc.net.network import Network

ROOT = Path(__file__).parents[2]
MOST_LINES = 1.5  # as a share of the lines of the zoo's file, which has several sizes of a net


def layers(network: Network) -> Counter[tuple[object, ...]]:
    return Counter(
        (node.type, node.output_shape, node.params, node.macs) for node in network.layers
    )


def random_model(length: int, *, seed: int, reach: int = 500) -> ImportedModel:
    """A net of a few layer types, with connections past a number of layers."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    layers: list[ImportedLayer] = []
    names = ["input"]
    for number in range(length):
        type_ = draw.choice(["conv", "relu", "batchnorm", "add"])
        arguments = {"filters": 8, "kernel": draw.choice([1, 3, 5]), "padding": "same"}
        taken = (names[-1], draw.choice(names[-reach:])) if type_ == "add" else (names[-1],)
        names.append(f"n{number}")
        layers.append(ImportedLayer(names[-1], type_, arguments if type_ == "conv" else {}, taken))
    return ImportedModel(None, "pytorch", (("input", (8, 8, 8)),), tuple(layers), (names[-1],))


def structured(model: ImportedModel) -> str:
    found = building.structured(model)
    assert not any("one entry a layer" in note for note in found.notes), found.notes
    return write(found.spec)


@pytest.mark.parametrize("paths", [False, True])
@pytest.mark.parametrize("name", zoo.names())
def test_a_net_of_the_zoo_comes_back_in_about_as_many_lines(name: str, *, paths: bool) -> None:
    network = cnncalc.load(f"zoo:{name}")
    text = structured(flattened(network, paths=paths))
    assert layers(cnncalc.parse(text)) == layers(network)
    share = len(text.splitlines()) / len(Path(zoo.path(name)).read_text("utf-8").splitlines())
    assert share <= MOST_LINES, f"{share:.2f}"


@pytest.mark.parametrize(
    ("name", "variables"),
    [
        ("resnet", {"depth": 18}), ("resnet", {"depth": 34}), ("resnet", {"depth": 152}),
        ("densenet", {"depth": 161}), ("vgg", {"depth": 11}), ("vgg", {"depth": 19}),
        ("mobilenet_v2", {"width": 0.5}), ("convnext", {"size": "base"}), ("vit", {"size": "l"}),
        ("regnet", {"size": "y_400mf"}), ("video_resnet", {"kind": "mc3"}),
    ],
)  # fmt: skip
def test_other_sizes_of_the_zoo_come_back(name: str, variables: dict[str, object]) -> None:
    network = cnncalc.load(f"zoo:{name}", variables=variables)
    text = structured(flattened(network))
    assert layers(cnncalc.parse(text)) == layers(network)
    zoo_lines = len(Path(zoo.path(name)).read_text("utf-8").splitlines())
    assert len(text.splitlines()) <= MOST_LINES * zoo_lines


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda p: p.stem)
def test_examples_come_back(path: Path) -> None:
    network = cnncalc.load(path)
    text = structured(flattened(network))
    assert layers(cnncalc.parse(text)) == layers(network)


@pytest.mark.parametrize("seed", range(40))
def test_random_nets_come_back(seed: int) -> None:
    network = cnncalc.parse(random_spec(seed))
    text = structured(flattened(network))
    assert layers(cnncalc.parse(text)) == layers(network)


@pytest.mark.parametrize("seed", range(40))
def test_nets_of_any_wiring_come_back(seed: int) -> None:
    model = random_model(10 + 2 * seed, seed=seed, reach=3 + seed % 5)
    flat = cnncalc.parse(write(flat_spec(model)))
    assert layers(cnncalc.parse(structured(model))) == layers(flat)


def test_inputs_of_any_name_come_back() -> None:
    taken = ("input.1", "x")
    layers = tuple(
        ImportedLayer(f"conv_{place}", "conv", {"filters": 4, "kernel": 3}, (name,))
        for place, name in enumerate(taken)
    )
    merged = ImportedLayer("sum", "add", {}, ("conv_0", "conv_1"))
    inputs = tuple((name, (3, 8, 8)) for name in taken)
    model = ImportedModel(None, "pytorch", inputs, (*layers, merged), ("sum",))
    found = building.structured(model)
    assert found.notes == ()
    assert list(found.spec.inputs) == ["input_1", "x"]


def test_the_same_net_gives_the_same_text() -> None:
    model = flattened(cnncalc.load("zoo:googlenet"))
    assert structured(model) == structured(model)


def test_a_structured_spec_has_the_structure_of_its_own_import() -> None:
    first = structured(flattened(cnncalc.load("zoo:resnet")))
    assert structured(flattened(cnncalc.parse(first))) == first


def test_finding_structure_takes_about_as_long_as_building_the_net() -> None:
    model = flattened(cnncalc.load("zoo:resnet"))
    flat = building._built(flat_spec(model))  # noqa: SLF001 - what it is compared with
    assert flat is not None
    shares = []
    for _ in range(5):
        start = process_time()
        building._built(flat_spec(model))  # noqa: SLF001 - as above
        middle = process_time()
        find.found(model, flat)
        shares.append((process_time() - middle) / (middle - start))
    assert min(shares) < 4


def test_the_search_is_bounded_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(1000, seed=1)
    assert building.structured(model).notes == ()
    monkeypatch.setattr(find, "WORK", 50_000)
    found = building.structured(model)
    (note,) = found.notes
    assert "too long" in note
    assert layers(cnncalc.parse(write(found.spec))) == layers(
        cnncalc.parse(write(flat_spec(model)))
    )


def test_beyond_the_bound_time_grows_with_the_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "WORK", 50_000)
    taken = []
    for length in (1000, 4000):
        model = random_model(length, seed=1)
        flat = building._built(flat_spec(model))  # noqa: SLF001 - what it is compared with
        assert flat is not None
        start = process_time()
        assert not find.found(model, flat).complete
        taken.append(process_time() - start)
    assert taken[1] < 8 * taken[0]


def test_a_spec_that_would_be_wrong_is_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    model = flattened(cnncalc.load("zoo:lenet5"))
    monkeypatch.setattr(building, "equal", lambda *_: False)
    spec, notes = building.structured(model)
    assert spec == flat_spec(model)
    assert "one entry a layer" in notes[0]


HEAD = "input: 3x8x8\nlayers:\n  - conv: {filters: 4, kernel: 1}\n    name: one\n"
TWO = HEAD + "  - relu:\n    name: two\n  - tanh:\n    from: one\n    name: three\n"


def joined(type_: str, *names: str) -> str:
    return f"  - {type_}:\n    from: [{', '.join(names)}]\n"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (TWO + joined("concat", "two", "three"), TWO + joined("concat", "three", "two"), False),
        (TWO + joined("add", "two", "three"), TWO + joined("add", "three", "two"), True),
        (TWO + joined("add", "two", "three"), TWO + joined("add", "two", "one"), False),
        (HEAD + "  - relu\n  - tanh\n", HEAD + "  - tanh\n  - relu\n", False),
        (HEAD + "  - dropout: 0.1\n", HEAD + "  - dropout: 0.2\n", False),
        (HEAD + "  - conv: {filters: 4, kernel: 1, padding: 0}\n",
         HEAD + "  - conv: {filters: 4, kernel: 1}\n", True),
        (TWO + joined("concat", "one", "two") + joined("concat", "one", "two", "three"),
         TWO + joined("concat", "one", "two") + joined("concat", "concat_1", "three"), True),
    ],
)  # fmt: skip
def test_nets_are_compared_by_their_wiring(one: str, other: str, *, same: bool) -> None:
    assert equal(cnncalc.parse(one), cnncalc.parse(other)) == same


def test_what_our_layers_refuse_stays_flat() -> None:
    layers = (ImportedLayer("n0", "conv", {"filters": 8, "kernel": 99}, ("input",)),)
    model = ImportedModel("odd", "pytorch", (("input", (3, 8, 8)),), layers, ("n0",))
    assert building.structured(model) == (flat_spec(model), ())


@pytest.mark.parametrize("name", ["resnet", "googlenet", "mobilenet_v2", "nasnet_mobile", "unet"])
def test_goldens(name: str, golden: Callable[[str, str], None]) -> None:
    golden(f"import_{name}.yaml", structured(flattened(cnncalc.load(f"zoo:{name}"))))
