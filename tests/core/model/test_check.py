"""Bad and hostile files, each built here by hand. What is refused, and that the words name what matters."""

from __future__ import annotations

import os

import onnx
import pytest
from onnx import TensorProto, helper

from core.errors import DamagedModel, MissingWeights, NotOnnx, TooLarge, TooNew, UnsafeModel
from tests.core.model.files import check


def tensor(name, shape=(2,)):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def relu():
    return helper.make_node("Relu", ["x"], ["y"])


def model_of(nodes, inputs=None, outputs=None, functions=(), opsets=(("", 17),), **parts):
    graph = helper.make_graph(
        nodes,
        "g",
        [tensor("x")] if inputs is None else inputs,
        [tensor("y")] if outputs is None else outputs,
        **parts,
    )
    imports = [helper.make_opsetid(domain, version) for domain, version in opsets]
    return helper.make_model(graph, opset_imports=imports, ir_version=9, functions=list(functions))


@pytest.fixture
def write(tmp_path):
    def write(model, name="m.onnx"):
        path = tmp_path / name
        path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
        return path

    return write


def external(name, location, dims=(4,), **entries):
    found = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=dims, data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **entries}.items():
        found.external_data.add(key=key, value=str(value))
    return found


def with_weights(*tensors):
    return model_of([relu()], initializer=list(tensors))


def test_a_good_model_passes(write):
    check(write(model_of([relu()])))


def test_an_empty_file_is_not_onnx(write):
    with pytest.raises(NotOnnx, match="empty"):
        check(write(b""))


@pytest.mark.parametrize(
    ("beginning", "words"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04....", "ZIP"),
        (b"GGUF\x03\0\0\0", "GGUF"),
        (b"\x89HDF\r\n\x1a\n", "HDF5"),
        (b"\x80\x04\x95\x00", "pickle"),
        (b'\x10\0\0\0\0\0\0\0{"a":{}}', "safetensors"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\n", "Git LFS"),
        (b"\x1c\0\0\0ORTM\0\0", "ORT format"),
        (b"\x1c\0\0\0TFL3\0\0", "TensorFlow Lite"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b'{"nodes": []}', "JSON"),
        (b"\x7fELF\x02", "program"),
        (b"\x93NUMPY\x01\x00", "NumPy"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"just some words\n", "text"),
    ],
)
def test_another_kind_of_file_is_named(write, beginning, words):
    with pytest.raises(NotOnnx) as caught:
        check(write(beginning))
    assert words in caught.value.detail


def test_a_model_cut_in_half_is_damaged(write):
    whole = with_weights(helper.make_tensor("w", TensorProto.FLOAT, [1000], [1.0] * 1000)).SerializeToString()
    with pytest.raises(DamagedModel):
        check(write(whole[: len(whole) // 2]))


def test_random_bytes_are_damaged(write):
    with pytest.raises(DamagedModel):
        check(write(bytes(range(8, 256)) * 20))


def test_a_header_without_a_network_is_damaged(write):
    with pytest.raises(DamagedModel, match="no network"):
        check(write(onnx.ModelProto(ir_version=8, producer_name="x").SerializeToString()))


def test_a_newer_file_format_names_both_numbers(write):
    model = model_of([relu()])
    model.ir_version = 99
    with pytest.raises(TooNew) as caught:
        check(write(model))
    assert "99" in caught.value.detail
    assert str(int(onnx.IR_VERSION)) in caught.value.detail


@pytest.mark.parametrize(("domain", "known"), [("", onnx.defs.onnx_opset_version()), ("ai.onnx.ml", 5)])
def test_a_newer_operator_set_names_both_numbers(write, domain, known):
    with pytest.raises(TooNew) as caught:
        check(write(model_of([relu()], opsets=(("", 17), (domain, 999)) if domain else (("", 999),))))
    assert "999" in caught.value.detail
    assert str(known) in caught.value.detail


def test_the_operator_set_of_a_strange_domain_is_left_to_the_runtime(write):
    check(write(model_of([relu()], opsets=(("", 17), ("com.example", 999)))))


def test_every_missing_weights_file_is_named_once(write):
    path = write(with_weights(external("a", "one.bin"), external("b", "two.bin"), external("c", "one.bin")))
    with pytest.raises(MissingWeights) as caught:
        check(path)
    assert caught.value.detail.count("one.bin") == 1
    assert "two.bin" in caught.value.detail


def test_weights_beside_the_model_are_found(write, tmp_path):
    (tmp_path / "w.bin").write_bytes(bytes(16))
    check(write(with_weights(external("w", "w.bin"))))


def test_weights_named_as_companions_need_not_lie_there_yet(write):
    check(write(with_weights(external("w", "w.bin"))), {"w.bin": 16})


def in_initializer(stored):
    return with_weights(stored)


def in_constant(stored):
    return model_of([helper.make_node("Constant", [], ["c"], value=stored), relu()])


def in_sparse(stored):
    indices = helper.make_tensor("i", TensorProto.INT64, [4], [0, 1, 2, 3])
    return model_of([relu()], sparse_initializer=[onnx.SparseTensorProto(values=stored, indices=indices, dims=[8])])


def in_sparse_indices(stored):
    values = helper.make_tensor("v", TensorProto.FLOAT, [4], [0, 1, 2, 3])
    return model_of([relu()], sparse_initializer=[onnx.SparseTensorProto(values=values, indices=stored, dims=[8])])


def in_sparse_constant(stored):
    indices = helper.make_tensor("i", TensorProto.INT64, [4], [0, 1, 2, 3])
    sparse = onnx.SparseTensorProto(values=stored, indices=indices, dims=[8])
    return model_of([helper.make_node("Constant", [], ["c"], sparse_value=sparse), relu()])


def in_subgraph(stored):
    body = helper.make_graph([helper.make_node("Identity", ["w"], ["o"])], "b", [], [tensor("o")], initializer=[stored])
    branch = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
    return model_of([branch], inputs=[helper.make_tensor_value_info("c", TensorProto.BOOL, [])])


def in_function(stored):
    constant = helper.make_node("Constant", [], ["o"], value=stored)
    function = helper.make_function("f.f", "F", [], ["o"], [constant], [helper.make_opsetid("", 17)])
    return model_of(
        [helper.make_node("F", [], ["y"], domain="f.f")], functions=[function], opsets=(("", 17), ("f.f", 1))
    )


HIDING_PLACES = [
    in_initializer,
    in_constant,
    in_sparse,
    in_sparse_indices,
    in_sparse_constant,
    in_subgraph,
    in_function,
]


@pytest.mark.parametrize("hide", HIDING_PLACES)
def test_a_path_out_of_the_folder_is_refused_wherever_it_hides(write, hide):
    with pytest.raises(UnsafeModel):
        check(write(hide(external("w", "../secret.bin"))))


@pytest.mark.parametrize(
    "location",
    ["/etc/passwd", "..", "../x", "sub/x", "a\\b", "C:x", "x\0y", "*/_ORT_MEM_ADDR_/*", "file:x", "\\\\server\\x"],
)
def test_only_a_plain_file_name_is_allowed(write, location):
    with pytest.raises(UnsafeModel):
        check(write(with_weights(external("w", location))))


def test_a_symbolic_link_is_refused(write, tmp_path):
    (tmp_path / "real.bin").write_bytes(bytes(16))
    (tmp_path / "w.bin").symlink_to(tmp_path / "real.bin")
    with pytest.raises(UnsafeModel, match="link"):
        check(write(with_weights(external("w", "w.bin"))))


def test_a_hard_link_is_refused(write, tmp_path):
    (tmp_path / "real.bin").write_bytes(bytes(16))
    os.link(tmp_path / "real.bin", tmp_path / "w.bin")
    with pytest.raises(UnsafeModel, match="link"):
        check(write(with_weights(external("w", "w.bin"))))


@pytest.mark.parametrize(
    "entries",
    [
        {"offset": 8},
        {"offset": -4},
        {"offset": "x"},
        {"length": -1},
        {"length": 8},
        {"length": 10**30},
        {"offset": 2**63, "length": 16},
    ],
)
def test_a_range_outside_the_weights_file_is_damage(write, entries):
    with pytest.raises(DamagedModel):
        check(write(with_weights(external("w", "w.bin", **entries))), {"w.bin": 16})


def test_a_weights_file_cut_short_names_both_sizes(write):
    with pytest.raises(DamagedModel) as caught:
        check(write(with_weights(external("w", "w.bin"))), {"w.bin": 15})
    assert "15" in caught.value.detail
    assert "16" in caught.value.detail


def test_packed_types_of_four_bits_need_half_a_byte_each(write):
    stored = external("w", "w.bin", dims=(5,))
    stored.data_type = TensorProto.INT4
    check(write(with_weights(stored)), {"w.bin": 3})
    with pytest.raises(DamagedModel):
        check(write(with_weights(stored)), {"w.bin": 2})


@pytest.mark.parametrize("dims", [(-1,), (2**40, 2**40)])
def test_impossible_sizes_are_damage(write, dims):
    stored = TensorProto(name="w", data_type=TensorProto.FLOAT, dims=dims)
    with pytest.raises(DamagedModel):
        check(write(with_weights(stored)))


def nested(depth):
    body = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "b", [], [tensor("y")])
    for _ in range(depth):
        node = helper.make_node("If", ["c"], ["y"], then_branch=body, else_branch=body)
        body = helper.make_graph([node], "b", [], [tensor("y")])
    return model_of(list(body.node))


def test_bodies_nested_ten_deep_pass(write):
    check(write(nested(10)))


def test_bodies_nested_without_measure_are_refused(write):
    inner = b""
    for _ in range(5_000):  # a graph in an attribute of a node in a graph, written by hand
        node = b"\x2a" + varint(len(inner)) + inner
        inner = b"\x0a" + varint(len(node)) + node
        inner = b"\x32" + varint(len(inner)) + inner
    graph = b"\x0a" + varint(len(b"\x2a" + varint(len(inner)) + inner)) + b"\x2a" + varint(len(inner)) + inner
    with pytest.raises(DamagedModel):
        check(write(b"\x08\x08\x3a" + varint(len(graph)) + graph))


def varint(number):
    found = b""
    while number > 127:
        found += bytes([number & 127 | 128])
        number >>= 7
    return found + bytes([number])


def functions(count, calls):
    """Each function calls the next one twice: the whole doubles with each."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("f.f", 1)]
    made = []
    for number in range(count):
        nodes = [
            helper.make_node(calls(number), ["a"], ["b"], domain="f.f"),
            helper.make_node(calls(number), ["b"], ["c"], domain="f.f"),
        ]
        made.append(helper.make_function("f.f", f"F{number}", ["a"], ["c"], nodes, opsets))
    last = helper.make_function("f.f", f"F{count}", ["a"], ["c"], [helper.make_node("Relu", ["a"], ["c"])], opsets)
    start = helper.make_node("F0", ["x"], ["y"], domain="f.f")
    return model_of([start], functions=[*made, last], opsets=(("", 17), ("f.f", 1)))


def test_a_few_nested_functions_pass(write):
    check(write(functions(5, lambda number: f"F{number + 1}")))


def test_functions_that_unfold_to_a_billion_steps_are_refused(write):
    with pytest.raises(TooLarge, match="unfolds"):
        check(write(functions(30, lambda number: f"F{number + 1}")))


def test_a_function_that_calls_itself_is_refused(write):
    with pytest.raises(DamagedModel, match="calls itself"):
        check(write(functions(2, lambda number: f"F{(number + 1) % 2}")))


def test_a_hundred_thousand_steps_are_too_many(write):
    node = helper.make_node("Relu", ["x"], ["y"])
    with pytest.raises(TooLarge, match="too many steps"):
        check(write(model_of([node] * 100_001)))


def test_a_file_over_the_limit_is_too_large(write, monkeypatch):
    monkeypatch.setattr("core.settings.MAX_MODEL_BYTES", 20)
    with pytest.raises(TooLarge):
        check(write(model_of([relu()])))


def test_a_model_without_outputs_gives_nothing_back(write):
    with pytest.raises(DamagedModel, match="gives nothing back"):
        check(write(model_of([relu()], outputs=[])))


def test_a_model_without_inputs_passes(write):
    constant = helper.make_node("Constant", [], ["y"], value_floats=[1.0, 2.0])
    check(write(model_of([constant], inputs=[])))


def test_a_name_that_is_no_text_is_damage(write):
    data = (
        model_of([helper.make_node("Relu", ["x"], ["zzzz"])]).SerializeToString().replace(b"zzzz", b"\xff\xfe\xfd\xfc")
    )
    with pytest.raises(DamagedModel, match="not readable text"):
        check(write(data))


def test_an_unknown_step_is_not_judged_here(write):
    check(write(model_of([helper.make_node("Frobnicate", ["x"], ["y"])])))


def test_a_domain_that_is_no_text_is_a_damaged_model(write):
    model = model_of([relu()], opsets=(("", 17), ("abc", 1))).SerializeToString()
    with pytest.raises(DamagedModel, match="readable text"):
        check(write(model.replace(b"abc", b"\xff\xfe\xfd")))
