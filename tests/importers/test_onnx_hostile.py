"""Damaged, foreign and hostile files: one clear error, in bounded time and memory."""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from contextlib import suppress

import pytest
from onnx_files import field, filled, function, info, message, model, node, simple, tensor, varint
from recorded import files

from cnncalc.importers.onnx.reader import read
from cnncalc.importers.problems import ImportProblem
from cnncalc.language.limits import DEFAULT

GOOD = simple(
    [node("Conv", ["x", "w"], ["y"], "conv", pads=[1, 1, 1, 1])], [filled("w", [4, 3, 3, 3])]
)


def problem(data, **limits):
    started = time.process_time()
    with pytest.raises(ImportProblem) as caught:
        read(data, shapes={}, unfold=False, limits=DEFAULT._replace(**limits))
    assert time.process_time() - started < 2
    return caught.value.message


def test_the_file_that_the_others_are_damaged_from_is_read():
    read_ = read(GOOD, shapes={}, unfold=False, limits=DEFAULT)
    assert [one.type for one in read_.layers] == ["conv"]


@pytest.mark.parametrize("name", ["alexnet.onnx", "dyn_mobilenet_v2.onnx"])
def test_a_truncated_file_is_one_error(name):
    data = files("onnx")[name]
    for part in range(40):
        assert problem(data[: len(data) * part // 40])


@pytest.mark.parametrize("seed", range(20))
def test_random_bytes_are_one_error(seed):
    source = random.Random(seed)  # noqa: S311 - a test repeats itself
    data = source.randbytes(source.choice([0, 1, 10, 1000, 100_000]))
    assert problem(data)


@pytest.mark.parametrize("seed", range(60))
def test_bytes_that_are_changed_are_read_or_one_error(seed):
    source = random.Random(seed)  # noqa: S311 - a test repeats itself
    data = bytearray(files("onnx")["alexnet.onnx"])
    for _ in range(source.choice([1, 3, 30])):
        data[source.randrange(len(data))] = source.randrange(256)
    with suppress(ImportProblem):
        assert read(bytes(data), shapes={}, unfold=True, limits=DEFAULT).layers


def test_a_length_of_2_to_the_63_is_refused():
    assert "byte" in problem(message((1, 8)) + varint(7 << 3 | 2) + varint(1 << 63) + b"x")


def test_a_number_that_does_not_end_is_refused():
    assert "byte" in problem(b"\x08" + b"\xff" * 100)


def test_groups_and_unknown_kinds_are_refused():
    assert "byte" in problem(message((1, 8)) + b"\x3b\x3c")


def test_a_million_nodes_end_at_the_limit():
    one = field(1, node("Relu", ["x"], ["x"]))
    data = message((1, 8), (7, one * 1_000_000))
    assert "20,000 nodes" in problem(data, layers=20_000)


def test_a_long_chain_of_nodes_is_read_in_bounded_time():
    nodes = [node("Relu", [f"t{i}"], [f"t{i + 1}"]) for i in range(5_000)]
    data = model(nodes, inputs=[info("t0", [1, 4])], outputs=[info("t5000", [1, 4])])
    started = time.process_time()
    assert len(read(data, shapes={}, unfold=False, limits=DEFAULT).layers) == 5_000
    assert time.process_time() - started < 5


def test_a_cycle_is_named():
    nodes = [node("Add", ["x", "b"], ["a"], "one"), node("Relu", ["a"], ["b"], "two")]
    data = model(nodes, inputs=[info("x", [1, 4])], outputs=[info("b", [1, 4])])
    assert "cycle" in problem(data)


def test_a_node_that_takes_its_own_result_is_a_cycle():
    data = model(
        [node("Identity", ["a"], ["a"], "self")], inputs=[info("x", [1, 4])],
        outputs=[info("a", [1, 4])],
    )  # fmt: skip
    assert "cycle" in problem(data)


def test_functions_that_contain_themselves_are_refused():
    loop = function("f", "own", ["a"], ["b"], [node("f", ["a"], ["b"], domain="own")])
    data = simple([node("f", ["x"], ["y"], domain="own")], functions=[loop])
    assert "contains itself" in problem(data)


def test_functions_that_double_at_every_level_end_at_the_limit():
    functions = [
        function(f"f{i}", "own", ["a"], ["b"], [
            node(f"f{i + 1}", ["a"], ["c"], domain="own"),
            node(f"f{i + 1}", ["c"], ["b"], domain="own"),
        ]) for i in range(30)
    ]  # fmt: skip
    data = simple([node("f0", ["x"], ["y"], domain="own")], functions=functions)
    assert "more than 2,000 nodes" in problem(data, layers=2000)


def test_deep_nesting_is_passed_over():
    data = b""
    for _ in range(2000):  # graphs in attributes of nodes of graphs
        data = message((1, message((1, "x"), (2, "y"), (4, "If"), (5, message((6, data))))))
    whole = message((1, 8), (7, data + field(11, info("x", [1, 4])) + field(12, info("y", [1, 4]))))
    read_ = read(whole, shapes={}, unfold=False, limits=DEFAULT)
    assert [one.type for one in read_.layers] == ["custom"]


def test_numbers_that_square_themselves_stay_bounded():
    nodes = [node("Mul", ["t0", "t0"], ["t1"])]
    nodes += [node("Mul", [f"t{i}", f"t{i}"], [f"t{i + 1}"]) for i in range(1, 300)]
    nodes += [node("Concat", [f"c{i}", f"c{i}"], [f"c{i + 1}"], axis=0) for i in range(300)]
    nodes += [node("Reshape", ["x", "t300"], ["a"]), node("Reshape", ["a", "c300"], ["y"])]
    tensors = [tensor("t0", [1], [7], 7), tensor("c0", [1], [7], 7)]
    assert "Reshape" in problem(simple(nodes, tensors))


@pytest.mark.parametrize("dims", [[1 << 62] * 64, [1] * 65, [-1, 3]])
def test_tensors_without_an_end_are_refused_or_counted(dims):
    data = simple([node("Conv", ["x", "w"], ["y"], "conv")], [tensor("w", dims)])
    assert problem(data)


def test_names_and_lists_are_bounded():
    data = simple([node("Relu", ["x"], ["y"], "n" * 100_000)])
    assert "too long" in problem(data)
    data = simple([node("Relu", ["x"], ["y"], pads=[1] * 100_000)])
    assert "larger than 1,000 bytes" in problem(data, size=1000)


def test_a_file_without_a_graph_or_without_inputs_says_so():
    assert "no graph" in problem(message((1, 8)))
    assert "no inputs" in problem(model([], outputs=[info("y", [1])]))
    assert "do not depend" in problem(simple([]))


def test_an_open_size_says_what_gives_it():
    data = model(
        [node("Relu", ["x"], ["y"])], inputs=[info("x", ["batch", 3, "height", "width"])],
        outputs=[info("y", [])],
    )  # fmt: skip
    assert "height" in problem(data)
    read_ = read(data, shapes={"": (3, 8, 9)}, unfold=False, limits=DEFAULT)
    assert read_.inputs == (("x", (3, 8, 9)),)


_PEAK = """
import resource, sys
from cnncalc.cli import main
sys.argv = ["cnncalc", "import", sys.argv[1]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


def _peak(path):
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, str(path)], capture_output=True, text=True, check=True
    )
    return done.stdout, int(done.stderr.splitlines()[-1])


@pytest.mark.skipif(not hasattr(resource, "getrusage"), reason="no measure of memory")
def test_memory_does_not_depend_on_the_weights(tmp_path):
    """A file of 500 MB, sparse on disk: its weights are never read."""
    size = 500_000_000
    dims = [1000, size // 4000]
    head = message((1, dims[0]), (1, dims[1]), (2, 1), (8, "w"))
    large = head + varint(9 << 3 | 2) + varint(size)
    rest = node("Gemm", ["x", "w"], ["y"], "fc", transB=1)
    body_after = (
        field(1, rest) + field(11, info("x", [1, dims[1]])) + field(12, info("y", [1, 1000]))
    )
    length = len(varint(5 << 3 | 2)) + len(varint(len(large) + size)) + len(large) + size
    path = tmp_path / "large.onnx"
    with path.open("wb") as file:
        file.write(message((1, 8)) + varint(7 << 3 | 2) + varint(length + len(body_after)))
        file.write(varint(5 << 3 | 2) + varint(len(large) + size) + large)
        file.seek(size, 1)
        file.write(body_after)
    small = tmp_path / "small.onnx"
    small.write_bytes(
        model([rest], [tensor("w", dims)], [info("x", [1, dims[1]])], [info("y", [1, 1000])])
    )
    (text, peak), (same, least) = _peak(path), _peak(small)
    assert text == same.replace("small", "large")
    assert "dense: {units: 1000, bias: false}" in text
    assert peak - least < 30_000  # kilobytes


@pytest.mark.parametrize("operator", ["LSTM", "GRU", "RNN"])
def test_a_recurrent_operator_without_inputs_is_one_error(operator):
    assert "do not depend on its inputs" in problem(simple([node(operator, [], ["y"], "r")], []))


def test_names_that_grow_with_every_function_stop_at_the_limit():
    functions = [
        function(
            f"F{depth}", "own", ["a"], ["b"],
            [node(f"F{depth + 1}", ["a"], ["m"], "l" * 2000, domain="own"),
             node(f"F{depth + 1}", ["m"], ["b"], "r" * 2000, domain="own")],
        )
        for depth in range(30)
    ]  # fmt: skip
    last = function("F30", "own", ["a"], ["b"], [node("Relu", ["a"], ["b"])])
    data = simple([node("F0", ["x"], ["y"], "f", domain="own")], functions=[*functions, last])
    assert "unroll to more than 1,000,000 characters" in problem(data, size=1_000_000)
