"""Expected boxes for every kind of detector in `tests/core/tasks/detectors.py`, on two pictures that aren't square.

Needs torch 2.13.0, transformers 5.24.0, numpy 2.4.6. Run from the project root:
`python tests/reference/object_detection.py`. Writes `expected/object_detection.npz`: for each case and picture `boxes`
(N, 4) left, top, right, bottom in pixels of the picture, `scores` and `classes`, the best first, at most 300 above 0.05.

The DETR family is read by transformers' own `post_process_object_detection`. The others by what their papers and
authors publish, written out here one number at a time: letterbox r = min(S / h, S / w) with the picture in the middle
(Ultralytics), x = (x' - pad) / r; greedy non-maximum suppression by its definition (Felzenszwalb et al. 2010) per class;
YOLOv2 (Redmon 2016, section 2), YOLOv4 (ONNX Model Zoo, yolov4), YOLOX (Ge 2021) for their grids.
"""

import math
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
from transformers.models.conditional_detr.image_processing_pil_conditional_detr import ConditionalDetrImageProcessorPil
from transformers.models.deformable_detr.image_processing_pil_deformable_detr import DeformableDetrImageProcessorPil
from transformers.models.detr.image_processing_pil_detr import DetrImageProcessorPil
from transformers.models.rt_detr.image_processing_pil_rt_detr import RTDetrImageProcessorPil
from transformers.models.yolos.image_processing_pil_yolos import YolosImageProcessorPil

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))
from tests.core.tasks.detectors import PICTURES, cases  # noqa: E402  the data, which is no reference for anything

LIMIT, MOST = 0.05, 300


# --- the DETR family: transformers ---

HUGGING_FACE = {
    "detr": DetrImageProcessorPil,
    "table_transformer": DetrImageProcessorPil,
    "yolos": YolosImageProcessorPil,
    "conditional_detr": ConditionalDetrImageProcessorPil,
    "deformable_detr": DeformableDetrImageProcessorPil,
    "detr_rt": RTDetrImageProcessorPil,
    "rf_detr": RTDetrImageProcessorPil,  # its own takes torchvision; the rule is the same
}


def by_transformers(name, case, width, height):
    logits, boxes = (case.outputs[n] for n in (("labels", "dets") if name == "rf_detr" else ("logits", "pred_boxes")))
    outputs = SimpleNamespace(logits=torch.from_numpy(logits), pred_boxes=torch.from_numpy(boxes))
    more = {"top_k": MOST} if name in ("conditional_detr", "deformable_detr") else {}
    found = HUGGING_FACE[name]().post_process_object_detection(
        outputs, threshold=LIMIT, target_sizes=[(height, width)], **more
    )[0]
    rows = zip(found["boxes"].tolist(), found["scores"].tolist(), found["labels"].tolist(), strict=True)
    return [(box, score, label) for box, score, label in rows]


# --- where a box of what was fed lies in the picture ---


def from_letterbox(box, size, side, corner=False):
    r = min(side / size[0], side / size[1])
    left, top = (0 if corner else round((side - round(length * r)) / 2 - 0.1) for length in size)
    return [(box[0] - left) / r, (box[1] - top) / r, (box[2] - left) / r, (box[3] - top) / r]


def from_stretched(box, size, side):
    return [box[0] * size[0] / side, box[1] * size[1] / side, box[2] * size[0] / side, box[3] * size[1] / side]


# --- one box per thing ---


def overlap(a, b):
    w = min(a[2], b[2]) - max(a[0], b[0])
    h = min(a[3], b[3]) - max(a[1], b[1])
    if w <= 0 or h <= 0:
        return 0.0
    return w * h / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h)


def suppressed(rows, limit):
    """A box is dropped when a better one of its class that was kept overlaps it by more than the limit."""
    kept = []
    for row in sorted(rows, key=lambda one: -one[1]):
        if all(other[2] != row[2] or overlap(other[0], row[0]) <= limit for other in kept):
            kept.append(row)
    return kept


# --- readers: rows of (box, score, class) ---


def around(x, y, w, h):
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


def sigmoid(value):
    return 1 / (1 + math.exp(-value))


def best(values):
    place = max(range(len(values)), key=lambda n: values[n])
    return place, float(values[place])


def first(case):
    return next(iter(case.outputs.values()))


def yolo_v8(case):
    for column in first(case)[0].T:
        place, score = best(column[4:])
        if score > LIMIT:
            yield around(*map(float, column[:4])), score, place


def yolo_v5(case):
    for row in first(case)[0]:
        place, score = best(row[5:])
        if score * row[4] > LIMIT:
            yield around(*map(float, row[:4])), float(score * row[4]), place


def yolox(case):
    row = iter(first(case)[0])
    for step in (8, 16, 32):
        for gy in range(640 // step):
            for gx in range(640 // step):
                one = next(row)
                place, score = best(one[5:])
                if score * one[4] > LIMIT:
                    x, y = (float(one[0]) + gx) * step, (float(one[1]) + gy) * step
                    yield around(x, y, math.exp(one[2]) * step, math.exp(one[3]) * step), float(score * one[4]), place


def yolo_v2(case):
    anchors = [1.08, 1.19, 3.42, 4.41, 6.63, 11.38, 9.42, 5.11, 16.62, 10.52]
    grid = first(case)[0]
    for a in range(5):
        for gy in range(13):
            for gx in range(13):
                one = [float(v) for v in grid[a * 25 : a * 25 + 25, gy, gx]]
                chances = torch.softmax(torch.tensor(one[5:], dtype=torch.float64), 0).tolist()
                place, chance = best(chances)
                score = sigmoid(one[4]) * chance
                if score > LIMIT:
                    w, h = math.exp(one[2]) * anchors[2 * a] * 32, math.exp(one[3]) * anchors[2 * a + 1] * 32
                    yield around((gx + sigmoid(one[0])) * 32, (gy + sigmoid(one[1])) * 32, w, h), score, place


def yolo_v4(case):
    anchors = {
        52: [(12, 16), (19, 36), (40, 28)],
        26: [(36, 75), (76, 55), (72, 146)],
        13: [(142, 110), (192, 243), (459, 401)],
    }
    spread, stride = {52: 1.2, 26: 1.1, 13: 1.05}, {52: 8, 26: 16, 13: 32}
    for one in case.outputs.values():
        n = one.shape[1]
        for gy in range(n):
            for gx in range(n):
                for a in range(3):
                    v = one[0, gy, gx, a]
                    place, chance = best(v[5:])
                    score = float(v[4]) * chance
                    if score > LIMIT:
                        s = spread[n]
                        x = (sigmoid(v[0]) * s - 0.5 * (s - 1) + gx) * stride[n]
                        y = (sigmoid(v[1]) * s - 0.5 * (s - 1) + gy) * stride[n]
                        w, h = math.exp(v[2]) * anchors[n][a][0], math.exp(v[3]) * anchors[n][a][1]
                        yield around(x, y, w, h), score, place


def yolo_v3(case):
    boxes, scores, taken = case.outputs.values()
    for _, label, box in taken.tolist():
        top, left, bottom, right = boxes[0, box].tolist()
        yield [left, top, right, bottom], float(scores[0, label, box]), label


def listed(case, names, number=None, turned=False):
    boxes, scores, labels = (case.outputs[name] for name in names)
    if boxes.ndim == 3:
        boxes, scores, labels = boxes[0], scores.ravel(), labels.ravel()
    for box, score, label in list(zip(boxes, scores, labels, strict=True))[:number]:
        a, b, c, d = (float(v) for v in box)
        yield ([b, a, d, c] if turned else [a, b, c, d]), float(score), int(label)


def scored(case, boxes, scores):
    for box, chances in zip(case.outputs[boxes][0], case.outputs[scores][0], strict=True):
        place, score = best(chances)
        if score > LIMIT:
            yield [float(v) for v in box], score, place


def columns(rows, box, score, label):
    """Rows of numbers, where the box starts, where the score and the class stand."""
    for row in rows.astype(float).tolist():
        yield row[box : box + 4], row[score], int(row[label])


def rt_detr(case):
    for row in first(case)[0]:
        place, score = best(row[4:])
        yield around(*map(float, row[:4])), score, place


def faces(case):
    for box, (_, score) in zip(case.outputs["boxes"][0].tolist(), case.outputs["scores"][0].tolist(), strict=True):
        if score > LIMIT:
            yield box, score, 1


SSD_TF = ("detection_boxes:0", "detection_scores:0", "detection_classes:0")
EFFICIENT = ("det_boxes", "det_scores", "det_classes")
ROWS = {
    "yolo_v8": lambda case: suppressed(yolo_v8(case), 0.45),
    "yolo_v5": lambda case: suppressed(yolo_v5(case), 0.45),
    "yolox": lambda case: suppressed(yolox(case), 0.45),
    "yolo_nas": lambda case: suppressed(scored(case, "boxes_out", "scores_out"), 0.45),
    "yolo_ends": lambda case: columns(first(case)[0], 0, 4, 5),
    "yolo_v7_ends": lambda case: columns(first(case), 1, 6, 5),
    "yolo_v2": lambda case: suppressed(yolo_v2(case), 0.45),
    "yolo_v4": lambda case: suppressed(yolo_v4(case), 0.213),
    "yolo_v3": yolo_v3,
    "rt_detr": rt_detr,
    "rt_detr_ends": lambda case: listed(case, ("boxes", "scores", "labels")),
    "ssd_mlperf": lambda case: listed(case, ("bboxes", "scores", "labels")),
    "ssd_tf": lambda case: listed(case, SSD_TF, number=70, turned=True),
    "ssd_caffe": lambda case: columns(first(case)[0, 0][first(case)[0, 0, :, 0] == 0], 3, 2, 1),
    "torchvision": lambda case: listed(case, ("boxes", "scores", "labels")),
    "paddle": lambda case: columns(first(case)[first(case)[:, 0] >= 0], 2, 1, 0),
    "mmdeploy": lambda case: (
        (row[:4], row[4], label)
        for row, label in zip(case.outputs["dets"][0].tolist(), case.outputs["labels"][0].tolist(), strict=True)
    ),
    "efficient_nms": lambda case: listed(case, EFFICIENT, number=70),
    "ultraface": lambda case: suppressed(faces(case), 0.3),
}


def in_picture(name, box, width, height):
    """How each kind's boxes are meant. YOLOv3's graph is told the size; torchvision is fed the picture as it is."""
    if name == "torchvision":
        return box
    if name in ("yolo_v2", "yolo_v4"):
        return from_letterbox(box, (width, height), 416)
    if name == "yolox":
        return from_letterbox(box, (width, height), 640, corner=True)
    if name in ("paddle", "mmdeploy"):
        return from_stretched(box, (width, height), 640)
    if name == "efficient_nms" or (name.startswith("yolo") and name != "yolo_v3"):
        return from_letterbox(box, (width, height), 640)
    return from_stretched(box, (width, height), 1)


def rows_of(name, case, width, height):
    """Boxes in pixels of the picture, scores, classes; not yet clipped, limited or sorted."""
    if name in HUGGING_FACE:
        return by_transformers(name, case, width, height)
    return [(in_picture(name, box, width, height), score, label) for box, score, label in ROWS[name](case)]


def clipped(box, width, height):
    return [min(max(v, 0), limit) for v, limit in zip(box, (width, height, width, height), strict=True)]


def main():
    expected = {}
    for name, case in cases().items():
        for number, (width, height) in enumerate(PICTURES):
            rows = [row for row in rows_of(name, case, width, height) if row[1] > LIMIT]
            rows = sorted(rows, key=lambda row: -row[1])[:MOST]
            boxes = np.array([clipped(row[0], width, height) for row in rows], np.float32).reshape(-1, 4)
            expected |= {
                f"{name}_{number}_boxes": boxes,
                f"{name}_{number}_scores": np.array([row[1] for row in rows], np.float32),
                f"{name}_{number}_classes": np.array([row[2] for row in rows], np.uint8),
            }
        print(name, len(rows))
    np.savez_compressed(ROOT / "tests/reference/expected/object_detection.npz", **expected)


if __name__ == "__main__":
    main()
