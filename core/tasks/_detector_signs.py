"""Which kind of object detector a graph is: told by the names and shapes of what it takes and gives, and its notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from core import notes
from core.tasks import _detector_rows
from core.tasks._detector_rows import plain, rank, size
from core.types import GraphInfo, Port

EXTRAS = ("pixel_mask", "orig_target_sizes", "im_shape", "scale_factor", "image_shape")
"""Further inputs that are made, see `core.tasks._boxes.made_inputs`."""
_SMALL_PX = 128
"""No detector of this shelf looks at less; readers of text and classifiers of digits do."""
_NAMES, _SHAPE = "the names of its outputs", "the shape of its output"


@dataclass(frozen=True)
class Known:
    """What a graph was recognised as."""

    decoder: str
    """One of `core.tasks._detectors.KINDS`; empty when it is none."""
    fit: float
    """0 to 1."""
    source: str
    """What says so, in words."""

    @property
    def certain(self) -> bool:
        return self.fit > 0.9


NOBODY = Known("", 0.0, "")
_Looks: TypeAlias = Callable[[Port], bool]

_NAMED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ssd_tf", ("detection_boxes", "detection_scores", "detection_classes", "num_detections")),
    ("ssd_tf", ("detection_boxes", "detection_scores", "detection_classes")),
    ("efficient_nms", ("det_boxes", "det_scores", "det_classes", "num_dets")),
    ("ssd_mlperf", ("bboxes", "scores", "labels")),
    ("rf_detr", ("labels", "dets")),
    ("mmdeploy", ("dets", "labels")),
    ("detr", ("logits", "pred_boxes")),
    ("rt_detr_ends", ("boxes", "scores", "labels")),
    ("torchvision", ("boxes", "scores", "labels")),
    ("ultraface", ("boxes", "scores")),
)
"""Names of outputs by kind, in the order in which they are read."""
_FOR_BOXES = ("detect", "segment", "pose")
"""Tasks that Ultralytics writes down, whose answers begin with upright boxes."""
_ROWS = ("yolo_v5", "yolo_v8", "yolo_v8_more", "yolo_ends", "yolox", "rt_detr")
"""Kinds that read one output (1, rows, columns)."""
_LIKE = dict.fromkeys(("detr_softmax", "detr_sigmoid", "deformable_detr", "detr"), ("detr", "rf_detr"))
"""Kinds that read the outputs of other kinds."""


def _looks(dimensions: int, place: int, wanted: int, dtype: str = "float") -> _Looks:
    """Whether an output has so many dimensions and one of a certain size."""
    return lambda port: rank(port) == dimensions and size(port, place) == wanted and port.dtype.startswith(dtype)


_SHAPED: dict[str, tuple[float, tuple[_Looks, ...]]] = {
    "yolo_v4": (0.95, (lambda port: rank(port) == 5 and size(port, 3) == 3 and (size(port, 4) or 0) > 5,) * 3),
    "yolo_v2": (0.95, (_looks(4, 1, 125),)),
    "ssd_caffe": (0.93, (lambda port: _looks(4, 3, 7)(port) and size(port, 1) == 1,)),
    "yolo_v7_ends": (0.4, (_looks(2, 1, 7),)),
    "torchvision": (
        0.85,
        (
            _looks(2, 1, 4),
            lambda port: rank(port) == 1 and port.dtype == "float32",
            lambda port: rank(port) == 1 and port.dtype == "int64",
        ),
    ),
    "yolo_nas": (0.8, (_looks(3, 2, 4), lambda port: rank(port) == 3 and size(port, 2) not in (None, 4))),
    "paddle": (0.4, (_looks(2, 1, 6),)),
    "yolo_v3": (
        0.0,
        (
            _looks(3, 2, 4),
            lambda port: rank(port) == 3 and size(port, 2) != 4 and port.dtype == "float32",
            lambda port: size(port, -1) == 3 and port.dtype == "int32",
        ),
    ),
}
"""By kind: how sure the shapes of all outputs together make it, and how each looks, in the order of reading. Tried from
first to last; 0: the shapes alone don't tell."""


def picture_port(graph: GraphInfo) -> Port | None:
    """The one input that takes a picture, when all others can be made; it may lack the dimension of the batch."""
    rest = [port for port in graph.inputs if port.name not in EXTRAS]
    return rest[0] if len(rest) == 1 and rest[0].kind == "tensor" else None


def recognised(graph: GraphInfo, names: int) -> Known:
    """Which kind of detector a graph is; the fit is 0 when it is none.

    `names`: how many classes the files beside it name, 0 when they don't.
    """
    port = picture_port(graph)
    if port is None or not _is_large(port) or graph.metadata.get("task", "detect") not in _FOR_BOXES:
        return NOBODY
    if any(output.kind != "tensor" for output in graph.outputs):
        return NOBODY
    by_all = _by_names(graph, names) or _by_shapes(graph)
    return by_all or _by_rows(graph, port, names) or NOBODY


def outputs_for(decoder: str, graph: GraphInfo) -> tuple[str, ...]:
    """Names of the outputs in the order in which the kind reads them. Raises KeyError when they aren't there."""
    by_name = {plain(output.name): output.name for output in graph.outputs}
    for kind in (decoder, *_LIKE.get(decoder, ())):
        for one, names in _NAMED:
            if one == kind and set(names) <= set(by_name):
                return tuple(by_name[name] for name in names)
    found = _shaped(decoder, graph)
    if not found:
        raise KeyError(decoder)
    return found


def class_count(decoder: str, graph: GraphInfo) -> int:
    """How many classes the shape of the answer shows; 0 when it doesn't."""
    fixed = {"yolo_v2": 20, "ssd_mlperf": 80}
    if decoder in fixed:
        return fixed[decoder]
    try:
        ports = {output.name: output for output in graph.outputs}
        read = [ports[name] for name in outputs_for(decoder, graph)]
    except KeyError:
        return 0
    place, less = {
        "yolo_v5": (-1, 5),
        "yolox": (-1, 5),
        "yolo_v8": (1, 4),
        "rt_detr": (-1, 4),
        "detr_softmax": (-1, 1),
        "detr_sigmoid": (-1, 0),
        "deformable_detr": (-1, 0),
        "rf_detr": (-1, 0),
        "yolo_v3": (1, 0),
        "yolo_v4": (-1, 5),
        "yolo_nas": (-1, 0),
    }.get(decoder, (0, 0))
    scored = read[1] if decoder in ("yolo_v3", "yolo_nas") else read[0]
    found = size(scored, place) if place else None
    return max(0, found - less) if found else 0


def _is_large(port: Port) -> bool:
    """Whether it can be a picture in colour, of a size that detectors look at."""
    if port.shape is None or len(port.shape) not in (3, 4):
        return False
    last = size(port, -1) == 3 and size(port, -3) != 3
    if not last and size(port, -3) not in (3, None):
        return False
    sides = (size(port, -3), size(port, -2)) if last else (size(port, -2), size(port, -1))
    return all(side is None or side >= _SMALL_PX for side in sides)


def _by_names(graph: GraphInfo, names: int) -> Known | None:
    by_name = {plain(output.name): output for output in graph.outputs}
    if "pred_masks" in by_name:
        return None  # outlines of things: more than boxes
    told = {port.name for port in graph.inputs}
    for decoder, wanted in _NAMED:
        if set(wanted) <= set(by_name) and _agrees(decoder, by_name, told):
            return _which_detr(graph, by_name, names) if decoder == "detr" else Known(decoder, 0.95, _NAMES)
    return None


def _agrees(decoder: str, by_name: Mapping[str, Port], told: set[str]) -> bool:
    """Whether shapes and inputs go with the names, which several kinds share."""
    if decoder in ("rf_detr", "mmdeploy"):
        return size(by_name["dets"], -1) == (4 if decoder == "rf_detr" else 5)
    if decoder in ("rt_detr_ends", "torchvision"):
        return ("orig_target_sizes" in told) == (decoder == "rt_detr_ends")
    if decoder == "ultraface":
        return size(by_name["boxes"], -1) == 4 and size(by_name["scores"], -1) == 2
    return True


def _which_detr(graph: GraphInfo, by_name: Mapping[str, Port], names: int) -> Known:
    """Those that judge each class on its own look at a picture in points between pixels (GridSample)."""
    classes, questions = size(by_name["logits"], -1), size(by_name["logits"], 1)
    port = picture_port(graph)
    masked = any(port.name == "pixel_mask" for port in graph.inputs)
    alone = "deformable_detr" if masked else "detr_sigmoid"
    if names and classes in (names, names + 1):
        return Known(alone if classes == names else "detr_softmax", 0.95, "the number of names it has")
    if "GridSample" in graph.operators:
        return Known(alone, 0.95, "the steps of the model")
    if classes in (80, 91):
        return Known(alone, 0.95 if classes == 80 else 0.9, _SHAPE)
    if classes == 92 or (classes and questions in (15, 125)):  # of Table Transformer
        return Known("detr_softmax", 0.95, _SHAPE)
    if port is not None and size(port, -1) == size(port, -2) == 640:
        return Known("detr_sigmoid", 0.9, "the size of its input")  # DETR takes pictures of any size
    return Known("detr", 0.9, _NAMES)


def _by_shapes(graph: GraphInfo) -> Known | None:
    """Kinds without names of their own, told by what all their outputs look like together."""
    told = {port.name for port in graph.inputs}
    if "image_shape" in told and _shaped("yolo_v3", graph):
        return Known("yolo_v3", 0.95, _SHAPE)
    if told & {"scale_factor", "im_shape"} and _shaped("paddle", graph):
        return Known("paddle", 0.95, "the names of its inputs")
    for decoder, (fit, looks) in _SHAPED.items():
        few = len(graph.outputs) == len(looks) or (decoder == "paddle" and len(graph.outputs) == 2)
        if fit and few and _shaped(decoder, graph):
            return _unless_else(Known(decoder, fit, _SHAPE), graph)
    return None


def _unless_else(known: Known, graph: GraphInfo) -> Known | None:
    """None where the shapes have a likelier reason.

    A list of things (N, 6 or 7) looks like the scores of a classifier for N pictures. YOLO-NAS looks at one box in each
    cell of its grids.
    """
    output, port = graph.outputs[0], picture_port(graph)
    if known.decoder == "yolo_nas" and port is not None:
        rows, anchors = {size(one, 1) for one in graph.outputs}, _detector_rows.anchors_of(port)
        return known if len(rows) == 1 and (not anchors or rows <= {*anchors, None}) else None
    if known.decoder not in ("yolo_v7_ends", "paddle"):
        return known
    first = (output.shape or (None,))[0]
    if port is None or first == 1 or (first is not None and first == (port.shape or (None,))[0]):
        return None
    return Known(known.decoder, 0.97, "the model's own notes") if "stride" in graph.metadata else known


def _shaped(decoder: str, graph: GraphInfo) -> tuple[str, ...]:
    """Names of the outputs that look like what a kind reads, in its order; () when one is missing."""
    looks = (_is_rows,) if decoder in _ROWS else _SHAPED.get(decoder, (0.0, ()))[1]
    taken: list[str] = []
    for fits in looks:
        taken += [port.name for port in graph.outputs if port.name not in taken and fits(port)][:1]
    return tuple(taken) if len(taken) == len(looks) else ()


def _is_rows(port: Port) -> bool:
    return rank(port) == 3


def _by_rows(graph: GraphInfo, port: Port, names: int) -> Known | None:
    """One output of rank 3, as YOLO models give it; older exports add three maps of their own, outlines one."""
    rows = [output for output in graph.outputs if rank(output) == 3 and output.dtype.startswith("float")]
    fine = (3, 5, 4) if graph.metadata.get("task") == "segment" else (3, 5)
    if len(rows) != 1 or any(rank(output) not in fine for output in graph.outputs):
        return None
    said = len(notes.labels(graph.metadata))
    decoder, fit, source = _detector_rows.kind(rows[0], port, said, graph.metadata)
    if names and not said:
        better = _detector_rows.kind(rows[0], port, names, graph.metadata)
        decoder, fit, source = (
            better._replace(source="the number of names it has") if better.fit else (decoder, fit, source)
        )
    return Known(decoder, fit, source) if fit else None
