"""Small files that do harm, or try to, one of each kind: built here from nothing, so that anybody can read what is in them.

`expected` are the families of `core.errors` that such a file may end in; `runs` where an answer is right too. Sources of
the kinds: spec/runtime.md, sections 1 and 2.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from onnx import ModelProto, TensorProto, helper, numpy_helper

MANY = 10**11
"""Elements: 400 GB as float32, out of a file of a few hundred bytes."""
SECRET = b"CANARY: nobody may ever see this" * 8
_INT32_MIN = -(2**31)


@dataclass(frozen=True)
class Hostile:
    name: str
    what: str
    make: Callable[[], bytes]
    expected: tuple[str, ...]
    beside: Mapping[str, bytes] | None = None
    """Files that lie beside it."""
    prepare: Callable[[Path], None] | None = None
    """What else has to be done to the folder: links, mostly."""
    kind: Literal["model", "picture", "text", "tokenizer"] = "model"
    slow: bool = False
    """It ends only when its time is up."""
    rare: bool = False
    """Much like another one: tried by tests/bench/hostile.py only, as each takes half a second."""


def lay_out(case: Hostile, folder: Path) -> Path:
    """The file and what belongs beside it, in a folder of its own; gives the path of the file."""
    folder.mkdir(parents=True)
    (folder.parent / "secret.bin").write_bytes(SECRET)
    for name, content in (case.beside or {}).items():
        (folder / name).write_bytes(content)
    if case.prepare:
        case.prepare(folder)
    path = folder / "model.onnx"
    path.write_bytes(case.make())
    return path


def good_model() -> bytes:
    """y = x + 1, with room for eight numbers."""
    return _model(
        [helper.make_node("Add", ["x", "one"], ["y"])], [_port("x", [8])], [_port("y", [8])], [_scalar("one", 1.0)]
    )


def echo_model() -> bytes:
    return _model([helper.make_node("Identity", ["x"], ["y"])], [_port("x", ["n"])], [_port("y", ["n"])])


def seven_ms_model() -> bytes:
    """Convolutions that take some milliseconds; of ones it makes 144 everywhere but at the edges."""
    window = numpy_helper.from_array(np.ones((16, 16, 3, 3), np.float32), "w")
    scaled = numpy_helper.from_array(np.full((16, 16, 3, 3), 1 / 144, np.float32), "s")
    nodes = [helper.make_node("Conv", ["x", "w"], ["v0"], pads=[1, 1, 1, 1])]
    nodes += [helper.make_node("Conv", [f"v{i}", "s"], [f"v{i + 1}"], pads=[1, 1, 1, 1]) for i in range(7)]
    nodes += [helper.make_node("Add", ["x", "v7"], ["sum"]), helper.make_node("Sub", ["sum", "v7"], ["back"])]
    nodes += [helper.make_node("Conv", ["back", "w"], ["y"], pads=[1, 1, 1, 1])]
    ports = [[_port(name, [1, 16, 96, 96])] for name in "xy"]
    return _model(nodes, *ports, [window, scaled])


def text_model() -> bytes:
    ports = [[_port(name, ["n"], TensorProto.STRING)] for name in "xy"]
    return _model([helper.make_node("Identity", ["x"], ["y"])], *ports)


def scattered_model(count: int) -> tuple[bytes, dict[str, bytes]]:
    """Adds up 0, 1, 2, …, each of them in a file of its own, as old exporters leave them."""
    weights, files = [], {}
    for number in range(count):
        weight = TensorProto(
            name=f"w{number}", dims=[1], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL
        )
        weight.external_data.add(key="location", value=f"w{number}.bin")
        weights.append(weight)
        files[f"w{number}.bin"] = struct.pack("<f", number)
    node = helper.make_node("Sum", ["x", *(weight.name for weight in weights)], ["y"])
    return _model([node], [_port("x", [1])], [_port("y", [1])], weights), files


def _port(name: str, shape: list[int | str] | None, dtype: int = TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, dtype, shape)


def _scalar(name: str, value: float):
    return numpy_helper.from_array(np.float32(value), name)


def _ints(name: str, *values: int):
    return numpy_helper.from_array(np.int64(values), name)


def _model(nodes, inputs, outputs, initializers=(), *, functions=(), domains=()) -> bytes:
    return _proto(nodes, inputs, outputs, initializers, functions=functions, domains=domains).SerializeToString()


def _proto(nodes, inputs, outputs, initializers=(), *, functions=(), domains=()) -> ModelProto:
    graph = helper.make_graph(nodes, "g", inputs, outputs, list(initializers))
    imports = [helper.make_opsetid("", 17), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(graph, ir_version=10, opset_imports=imports, functions=list(functions))


# crashes and endless work


def division_that_kills() -> bytes:
    """Both numbers are stored, so onnxruntime divides them while it opens the file. The processor can't: SIGFPE."""
    stored = [numpy_helper.from_array(np.int32([value]), name) for name, value in (("a", _INT32_MIN), ("b", -1))]
    return _model([helper.make_node("Div", ["a", "b"], ["y"])], [], [_port("y", [1], TensorProto.INT32)], stored)


def division_that_kills_when_it_runs() -> bytes:
    stored = [numpy_helper.from_array(np.int32([value]), name) for name, value in (("a", _INT32_MIN), ("b", -1))]
    nodes = [
        helper.make_node("Cast", ["x"], ["i"], to=TensorProto.INT32),
        helper.make_node("Mul", ["i", "nothing"], ["zero"]),
        helper.make_node("Add", ["zero", "b"], ["minus"]),
        helper.make_node("Div", ["a", "minus"], ["y"]),
    ]
    stored.append(numpy_helper.from_array(np.int32([0]), "nothing"))
    return _model(nodes, [_port("x", [1])], [_port("y", [1], TensorProto.INT32)], stored)


def _loop(keeps: bool) -> bytes:
    body_in = [_port("i", [], TensorProto.INT64), _port("go", [], TensorProto.BOOL), _port("v", [4])]
    nodes = [helper.make_node("Identity", ["go"], ["go_on"]), helper.make_node("Add", ["v", "v"], ["w"])]
    body_out = [_port("go_on", [], TensorProto.BOOL), _port("w", [4])]
    if keeps:
        nodes.append(helper.make_node("Concat", ["w"] * 4096, ["kept"], axis=0))
        body_out.append(_port("kept", [4 * 4096]))
    body = helper.make_graph(nodes, "body", body_in, body_out)
    rounds = numpy_helper.from_array(np.int64(2**62), "rounds")
    start = numpy_helper.from_array(np.bool_(True), "start")
    names = ["last", "all"] if keeps else ["last"]
    loop = helper.make_node("Loop", ["rounds", "start", "x"], names, body=body)
    outputs = [_port("last", [4]), *([_port("all", None)] if keeps else [])]
    return _model([loop], [_port("x", [4])], outputs, [rounds, start])


def _long_convolution(stored: bool) -> bytes:
    """About 10^12 multiplications in one step, which nothing but the end of the process interrupts."""
    nodes = [
        helper.make_node("Identity" if stored else "ReduceMin", ["x"], ["seed"], **({} if stored else {"keepdims": 0})),
        helper.make_node("Expand", ["seed", "picture"], ["p"]),
        helper.make_node("Expand", ["seed", "window"], ["w"]),
        helper.make_node("Conv", ["p", "w"], ["y"]),
    ]
    shapes = [_ints("picture", 1, 8, 700, 700), _ints("window", 16, 8, 181, 181)]
    inputs = [] if stored else [_port("x", [1])]
    return _model(nodes, inputs, [_port("y", None)], [*shapes, *([_scalar("x", 0.5)] if stored else [])])


# memory


def _bomb(op: str) -> bytes:
    """The size hangs on the input, so nothing is worked out while the file is opened."""
    asked = [
        helper.make_node("ReduceSum", ["x"], ["sum"], keepdims=0),
        helper.make_node("Mul", ["sum", "none"], ["zero"]),
        helper.make_node("Cast", ["zero"], ["zero_int"], to=TensorProto.INT64),
        helper.make_node("Add", ["zero_int", "many"], ["size"]),
    ]
    stored = [_scalar("none", 0.0), _ints("many", MANY)]
    last = {
        "ConstantOfShape": [helper.make_node("ConstantOfShape", ["size"], ["y"])],
        "Expand": [helper.make_node("Expand", ["sum", "size"], ["y"])],
        "Tile": [helper.make_node("Tile", ["x", "size"], ["y"])],
        "Range": [
            helper.make_node("Squeeze", ["size"], ["end"]),
            helper.make_node("Range", ["zero_int", "end", "step"], ["y"]),
        ],
        "Resize": [
            helper.make_node("Concat", ["two", "size"], ["sizes"], axis=0),
            helper.make_node("Reshape", ["x", "grid"], ["g"]),
            helper.make_node("Resize", ["g", "", "", "sizes"], ["y"], mode="nearest"),
        ],
        "OneHot": [
            helper.make_node("Cast", ["x"], ["i"], to=TensorProto.INT64),
            helper.make_node("OneHot", ["i", "size", "values"], ["y"]),
        ],
        "Pad": [
            helper.make_node("Concat", ["size", "size"], ["pads"], axis=0),
            helper.make_node("Pad", ["x", "pads"], ["y"]),
        ],
    }[op]
    more = {
        "Range": [numpy_helper.from_array(np.int64(1), "step")],
        "Resize": [_ints("two", 1), _ints("grid", 1, 8)],
        "OneHot": [numpy_helper.from_array(np.float32([0, 1]), "values")],
    }.get(op, [])
    dtype = TensorProto.INT64 if op == "Range" else TensorProto.FLOAT
    return _model([*asked, *last], [_port("x", [8])], [_port("y", None, dtype)], [*stored, *more])


def stored_bomb() -> bytes:
    """The same with a stored size, so that it is worked out while the file is opened."""
    return _model([helper.make_node("ConstantOfShape", ["size"], ["y"])], [], [_port("y", None)], [_ints("size", MANY)])


# structure


def _functions(depth: int, *, to_itself: bool = False) -> bytes:
    """Each calls the one before twice."""
    imports = [helper.make_opsetid("", 17), helper.make_opsetid("own", 1)]
    functions = []
    for level in range(depth):
        called, domain = (f"f{level - 1}", "own") if level else ("Neg", "")
        if level == 0 and to_itself:
            called, domain = f"f{depth - 1}", "own"
        nodes = [
            helper.make_node(called, ["a"], ["b"], domain=domain),
            helper.make_node(called, ["b"], ["c"], domain=domain),
        ]
        functions.append(helper.make_function("own", f"f{level}", ["a"], ["c"], nodes, imports))
    call = helper.make_node(f"f{depth - 1}", ["x"], ["y"], domain="own")
    return _model([call], [_port("x", [1])], [_port("y", [1])], functions=functions, domains=["own"])


def _field(number: int, content: bytes) -> bytes:
    """One field of a protobuf message whose content is bytes, text or another message."""
    return bytes(_varint(number << 3 | 2)) + bytes(_varint(len(content))) + content


def _varint(value: int):
    while value > 127:
        yield value & 127 | 128
        value >>= 7
    yield value


def deep_branches(depth: int) -> bytes:
    """An If inside an If inside an If, written byte by byte, as the library for it doesn't go so deep."""
    port = _port("y", [1]).SerializeToString()
    graph = _field(1, _field(1, b"x") + _field(2, b"y") + _field(4, b"Identity")) + _field(2, b"g") + _field(12, port)
    for _ in range(depth):
        branches = [
            _field(5, _field(1, name) + _field(6, graph) + bytes([20 << 3 & 127 | 128, 1, 5]))
            for name in (b"then_branch",)
        ]
        node = _field(1, b"c") + _field(2, b"y") + _field(4, b"If") + b"".join(branches)
        graph = _field(1, node) + _field(2, b"g") + _field(12, port)
    return bytes([1 << 3, 10]) + _field(7, graph) + _field(8, bytes([2 << 3, 17]))


def many_steps() -> bytes:
    """The same step again and again: they are counted before their names are compared."""
    model = _proto([], [_port("x", [1])], [_port("y", [1])])
    node = _field(1, helper.make_node("Neg", ["x"], ["y"]).SerializeToString())
    graph = model.graph.SerializeToString() + node * 100_001
    model.ClearField("graph")
    return model.SerializeToString() + _field(7, graph)


@cache
def many_outputs(count: int) -> bytes:
    nodes = [helper.make_node("Identity", ["x"], [f"y{number}"]) for number in range(count)]
    return _model(nodes, [_port("x", [1])], [_port(f"y{number}", [1]) for number in range(count)])


def no_outputs() -> bytes:
    return _model([helper.make_node("Neg", ["x"], ["y"])], [_port("x", [1])], [])


def a_circle() -> bytes:
    nodes = [helper.make_node("Add", ["x", "b"], ["y"]), helper.make_node("Neg", ["y"], ["b"])]
    return _model(nodes, [_port("x", [1])], [_port("y", [1])])


def broken_names() -> bytes:
    return good_model().replace(b"\x0a\x01x", b"\x0a\x01\xff").replace(b"\x0a\x01x", b"\x0a\x01\xff")


HTML = "<img src=x onerror=alert(1)>![x](http://127.0.0.1:9/leak)[a](javascript:alert(1))=cmd|' /C calc'!A0"


def names_of_web_pages() -> bytes:
    node = helper.make_node("Neg", [HTML], [HTML + "\n# y"], name="<script>alert(1)</script>")
    model = _proto([node], [_port(HTML, [1])], [_port(HTML + "\n# y", [1])])
    model.producer_name = HTML
    model.doc_string = HTML
    helper.set_model_props(model, {HTML: HTML})
    return model.SerializeToString()


def nul_in_names() -> bytes:
    return _model([helper.make_node("Neg", ["a\0b"], ["y\0"])], [_port("a\0b", [1])], [_port("y\0", [1])])


def too_new(what: Literal["ir", "opset"]) -> bytes:
    model = ModelProto.FromString(good_model())
    if what == "ir":
        model.ir_version = 10**6
    else:
        model.opset_import[0].version = 10**6
    return model.SerializeToString()


def unknown_step() -> bytes:
    return _model(
        [helper.make_node("Frobnicate", ["x"], ["y"], domain="evil.org")],
        [_port("x", [1])],
        [_port("y", [1])],
        domains=["evil.org"],
    )


def ep_context() -> bytes:
    """Names a file with something compiled for special hardware, which the runtime would load."""
    node = helper.make_node(
        "EPContext", ["x"], ["y"], domain="com.microsoft", ep_cache_context="/etc/passwd", embed_mode=0, main_context=1
    )
    return _model([node], [_port("x", [1])], [_port("y", [1])], domains=["com.microsoft"])


def negative_size() -> bytes:
    weight = TensorProto(name="w", dims=[-8], data_type=TensorProto.FLOAT, raw_data=bytes(32))
    return _model([helper.make_node("Add", ["x", "w"], ["y"])], [_port("x", [8])], [_port("y", [8])], [weight])


def short_numbers() -> bytes:
    weight = TensorProto(name="w", dims=[10_000_000], data_type=TensorProto.FLOAT, raw_data=bytes(8))
    return _model([helper.make_node("Add", ["x", "w"], ["y"])], [_port("x", [8])], [_port("y", None)], [weight])


def gather_outside() -> bytes:
    node = helper.make_node("Gather", ["x", "places"], ["y"], axis=0)
    return _model([node], [_port("x", [8])], [_port("y", None)], [_ints("places", 2**40)])


def broken_trees() -> bytes:
    """A decision tree whose branches lead far outside of it."""
    node = helper.make_node(
        "TreeEnsembleRegressor",
        ["x"],
        ["y"],
        domain="ai.onnx.ml",
        n_targets=1,
        nodes_treeids=[0, 0],
        nodes_nodeids=[0, 1],
        nodes_featureids=[2**30, 0],
        nodes_values=[0.5, 0.0],
        nodes_modes=["BRANCH_LEQ", "LEAF"],
        nodes_truenodeids=[1, 0],
        nodes_falsenodeids=[1, 0],
        target_treeids=[0],
        target_nodeids=[1],
        target_ids=[0],
        target_weights=[1.0],
    )
    return _model([node], [_port("x", [1, 4])], [_port("y", None)], domains=["ai.onnx.ml"])


# weights in other files


def _external(location: str | None, length: int = 32, offset: int = 0, where: str = "weight") -> bytes:
    weight = TensorProto(name="w", dims=[8], data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
    entries = {"offset": str(offset), "length": str(length)}
    if location is not None:
        entries["location"] = location
    for key, value in entries.items():
        weight.external_data.add(key=key, value=value)
    add = helper.make_node("Add", ["x", "w"], ["y"])
    if where == "constant":
        constant = helper.make_node("Constant", [], ["w"], value=weight)
        return _model([constant, add], [_port("x", [8])], [_port("y", [8])])
    if where == "sparse":
        model = _proto([add], [_port("x", [8])], [_port("y", [8])])
        sparse = model.graph.sparse_initializer.add(dims=[8])
        sparse.values.CopyFrom(weight)
        sparse.indices.CopyFrom(numpy_helper.from_array(np.arange(8), ""))
        return model.SerializeToString()
    return _model([add], [_port("x", [8])], [_port("y", [8])], [weight])


def _link(folder: Path) -> None:
    (folder / "weights.bin").symlink_to("../secret.bin")


def _hard_link(folder: Path) -> None:
    os.link(folder.parent / "secret.bin", folder / "weights.bin")


def _linked_folder(folder: Path) -> None:
    (folder / "weights.bin").symlink_to(folder.parent, target_is_directory=True)


def _folder(folder: Path) -> None:
    (folder / "weights.bin").mkdir()


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "weights.bin")


# other kinds of files


class _Runs:
    """What a pickle does when it is opened: here it would leave a file behind."""

    def __reduce__(self):
        return os.mkdir, ("/tmp/onnx-playground-a-pickle-was-opened",)


def _zip() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("model.onnx", good_model())
    return target.getvalue()


def _safetensors() -> bytes:
    header = json.dumps({"w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}).encode()
    return struct.pack("<Q", len(header)) + header + bytes(4)


def _with_bits_flipped(seed: int) -> bytes:
    data, dice = bytearray(names_of_web_pages()), random.Random(seed)
    for _ in range(12):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
    return bytes(data)


def _other_files() -> list[Hostile]:
    ort = struct.pack("<I4s", 24, b"ORTM") + bytes(200)
    files = {
        "a PDF": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF",
        "a zip with a model": _zip(),
        "a pickle that runs a command": pickle.dumps(_Runs(), 4),
        "a GGUF model": b"GGUF" + struct.pack("<IQQ", 3, 1, 1) + bytes(64),
        "an HDF5 file": b"\x89HDF\r\n\x1a\n" + bytes(96),
        "a safetensors file": _safetensors(),
        "a web page": b"<!DOCTYPE html><html><body>404</body></html>",
        "a Git LFS pointer": b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n",
        "a model in ORT format called .onnx": ort,
        "an empty file": b"",
        "JSON": b'{"model": [1, 2, 3]}',
    }
    plain = [Hostile(name, "no model at all", lambda data=data: data, ("NotOnnx",)) for name, data in files.items()]
    noise = random.Random(7).randbytes(4096)
    damaged = ("DamagedModel", "NotOnnx")
    anything = (*damaged, "TooNew", "UnknownOperator", "UnsafeModel", "MissingWeights", "TooLarge", "RunFailed", "runs")
    return [
        *plain,
        Hostile("random bytes", "4 KB of noise", lambda: noise, damaged),
        Hostile("cut short", "the first half of a model", lambda: good_model()[: len(good_model()) // 2], damaged),
        Hostile("one byte", "a single byte", lambda: b"\x08", damaged),
        *[
            Hostile(f"flipped bits {seed}", "twelve bits flipped", lambda seed=seed: _with_bits_flipped(seed), anything)
            for seed in (1, 2)
        ],
    ]


# pictures, texts, tokenizers


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of_zeros(width_px: int, height_px: int, *, rows: int | None = None, before: bytes = b"") -> bytes:
    """One bit a pixel, all black; with fewer rows than it says, where asked for."""
    squeeze = zlib.compressobj(9)
    row = bytes(1 + (width_px + 7) // 8)
    pixels = b"".join(squeeze.compress(row) for _ in range(height_px if rows is None else rows)) + squeeze.flush()
    head = struct.pack(">IIBBBBB", width_px, height_px, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + before + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def text_bomb() -> bytes:
    """A small picture with a note of 200 MB when unpacked."""
    note = b"note\0\0" + zlib.compress(bytes(200 * 2**20), 1)
    return png_of_zeros(8, 8, before=_chunk(b"zTXt", note))


def _tokenizer(**parts: object) -> bytes:
    plain = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": None,
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {"[UNK]": 0, "a": 1}, "unk_token": "[UNK]"},
    }
    return json.dumps({**plain, **parts}).encode()


def endless_padding() -> bytes:
    """Asks for 10^13 pieces: the library gives up on the memory by ending the process."""
    return _tokenizer(
        padding={
            "strategy": {"Fixed": 10**13},
            "direction": "Right",
            "pad_to_multiple_of": None,
            "pad_id": 0,
            "pad_type_id": 0,
            "pad_token": "[PAD]",
        }
    )


def growing_text() -> bytes:
    """Each of eight steps makes a thousand letters out of one."""
    step = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 1000}
    return _tokenizer(normalizer={"type": "Sequence", "normalizers": [step] * 8})


def hard_pattern() -> bytes:
    """A pattern that needs for ever on `xxxx…`: the library panics, and what it raises is no Exception."""
    return _tokenizer(
        pre_tokenizer={"type": "Split", "pattern": {"Regex": "(x+x+)+y"}, "behavior": "Isolated", "invert": False}
    )


# all of them


def models() -> list[Hostile]:
    unsafe, memory, late = ("UnsafeModel",), ("OutOfMemory",), ("TookTooLong",)
    return [
        Hostile("INT_MIN / -1 when opened", "SIGFPE in onnxruntime 1.32", division_that_kills, ("Crashed",)),
        Hostile("INT_MIN / -1 when run", "SIGFPE", division_that_kills_when_it_runs, ("Crashed",)),
        Hostile("endless loop", "2^62 rounds", lambda: _loop(keeps=False), late, slow=True),
        Hostile(
            "endless loop that keeps all",
            "2^62 rounds, 64 KB each",
            lambda: _loop(keeps=True),
            (*memory, *late),
            slow=True,
            rare=True,
        ),
        Hostile("huge Conv when run", "one step of minutes", lambda: _long_convolution(stored=False), late, slow=True),
        Hostile(
            "huge Conv when opened",
            "the same, folded",
            lambda: _long_convolution(stored=True),
            late,
            slow=True,
            rare=True,
        ),
        *[
            Hostile(f"{op} of 10^11", "400 GB", lambda op=op: _bomb(op), memory)
            for op in ("ConstantOfShape", "Expand", "Resize")
        ],
        *[
            Hostile(f"{op} of 10^11", "400 GB", lambda op=op: _bomb(op), memory, rare=True)
            for op in ("Range", "OneHot", "Pad")
        ],
        Hostile(
            "Tile of 10^11",
            "the runtime's own limit comes first",
            lambda: _bomb("Tile"),
            (*memory, "RunFailed"),
            rare=True,
        ),
        Hostile("stored ConstantOfShape of 10^11", "400 GB when opened", stored_bomb, memory),
        Hostile("30 nested functions", "2^30 steps unfolded", lambda: _functions(30), ("TooLarge",)),
        Hostile("functions in a circle", "recursion", lambda: _functions(3, to_itself=True), ("DamagedModel",)),
        Hostile("5,000-deep If", "nested graphs", lambda: deep_branches(5_000), ("DamagedModel",)),
        Hostile("60-deep If", "nested graphs that can be read", lambda: deep_branches(60), ("DamagedModel",)),
        Hostile("100,000 steps", "many nodes", many_steps, ("TooLarge",)),
        Hostile("20,000 outputs", "many ports", lambda: many_outputs(20_000), ("TooLarge",)),
        Hostile("2,000 outputs", "many ports, but allowed", lambda: many_outputs(2_000), ("runs",), rare=True),
        Hostile("no outputs", "nothing to show", no_outputs, ("DamagedModel",)),
        Hostile("a circle", "steps that wait for each other", a_circle, ("DamagedModel",)),
        Hostile("names that are no text", "invalid UTF-8", broken_names, ("DamagedModel",)),
        Hostile("HTML and Markdown in names", "for the page to show", names_of_web_pages, ("runs",)),
        Hostile("NUL in names", "control characters", nul_in_names, ("runs", "DamagedModel", "RunFailed"), rare=True),
        Hostile("IR version 10^6", "future format", lambda: too_new("ir"), ("TooNew",)),
        Hostile("opset 10^6", "future operators", lambda: too_new("opset"), ("TooNew",)),
        Hostile("unknown operator", "custom domain", unknown_step, ("UnknownOperator",)),
        Hostile("EPContext", "names a compiled file", ep_context, ("UnknownOperator", "UnsafeModel", "DamagedModel")),
        Hostile("negative size", "a weight of -8", negative_size, ("DamagedModel",)),
        Hostile("too few numbers", "40 MB claimed, 8 bytes there", short_numbers, ("DamagedModel",)),
        Hostile("Gather far outside", "place 2^40", gather_outside, ("RunFailed", "DamagedModel"), rare=True),
        Hostile("trees that lead outside", "feature 2^30", broken_trees, ("RunFailed", "DamagedModel"), rare=True),
        Hostile("weights by traversal", "../", lambda: _external("../secret.bin"), unsafe),
        Hostile("weights by backslash", "..\\", lambda: _external("..\\secret.bin"), unsafe),
        Hostile("weights by absolute path", "/etc/passwd", lambda: _external("/etc/passwd"), unsafe),
        Hostile("sparse weights by traversal", "../", lambda: _external("../secret.bin", where="sparse"), unsafe),
        Hostile("constant by traversal", "../", lambda: _external("../secret.bin", where="constant"), unsafe),
        Hostile("weights without a name", "no location", lambda: _external(None), ("DamagedModel",)),
        Hostile(
            "weights in memory", "marker of the runtime", lambda: _external("*/_ORT_MEM_ADDR_/*", offset=4096), unsafe
        ),
        Hostile("weights behind a symlink", "to a secret", lambda: _external("weights.bin"), unsafe, prepare=_link),
        Hostile(
            "weights behind a hard link", "to a secret", lambda: _external("weights.bin"), unsafe, prepare=_hard_link
        ),
        Hostile(
            "weights in a linked folder", "a folder", lambda: _external("weights.bin"), unsafe, prepare=_linked_folder
        ),
        Hostile("weights are a folder", "a folder", lambda: _external("weights.bin"), unsafe, prepare=_folder),
        Hostile("weights are a pipe", "never ends", lambda: _external("weights.bin"), unsafe, prepare=_pipe),
        Hostile("weights missing", "not given", lambda: _external("weights.bin"), ("MissingWeights",)),
        Hostile(
            "weights beyond the end",
            "cut short",
            lambda: _external("weights.bin"),
            ("DamagedModel",),
            {"weights.bin": bytes(31)},
        ),
        Hostile(
            "weights before the start",
            "offset -4",
            lambda: _external("weights.bin", offset=-4),
            ("DamagedModel",),
            {"weights.bin": bytes(64)},
        ),
        Hostile(
            "weights of 0 bytes",
            "empty file",
            lambda: _external("weights.bin"),
            ("DamagedModel",),
            {"weights.bin": b""},
        ),
        *_other_files(),
    ]


def pictures() -> list[Hostile]:
    bad = ("BadPicture",)
    return [
        Hostile("picture bomb", "20,000 × 20,000", lambda: png_of_zeros(20_000, 20_000), bad, kind="picture"),
        Hostile(
            "picture that lies",
            "one row of 9,000",
            lambda: png_of_zeros(9_000, 9_000, rows=1),
            (*bad, "runs", "OutOfMemory"),
            kind="picture",
        ),
        Hostile("thin picture", "65,000 × 1", lambda: png_of_zeros(65_000, 1), bad, kind="picture"),
        Hostile("picture with a 200 MB note", "text chunk", text_bomb, (*bad, "runs"), kind="picture"),
        Hostile("picture of 0 pixels", "0 × 0", lambda: png_of_zeros(0, 0), bad, kind="picture"),
        Hostile("empty picture", "0 bytes", lambda: b"", bad, kind="picture"),
        Hostile("picture cut short", "half a PNG", lambda: png_of_zeros(64, 64)[:44], bad, kind="picture"),
        Hostile(
            "PostScript",
            "would start a program",
            lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(%pipe%id) (r) file\n",
            bad,
            kind="picture",
        ),
        Hostile("SVG", "no pixels", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', bad, kind="picture"),
    ]


def texts() -> list[Hostile]:
    return [
        Hostile("text with NULs", "a\\0b", lambda: b"a\0b\0" * 100, ("runs",), kind="text"),
        Hostile("text of 5 MB", "too long", lambda: b"a" * 5 * 2**20, ("TooLarge", "runs"), kind="text"),
        Hostile("text that is no UTF-8", "bytes", lambda: b"\xff\xfe\xfd\x80" * 3, ("BadText", "runs"), kind="text"),
        Hostile(
            "text of half characters", "surrogates", lambda: b"\xed\xa0\x80 half", ("BadText", "runs"), kind="text"
        ),
    ]


def tokenizers() -> list[Hostile]:
    """Two end the process of the bare library, one has it raise what is no Exception; our reader may tame them."""
    ends = ("Crashed", "OutOfMemory", "BadFile", "TooLarge", "runs")
    return [
        Hostile("tokenizer that pads to 10^13", "SIGABRT", endless_padding, ends, kind="tokenizer"),
        Hostile("tokenizer that grows", "SIGABRT", growing_text, ends, kind="tokenizer"),
        Hostile("tokenizer with a hard pattern", "PanicException", hard_pattern, ends, kind="tokenizer"),
    ]


def everything() -> list[Hostile]:
    return [*models(), *pictures(), *texts(), *tokenizers()]
