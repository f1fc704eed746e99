"""The kinds of object detectors: how the answer of each is read, and how each usually wants its picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.tasks import _detect_detr, _detect_lists, _detect_yolo

_IMAGENET = ([123.675, 116.28, 103.53], [58.395, 57.12, 57.375])
_TO_ONE = ([0.0] * 3, [255.0] * 3)
_RAW = ([0.0] * 3, [1.0] * 3)
_HALVES = ([127.5] * 3, [127.5] * 3)


@dataclass(frozen=True)
class Kind:
    words: str
    """Ends the sentence "The answer was read as …"."""
    read: Callable[..., dict[str, Any]]
    unit: str
    """What boxes are given in, see `core.tasks._boxes.in_picture`."""
    overlap: float = 1.0
    """Boxes of a class that share more than this are one thing; 1 where the model has done that itself."""
    score_above: float = 0.25
    first_class: int = 0
    """1 where the model counts its classes from 1."""
    # the usual preparation
    resize: str = "fit"
    side_px: int = 640
    longest_px: int = 0
    pad: int = 114
    colour: str = "RGB"
    mean_std: tuple[list[float], list[float]] = _TO_ONE
    resample: str = "bilinear"
    uses: tuple[Callable[..., Any], ...] = ()
    """Further functions that `read` calls."""


_yolo, _detr, _lists = _detect_yolo, _detect_detr, _detect_lists
_BOTH = (_detr.detr_softmax, _detr.detr_sigmoid)
_SHORTEST: dict[str, Any] = {"resize": "shortest", "side_px": 800, "longest_px": 1333, "pad": 0}

KINDS: dict[str, Kind] = {
    "yolo_v5": Kind("YOLOv5 and YOLOv7 give it", _yolo.yolo_v5, "fed", 0.45),
    "yolo_v8": Kind("YOLOv8 and its followers give it", _yolo.yolo_v8, "fed", 0.45),
    "yolo_v8_more": Kind(
        "YOLOv8 gives it with outlines or points of the body, of which only the boxes are shown",
        _yolo.yolo_v8_more, "fed", 0.45, uses=(_yolo.yolo_v8,),
    ),
    "yolo_ends": Kind("YOLO models give it that leave one box per thing (v10, 26)", _yolo.yolo_ends, "fed"),
    "yolo_v7_ends": Kind("YOLOv7 gives it when it leaves one box per thing", _yolo.yolo_v7_ends, "fed"),
    "yolox": Kind(
        "YOLOX gives it", _yolo.yolox, "fed", 0.45, resize="fit_corner", colour="BGR", mean_std=_RAW
    ),
    "yolo_v2": Kind(
        "Tiny YOLOv2 gives it", _yolo.yolo_v2, "fed", 0.45, side_px=416, resize="fit", mean_std=_RAW
    ),
    "yolo_v3": Kind("YOLOv3 of the ONNX Model Zoo gives it", _yolo.yolo_v3, "own", side_px=416, pad=128),
    "yolo_v4": Kind("YOLOv4 of the ONNX Model Zoo gives it", _yolo.yolo_v4, "fed", 0.213, side_px=416, pad=128),
    "yolo_nas": Kind("YOLO-NAS gives it", _lists.scored, "fed", 0.45),
    "efficient_nms": Kind("exports for TensorRT give it (EfficientNMS)", _lists.counted, "fed"),
    "detr_softmax": Kind(
        "DETR gives it: the last score of each box stands for “nothing here”",
        _detr.detr_softmax, "part", score_above=0.7, mean_std=_IMAGENET, **_SHORTEST,
    ),
    "detr_sigmoid": Kind(
        "RT-DETR and its relatives give it: each name is judged on its own",
        _detr.detr_sigmoid, "part", score_above=0.5, resize="stretch",
    ),
    "deformable_detr": Kind(
        "Deformable and Conditional DETR give it: each name is judged on its own",
        _detr.detr_sigmoid, "part", score_above=0.5, mean_std=_IMAGENET, **_SHORTEST,
    ),
    "detr": Kind(
        "DETR and its relatives give it; the number of scores says which",
        _detr.detr, "part", score_above=0.5, uses=_BOTH, mean_std=_IMAGENET, **_SHORTEST,
    ),
    "rf_detr": Kind(
        "RF-DETR gives it: each name is judged on its own",
        _detr.detr_sigmoid, "part", score_above=0.5, resize="stretch", side_px=560, mean_std=_IMAGENET,
    ),
    "rt_detr": Kind("Ultralytics' RT-DETR gives it", _detr.rt_detr, "part", resize="stretch"),
    "rt_detr_ends": Kind(
        "RT-DETR and D-FINE give it when their authors export them",
        _lists.listed, "told", score_above=0.5, resize="stretch",
    ),
    "ssd_tf": Kind(
        "TensorFlow's detectors give it",
        _lists.ssd_tf, "part", score_above=0.5, first_class=1, resize="own", longest_px=1920, mean_std=_RAW,
    ),
    "ssd_mlperf": Kind(
        "the SSD of MLPerf gives it",
        _lists.listed, "part", score_above=0.5, first_class=1, resize="stretch", side_px=1200, mean_std=_IMAGENET,
    ),
    "ssd_caffe": Kind(
        "SSD models from Caffe give it",
        _lists.ssd_caffe, "part", score_above=0.5, first_class=1, resize="stretch", side_px=300, colour="BGR",
        mean_std=_HALVES,
    ),
    "torchvision": Kind(
        "torchvision's detectors give it",
        _lists.listed, "fed", score_above=0.5, first_class=1, resize="own", longest_px=1333,
    ),
    "paddle": Kind(
        "PaddleDetection gives it",
        _lists.paddle, "scaled", score_above=0.5, resize="stretch", resample="bicubic",
    ),
    "mmdeploy": Kind(
        "MMDetection gives it", _lists.mmdeploy, "fed", score_above=0.3, mean_std=_IMAGENET, **_SHORTEST
    ),
    "ultraface": Kind(
        "UltraFace gives it",
        _lists.scored_after_nothing, "part", 0.3, score_above=0.7, first_class=1, resize="stretch",
        mean_std=([127.0] * 3, [128.0] * 3),
    ),
}  # fmt: skip
"""By the value of the fact `decoder`."""
