"""Small real graphs that take and give what the models of our catalogue do. Their weights are drawn, not learned."""

import re

import numpy as np
import onnx
from onnx import numpy_helper, parser

_TOKENS = "int64[batch,sequence] input_ids, int64[batch,sequence] attention_mask"
_BERT = f"{_TOKENS}, int64[batch,sequence] token_type_ids"
_VOCABULARY, _WIDTH = 512, 16


def graph(inputs, outputs, steps, **shapes):
    """From the notation of onnx.parser; `shapes` of the weights by name."""
    header = '<ir_version: 8, opset_import: ["": 17]>'
    model = parser.parse_model(f"{header} g ({inputs}) => ({outputs}) {{ {steps} }}")
    rng = np.random.default_rng(0)
    for name, shape in shapes.items():
        values = rng.standard_normal(shape).astype(np.float32) * 0.5
        model.graph.initializer.append(numpy_helper.from_array(values, name))
    return model


def scores(given, made, count, *, channels=3, side="224", batch="batch"):
    """One picture in, one row of scores out."""
    return graph(
        f"float[{batch},{channels},{side},{side}] {given}",
        f"float[{batch},{count}] {made}",
        f"m = GlobalAveragePool({given}) f = Flatten(m) {made} = MatMul(f, w)",
        w=(channels, count),
    )


def boxes(given="float[batch,3,height,width] pixel_values", names=("logits", "pred_boxes"), count=92, queries=10):
    """One picture in, scores and boxes for a few places out."""
    name, (first, second) = given.split()[-1], names
    sums = f"c = Constant<value_ints = [1, {queries}, {count}]>() d = Constant<value_ints = [1, {queries}, 4]>()"
    return graph(
        given,
        f"float[batch,{queries},{count}] {first}, float[batch,{queries},4] {second}",
        f"m = GlobalAveragePool({name}) f = Flatten(m) a = MatMul(f, v) e = MatMul(f, w) g = Sigmoid(e) {sums} "
        f"{first} = Reshape(a, c) {second} = Reshape(g, d)",
        v=(3, queries * count),
        w=(3, queries * 4),
    )


def picture(given, made, step):
    """One picture in, another out."""
    return graph(given, made, step)


def grey(given="float[batch,3,height,width] pixel_values", made="float[batch,1,height,width] output", *, keep=1):
    name, out = given.split()[-1], made.split()[-1]
    return graph(given, made, f"{out} = ReduceMean<axes = [1], keepdims = {keep}>({name})")


def larger(given, made, times):
    name, out = given.split()[-1], made.split()[-1]
    step = f"s = Constant<value_floats = [1.0, 1.0, {times}.0, {times}.0]>() {out} = Resize({name}, , s)"
    return graph(given, made, step)


def states(inputs=_BERT, made="last_hidden_state", width=_WIDTH):
    """Pieces of words in, numbers for each out."""
    return graph(
        inputs, f"float[batch,sequence,{width}] {made}", f"{made} = Gather(t, input_ids)", t=(_VOCABULARY, width)
    )


def judged(count, inputs=_BERT):
    """Pieces of words in, one row of scores for the text out."""
    steps = "g = Gather(t, input_ids) m = ReduceMean<axes = [1], keepdims = 0>(g) logits = MatMul(m, w)"
    return graph(inputs, f"float[batch,{count}] logits", steps, t=(_VOCABULARY, _WIDTH), w=(_WIDTH, count))


def marked(count, inputs=_BERT):
    """Pieces of words in, scores for each out."""
    return states(inputs, "logits", count)


def decoder():
    return graph(
        "int64[batch,sequence] input_ids, float[batch,source,16] encoder_hidden_states",
        "float[batch,sequence,512] logits",
        "g = Gather(t, input_ids) m = ReduceMean<axes = [1], keepdims = 1>(encoder_hidden_states) s = Add(g, m) "
        "logits = MatMul(s, w)",
        t=(_VOCABULARY, _WIDTH),
        w=(_WIDTH, _VOCABULARY),
    )


def picture_encoder():
    steps = "p = AveragePool<kernel_shape = [16, 16], strides = [16, 16]>(pixel_values) r = Constant<value_ints = [0, 3, -1]>() "
    return graph(
        "float[batch,3,224,224] pixel_values",
        "float[batch,196,16] last_hidden_state",
        f"{steps} f = Reshape(p, r) s = Transpose<perm = [0, 2, 1]>(f) last_hidden_state = MatMul(s, w)",
        w=(3, _WIDTH),
    )


def line_finder():
    """Dark places count as text."""
    steps = (
        "m = ReduceMean<axes = [1], keepdims = 1>(x) t = Constant<value_float = -10.0>() d = Mul(m, t) y = Sigmoid(d)"
    )
    return graph("float[batch,3,height,width] x", "float[batch,1,height,width] y", steps)


def line_reader(letters=97):
    steps = (
        "p = AveragePool<kernel_shape = [48, 8], strides = [48, 8]>(x) a = Constant<value_ints = [2]>() "
        "q = Squeeze(p, a) s = Transpose<perm = [0, 2, 1]>(q) l = MatMul(s, w) y = Softmax<axis = 2>(l)"
    )
    return graph("float[batch,3,48,width] x", f"float[batch,steps,{letters}] y", steps, w=(3, letters))


def from_pixels():
    """Whole numbers in any size, boxes out."""
    return graph(
        "uint8[1,height,width,3] inputs",
        "float[1,4] detection_boxes, float[1,3] detection_classes, float[1,3] detection_scores, float[1] num_detections",
        "f = Cast<to = 1>(inputs) detection_classes = ReduceMean<axes = [1, 2], keepdims = 0>(f) "
        "detection_boxes = MatMul(detection_classes, w) detection_scores = Sigmoid(detection_classes) "
        "num_detections = ReduceMean<axes = [1], keepdims = 0>(detection_scores)",
        w=(3, 4),
    )


def click_picture():
    steps = "image_embeddings = AveragePool<kernel_shape = [16, 16], strides = [16, 16]>(pixel_values) "
    return graph(
        "float[1,3,1024,1024] pixel_values",
        "float[1,3,64,64] image_embeddings, float[1,3,64,64] image_positional_embeddings",
        f"{steps} image_positional_embeddings = Cos(image_embeddings)",
    )


def click_mask():
    return graph(
        "float[1,3,64,64] image_embeddings, float[1,1,points,2] input_points, int64[1,1,points] input_labels",
        "float[1,3,64,64] pred_masks, float[1,1,2] iou_scores",
        "s = ReduceMean(input_points) c = Cast<to = 1>(input_labels) l = ReduceMean(c) a = Add(s, l) "
        "pred_masks = Mul(image_embeddings, a) iou_scores = ReduceMean<axes = [2], keepdims = 0>(input_points)",
    )


def both(count=_WIDTH):
    """Words and a picture in, how well they fit out."""
    return graph(
        f"{_TOKENS}, float[images,3,224,224] pixel_values",
        "float[images,batch] logits_per_image",
        "g = Gather(t, input_ids) m = ReduceMean<axes = [1], keepdims = 0>(g) p = GlobalAveragePool(pixel_values) "
        "f = Flatten(p) e = MatMul(f, w) u = Transpose<perm = [1, 0]>(m) logits_per_image = MatMul(e, u)",
        t=(_VOCABULARY, count),
        w=(3, count),
    )


def writer():
    inputs = f"{_TOKENS}, int64[batch,sequence] position_ids, float[batch,2,past,8] past_key_values_0_key"
    return graph(
        inputs,
        "float[batch,sequence,512] logits, float[batch,2,past,8] present_0_key",
        "g = Gather(t, input_ids) logits = MatMul(g, w) present_0_key = Identity(past_key_values_0_key)",
        t=(_VOCABULARY, _WIDTH),
        w=(_WIDTH, _VOCABULARY),
    )


def of(entry, role):
    """For one part of an entry."""
    made = _SPECIAL.get((entry.id, role)) or _SPECIAL.get(entry.id) or _BY_TASK[entry.task]
    return made()


def stamped(model, path):
    """Two variants are never the same file."""
    stamp = onnx.StringStringEntryProto(key="file", value=re.sub(r"[^ -~]", "", path))
    model.metadata_props.append(stamp)
    return model


_SPECIAL = {
    "mobilenet-v2": lambda: scores("input", "output", 1000),
    "squeezenet": lambda: scores("data", "squeezenet0_flatten0_reshape0", 1000, batch="1"),
    "mnist-digits": lambda: scores("Input3", "Plus214_Output_0", 10, channels=1, side="28", batch="1"),
    "emotion-ferplus": lambda: scores("Input3", "Plus692_Output_0", 8, channels=1, side="64", batch="1"),
    "resnet-50-features": lambda: scores("input", "output", 2048),
    "dinov2-small": picture_encoder,
    "ultraface": lambda: boxes("float[1,3,240,320] input", ("scores", "boxes"), 2),
    "yunet": lambda: boxes("float[1,3,640,640] input", ("cls_8", "bbox_8"), 1),
    "tiny-yolo-v2": lambda: graph(
        "float[batch,3,416,416] image",
        "float[batch,125,13,13] grid",
        "p = AveragePool<kernel_shape = [32, 32], strides = [32, 32]>(image) grid = Conv(p, w)",
        w=(125, 3, 1, 1),
    ),
    "ssd-mobilenet": from_pixels,
    "fcn-resnet-50": lambda: graph(
        "float[batch,3,height,width] input",
        "float[batch,21,height,width] out, float[batch,21,height,width] aux",
        "out = Conv(input, w) aux = Conv(input, v)",
        w=(21, 3, 1, 1),
        v=(21, 3, 1, 1),
    ),
    "modnet": lambda: grey("float[batch,3,height,width] input"),
    "birefnet-lite": lambda: grey("float[1,3,1024,1024] input_image", "float[1,1,1024,1024] output_image"),
    "rmbg-1-4": lambda: grey("float[1,3,1024,1024] input", "float[1,1,1024,1024] output"),
    "depth-anything-small": lambda: grey(made="float[batch,height,width] predicted_depth", keep=0),
    "super-resolution-x3": lambda: larger("float[batch,1,224,224] input", "float[batch,1,672,672] output", 3),
    "swin2sr-light": lambda: larger(
        "float[batch,3,height,width] pixel_values", "float[batch,3,h2,w2] reconstruction", 2
    ),
    "mosaic-style": lambda: graph("float[1,3,224,224] input1", "float[1,3,224,224] output1", "output1 = Relu(input1)"),
    ("slimsam", "vision"): click_picture,
    ("slimsam", "decoder"): click_mask,
    ("siglip-base", "vision"): lambda: scores("pixel_values", "pooler_output", _WIDTH),
    ("siglip-base", "text"): lambda: graph(
        "int64[batch,64] input_ids",
        f"float[batch,{_WIDTH}] pooler_output",
        "g = Gather(t, input_ids) pooler_output = ReduceMean<axes = [1], keepdims = 0>(g)",
        t=(_VOCABULARY, _WIDTH),
    ),
    ("vit-gpt2-captions", "encoder"): picture_encoder,
    ("vit-gpt2-captions", "decoder"): decoder,
    ("ppocr-english", "detect"): line_finder,
    ("ppocr-english", "recognise"): line_reader,
    ("ppocr-chinese", "detect"): line_finder,
    ("ppocr-chinese", "recognise"): lambda: line_reader(6625),
    "minilm-sentences": lambda: sentence_numbers(_WIDTH),
    "bge-small": lambda: sentence_numbers(_WIDTH),
    "e5-multilingual": lambda: sentence_numbers(_WIDTH),
    "ms-marco-rerank": lambda: judged(1),
    "distilbert-squad": lambda: graph(
        _TOKENS,
        "float[batch,sequence] start_logits, float[batch,sequence] end_logits",
        "g = Gather(t, input_ids) start_logits = ReduceMean<axes = [2], keepdims = 0>(g) "
        "end_logits = ReduceMax<axes = [2], keepdims = 0>(g)",
        t=(_VOCABULARY, _WIDTH),
    ),
    "distilbert-fill-mask": lambda: marked(_VOCABULARY, _TOKENS),
    "sst2-sentiment": lambda: judged(2, _TOKENS),
    "go-emotions": lambda: judged(28, _TOKENS),
    "toxic-bert": lambda: judged(6),
    "language-detection": lambda: judged(20, _TOKENS),
    "privacy-filter": lambda: marked(33, _TOKENS),
    **{(id_, "encoder"): lambda: states(_TOKENS) for id_ in ("t5-small", "opus-en-fr", "distilbart-summaries")},
    **{(id_, "decoder"): decoder for id_ in ("t5-small", "opus-en-fr", "distilbart-summaries")},
}
"""By entry, or by entry and role."""


def sentence_numbers(width):
    """As `states`, with as many pieces of words as BERT knows."""
    steps = "last_hidden_state = Gather(t, input_ids)"
    return graph(_BERT, f"float[batch,sequence,{width}] last_hidden_state", steps, t=(30_522, width))


_BY_TASK = {
    "image-classification": lambda: scores("pixel_values", "logits", 1000),
    "object-detection": boxes,
    "image-segmentation": boxes,
    "text-classification": lambda: judged(5),
    "token-classification": lambda: marked(9),
    "zero-shot-classification": lambda: judged(3),
    "zero-shot-image-classification": both,
    "text-generation": writer,
}
