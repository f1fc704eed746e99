"""Detectors with the exact names and shapes of each family, that give the same answer to every picture.

What they answer is random with a few planted things, at the real size. Where a model multiplies by the size it is told,
so does the graph. The numbers are made with numpy alone, so that `tests/reference/object_detection.py` has the same.
"""

from dataclasses import dataclass, field
from functools import cache

import numpy as np

PICTURES = ((640, 400), (301, 500))
"""Width and height of the pictures that are tried."""
NAMES80 = [f"thing {n}" for n in range(80)]
ULTRALYTICS = {"author": "Ultralytics", "task": "detect", "names": str(dict(enumerate(NAMES80))), "stride": "32"}


@dataclass(frozen=True)
class Case:
    decoder: str
    inputs: dict
    """Declared (dtype, shape) by name; the picture comes first."""
    outputs: dict
    """Arrays by name."""
    metadata: dict = field(default_factory=dict)
    declared: dict = field(default_factory=dict)
    """Shapes by name of output where not the real one is declared."""
    told: str = ""
    """The input by which the boxes are multiplied; `scale_factor` divides."""
    boxes: str = ""
    """The output that is multiplied."""
    facts: dict = field(default_factory=dict)
    """What a person says about it."""


def _planted(rng, count, classes, side, things=14):
    """Boxes (count, 4) and scores (count, classes): each thing is seen by a dozen of the boxes, the rest is noise."""
    start = rng.uniform(0, side * 0.9, (count, 2))
    boxes = np.concatenate([start, start + rng.uniform(side * 0.006, side * 0.1, (count, 2))], axis=1)
    scores = rng.uniform(0, 0.04, (count, classes))
    for _ in range(things):
        seen = rng.choice(count, 12, replace=False)
        middle, size = rng.uniform(side * 0.2, side * 0.8, 2), rng.uniform(side * 0.1, side * 0.35, 2)
        box = np.concatenate([middle - size / 2, middle + size / 2])
        boxes[seen] = box + rng.normal(0, side * 0.02, (12, 4))
        scores[seen, rng.integers(classes)] = rng.uniform(0.06, 0.96, 12)
    return boxes, scores


def _middles(boxes):
    return np.concatenate([(boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]], axis=1)


def _list(rng, count, side, classes):
    """Boxes (count, 4), scores falling from 0.97 to 0.01, and classes."""
    boxes, _ = _planted(rng, count, 1, side)
    return boxes, np.sort(rng.uniform(0.01, 0.97, count))[::-1], rng.integers(classes[0], classes[1], count)


def _floats(*arrays):
    return np.concatenate([np.reshape(a, (len(arrays[0]), -1)) for a in arrays], axis=1).astype(np.float32)


def _yolo():
    rng = np.random.default_rng(8)
    image, raw = {"images": ("float32", (1, 3, 640, 640))}, {"stride": "32", "names": str(NAMES80)}
    boxes, scores = _planted(rng, 8400, 80, 640)
    yield "yolo_v8", Case("yolo_v8", image, {"output0": _floats(_middles(boxes), scores).T[None]}, ULTRALYTICS)
    boxes, scores = _planted(rng, 25200, 80, 640)
    sure = rng.uniform(0.7, 1, 25200)
    rows = _floats(_middles(boxes), sure, scores / sure[:, None])[None]
    yield "yolo_v5", Case("yolo_v5", image, {"output0": rows}, raw)
    boxes, scores, classes = _list(rng, 300, 640, (0, 80))
    rows = _floats(boxes, scores, classes)
    yield "yolo_ends", Case("yolo_ends", image, {"output0": rows[None]}, ULTRALYTICS | {"end2end": "True"})
    rows = _floats(np.zeros(90), boxes[:90], classes[:90], scores[:90])
    yield "yolo_v7_ends", Case("yolo_v7_ends", image, {"output": rows}, raw, {"output": ("n", 7)})
    boxes, scores = _planted(rng, 8400, 80, 640)
    size, cells = np.maximum(_middles(boxes)[:, 2:], 2), []
    for step in (8, 16, 32):
        cells += [(x, y, step) for y in range(640 // step) for x in range(640 // step)]
    cells = np.array(cells)
    raw = (_middles(boxes)[:, :2] / cells[:, 2:] - cells[:, :2], np.log(size / cells[:, 2:]))
    rows = _floats(*raw, sure[:8400], scores / sure[:8400, None])[None]
    yield "yolox", Case("yolox", image, {"output": rows}, facts={"decoder": "yolox"})
    boxes, scores = _planted(rng, 8400, 80, 640)
    outputs = {"boxes_out": _floats(boxes)[None], "scores_out": _floats(scores)[None]}
    yield "yolo_nas", Case("yolo_nas", {"input": ("float32", (1, 3, 640, 640))}, outputs)


def _older_yolo():
    rng = np.random.default_rng(4)
    grid = rng.normal(-2.5, 1.5, (1, 125, 13, 13)).astype(np.float32)
    yield "yolo_v2", Case("yolo_v2", {"image": ("float32", (None, 3, 416, 416))}, {"grid": grid})
    boxes, _ = _planted(rng, 2535, 1, 1)
    scores = rng.uniform(0, 1, (1, 80, 2535)).astype(np.float32)
    taken = np.stack([np.zeros(40), rng.integers(0, 80, 40), rng.choice(2535, 40, replace=False)], axis=1)
    names = [f"yolonms_layer_1/{name}" for name in ("ExpandDims_1:0", "ExpandDims_3:0", "concat_2:0")]
    outputs = dict(zip(names, (_floats(boxes[:, [1, 0, 3, 2]])[None], scores, taken.astype(np.int32)), strict=True))
    inputs = {"input_1": ("float32", (1, 3, None, None)), "image_shape": ("float32", (1, 2))}
    declared = dict(zip(names, (("b", "n", 4), ("b", 80, "n"), ("k", 3)), strict=True))
    yield "yolo_v3", Case("yolo_v3", inputs, outputs, declared=declared, told="image_shape", boxes=names[0])
    maps = {}
    for name, cells in (("Identity:0", 52), ("Identity_1:0", 26), ("Identity_2:0", 13)):
        one = rng.normal(0, 0.5, (1, cells, cells, 3, 85))
        one[..., 4] = rng.beta(0.15, 6, one.shape[:-1])
        one[..., 5:] = rng.uniform(0, 0.9, one[..., 5:].shape)
        maps[name] = one.astype(np.float32)
    yield "yolo_v4", Case("yolo_v4", {"input_1:0": ("float32", (1, 416, 416, 3))}, maps)


def _questions():
    rng = np.random.default_rng(300)

    def asked(questions, numbers, spread):
        logits = rng.normal(-4 if numbers in (80, 91) else 0, spread, (1, questions, numbers))
        return logits.astype(np.float32), rng.uniform(0.05, 0.6, (1, questions, 4)).astype(np.float32)

    free = {"pixel_values": ("float32", ("batch_size", "num_channels", "height", "width"))}
    mask = {"pixel_mask": ("int64", ("batch_size", 64, 64))}
    fixed = {"pixel_values": ("float32", ("batch_size", 3, 640, 640))}
    for name, inputs, questions, numbers, spread in (
        ("detr", free | mask, 100, 92, 2.5),
        ("yolos", free, 100, 92, 2.5),
        ("table_transformer", free | mask, 125, 7, 1.5),
        ("conditional_detr", free | mask, 300, 91, 1.2),
        ("deformable_detr", free | mask, 300, 91, 1.2),
        ("detr_rt", fixed, 300, 80, 1.2),
    ):
        logits, boxes = asked(questions, numbers, spread)
        declared = {"logits": ("batch_size", "num_queries", "numbers"), "pred_boxes": ("batch_size", "num_queries", 4)}
        known = numbers - (name in ("detr", "yolos", "table_transformer"))
        facts = {"labels": [f"thing {n}" for n in range(known)]}
        kind = "detr_sigmoid" if inputs is fixed else "detr"
        yield name, Case(kind, inputs, {"logits": logits, "pred_boxes": boxes}, {}, declared, facts=facts)
    logits, boxes = asked(300, 91, 1.2)
    inputs = {"input": ("float32", (1, 3, 560, 560))}
    yield "rf_detr", Case("rf_detr", inputs, {"dets": boxes, "labels": logits})
    boxes, scores = _planted(rng, 300, 80, 1)
    notes = ULTRALYTICS | {"description": "Ultralytics RTDETR-l model trained on coco.yaml"}
    image = {"images": ("float32", (1, 3, 640, 640))}
    yield "rt_detr", Case("rt_detr", image, {"output0": _floats(_middles(boxes), scores)[None]}, notes)
    boxes, scores, classes = _list(rng, 300, 1, (0, 80))
    outputs = {"labels": classes[None], "boxes": _floats(boxes)[None], "scores": scores[None].astype(np.float32)}
    inputs = {"images": ("float32", ("N", 3, 640, 640)), "orig_target_sizes": ("int64", ("N", 2))}
    yield "rt_detr_ends", Case("rt_detr_ends", inputs, outputs, told="orig_target_sizes", boxes="boxes")


def _lists():
    rng = np.random.default_rng(91)
    boxes, scores, classes = _list(rng, 100, 1, (1, 91))
    scores, flipped = scores[None].astype(np.float32), _floats(boxes[:, [1, 0, 3, 2]])[None]
    number, names = np.array([70], np.float32), ("num_detections:0", "detection_boxes:0", "detection_scores:0")
    outputs = {names[0]: number, names[1]: flipped, names[2]: scores, "detection_classes:0": _floats(classes).T}
    inputs = {"image_tensor:0": ("uint8", (None, None, None, 3))}
    yield "ssd_tf", Case("ssd_tf", inputs, outputs, declared={names[1]: (None, None, None)})
    boxes, scores, classes = _list(rng, 200, 1, (1, 81))
    outputs = {"bboxes": _floats(boxes)[None], "labels": classes[None], "scores": scores[None].astype(np.float32)}
    yield "ssd_mlperf", Case("ssd_mlperf", {"image": ("float32", (1, 3, 1200, 1200))}, outputs)
    which = np.where(np.arange(100) < 60, 0, -1)
    rows = _floats(which, classes[:100], scores[:100], boxes[:100])[None, None]
    yield "ssd_caffe", Case("ssd_caffe", {"data": ("float32", (1, 3, 300, 300))}, {"detection_out": rows})
    boxes, scores, classes = _list(rng, 60, 300, (1, 91))
    outputs = {"boxes": _floats(boxes), "labels": classes, "scores": scores.astype(np.float32)}
    declared = {"boxes": ("n", 4), "labels": ("n",), "scores": ("n",)}
    yield "torchvision", Case("torchvision", {"image": ("float32", (3, "h", "w"))}, outputs, declared=declared)
    boxes, scores, classes = _list(rng, 100, 1, (0, 80))
    rows, one = _floats(classes - (np.arange(100) > 80) * 99, scores, boxes * 640), np.array([100], np.int32)
    inputs = {
        "im_shape": ("float32", (None, 2)),
        "image": ("float32", (None, 3, 640, 640)),
        "scale_factor": ("float32", (None, 2)),
    }
    outputs = {"multiclass_nms3_0.tmp_0": rows, "multiclass_nms3_0.tmp_2": one}
    declared = {"multiclass_nms3_0.tmp_0": (None, 6), "multiclass_nms3_0.tmp_2": (None,)}
    first = {"image": inputs["image"]} | inputs
    yield "paddle", Case("paddle", first, outputs, {}, declared, "scale_factor", "multiclass_nms3_0.tmp_0")
    boxes, scores, classes = _list(rng, 100, 640, (0, 80))
    outputs = {"dets": _floats(boxes, scores)[None], "labels": classes[None]}
    yield "mmdeploy", Case("mmdeploy", {"input": ("float32", (1, 3, 640, 640))}, outputs)
    boxes[70:], scores[70:] = np.nan, np.nan  # what lies behind the number that is meant
    outputs = {"num_dets": np.array([[70]], np.int32), "det_boxes": _floats(boxes)[None]}
    outputs |= {"det_scores": scores[None].astype(np.float32), "det_classes": classes[None].astype(np.int32)}
    yield "efficient_nms", Case("efficient_nms", {"images": ("float32", (1, 3, 640, 640))}, outputs)
    boxes, faces = _planted(rng, 4420, 1, 1)
    outputs = {"scores": _floats(1 - faces, faces)[None], "boxes": _floats(boxes)[None]}
    yield "ultraface", Case("ultraface", {"input": ("float32", (1, 3, 240, 320))}, outputs)


@cache
def cases():
    """All by name."""
    return {name: case for family in (_yolo, _older_yolo, _questions, _lists) for name, case in family()}


def model(case):
    """The case as an ONNX graph: its answer plus nought times its picture."""
    from onnx import TensorProto, helper, numpy_helper

    def port(name, dtype, shape):
        return helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(np.dtype(dtype)), shape)

    picture, *_ = case.inputs
    nodes = [
        helper.make_node("Cast", [picture], ["as_float"], to=TensorProto.FLOAT),
        helper.make_node("ReduceMin", ["as_float"], ["least"], keepdims=0),
        helper.make_node("Mul", ["least", "zero"], ["nothing"]),
    ]
    stored = {"zero": np.array(0, np.float32)}
    for name, values in case.outputs.items():
        kind = helper.np_dtype_to_tensor_dtype(values.dtype)
        stored[f"kept {name}"] = values
        last, source = f"kept {name}", f"{name} plain"
        if name == case.boxes:
            last = f"{name} told"
            nodes += _told(case, name, last, stored)
        nodes += [
            helper.make_node("Cast", ["nothing"], [f"{name} nothing"], to=kind),
            helper.make_node("Add", [last, f"{name} nothing"], [source]),
            helper.make_node("Identity", [source], [name]),
        ]
    outputs = [port(name, value.dtype, case.declared.get(name, value.shape)) for name, value in case.outputs.items()]
    inputs = [port(name, dtype, shape) for name, (dtype, shape) in case.inputs.items()]
    weights = [numpy_helper.from_array(value, name) for name, value in stored.items()]
    graph = helper.make_graph(nodes, "detector", inputs, outputs, weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(made, case.metadata)
    return made


def _told(case, name, result, stored):
    """Boxes multiplied by the size that is told, width and height in turn; Paddle's are divided by the scale."""
    from onnx import TensorProto, helper

    nodes = [
        helper.make_node("Cast", [case.told], ["told"], to=TensorProto.FLOAT),
        helper.make_node("Concat", ["told", "told"], ["twice"], axis=1),
    ]
    if case.told != "scale_factor":
        return [*nodes, helper.make_node("Mul", [f"kept {name}", "twice"], [result])]
    stored |= {"ones": np.ones((1, 2), np.float32), "turned": np.array([1, 0, 3, 2], np.int64)}
    return [
        *nodes,
        helper.make_node("Gather", ["twice", "turned"], ["across first"], axis=1),
        helper.make_node("Concat", ["ones", "across first"], ["divisor"], axis=1),
        helper.make_node("Div", [f"kept {name}", "divisor"], [result]),
    ]
