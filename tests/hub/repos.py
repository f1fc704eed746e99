"""Builds the repos of the loopback hub: one of each kind there is on the real one. `python -m tests.hub.repos ROOT`."""

import json
import sys
from pathlib import Path

from tests.hub import graphs

VISION = "Xenova/tiny-vit"
TRANSLATOR = "Xenova/tiny-t5"
CLIP = "Xenova/tiny-clip"
SAM = "Xenova/tiny-sam"
ZOO = "onnxmodelzoo/mnist-12"
OCR = "SWHL/tiny-ocr"
WEIGHTS_BESIDE = "onnx-community/weights-beside"
GATED = "makers/gated"
PRIVATE = "makers/private"
RENAMED, OLD_NAME = "makers/new-name", "makers/old-name"
UNSAFE = "makers/unsafe"
UNSAFE_BESIDE = "makers/unsafe-beside"
DOUBTFUL = "makers/doubtful"
NO_ONNX = "makers/no-onnx"
HOSTILE = "makers/hostile-names"
NON_COMMERCIAL = "makers/non-commercial"
LICENCE_ON_BASE, BASE = "Xenova/no-licence-of-its-own", "google/base-vit"
TOKEN = "hf_good"  # lets in where one must sign in
HOSTILE_NAMES = ("../up.onnx", "/etc/root.onnx", "a\\..\\b.onnx", "C:/disk.onnx", "line\nbreak.onnx", "CON.onnx")

CONFIG = {"architectures": ["TinyForImageClassification"], "id2label": dict(enumerate(graphs.LABELS))}
PREPARATION = {
    "size": {"height": graphs.SIDE_PX, "width": graphs.SIDE_PX},
    "image_mean": [0.5] * 3,
    "image_std": [0.5] * 3,
}
LICENCE = {"cardData": {"license": "apache-2.0"}}
PICTURES = {"pipeline_tag": "image-classification", "library_name": "transformers.js"}
_TAGS = ["onnx", "transformers.js"]


def make(root, id_, files, **meta):
    """One repo; `files`: models, bytes, texts, or what JSON can say, by name."""
    folder = Path(root) / id_
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".hub.json").write_text(json.dumps({"tags": ["onnx"], **meta}))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_bytes(content))
    return folder


def _bytes(content):
    if hasattr(content, "SerializeToString"):
        return content.SerializeToString()
    if isinstance(content, bytes):
        return content
    return (content if isinstance(content, str) else json.dumps(content)).encode()


def vision(root):
    """As transformers.js wants it: one graph in several kinds of numbers."""
    files = {
        "onnx/model.onnx": graphs.classifier(),
        "onnx/model_fp16.onnx": graphs.classifier("fp16"),
        "onnx/model_quantized.onnx": graphs.classifier("int8"),
        "onnx/model_uint8.onnx": graphs.classifier("uint8"),
        "config.json": CONFIG,
        "preprocessor_config.json": PREPARATION,
        "README.md": "# A tiny model",
        "model.safetensors": b"\0" * 64,
    }
    make(root, VISION, files, tags=_TAGS, downloads=9000, likes=9, trending=5, **PICTURES, **LICENCE)


def translator(root):
    """Two graphs that work together; half of the small one is missing, and two are there for older programs only."""
    files = {
        "onnx/encoder_model.onnx": graphs.embedder(),
        "onnx/encoder_model_fp16.onnx": graphs.embedder("fp16"),
        "onnx/decoder_model_merged.onnx": graphs.decoder(),
        "onnx/decoder_model.onnx": graphs.decoder(),
        "onnx/decoder_with_past_model.onnx": graphs.decoder(),
        "onnx/encoder_model_quantized.onnx": graphs.embedder(),
        "onnx/decoder_model_merged_quantized.onnx": graphs.decoder("fp16"),
        "config.json": {"model_type": "t5"},
        "generation_config.json": {"eos_token_id": 1},
        "tokenizer.json": {"version": "1.0"},
        "tokenizer_config.json": {},
    }
    card = {"license": "apache-2.0", "language": ["en", "fr"]}
    make(root, TRANSLATOR, files, tags=_TAGS, downloads=700, pipeline_tag="translation", cardData=card)


def clip(root):
    both = {"onnx/text_model.onnx": graphs.embedder(), "onnx/vision_model.onnx": graphs.classifier()}
    small = {
        "onnx/text_model_fp16.onnx": graphs.embedder("fp16"),
        "onnx/vision_model_fp16.onnx": graphs.classifier("fp16"),
    }
    files = {**both, **small, "config.json": {}, "preprocessor_config.json": PREPARATION, "tokenizer.json": {}}
    make(root, CLIP, files, tags=_TAGS, downloads=600, pipeline_tag="zero-shot-image-classification", **LICENCE)


def sam(root):
    names = ("vision_encoder", "prompt_encoder_mask_decoder")
    files = {f"onnx/{name}{end}.onnx": graphs.classifier() for name in names for end in ("", "_quantized")}
    make(root, SAM, files, tags=_TAGS, downloads=500, pipeline_tag="mask-generation", **LICENCE)


def zoo(root):
    """As the ONNX Model Zoo has them: one file, no settings, no task."""
    make(root, ZOO, {"mnist-12.onnx": graphs.classifier()}, tags=["onnx", "validated", "vision"], **LICENCE)


def ocr(root):
    """A chain of three graphs for reading text in pictures."""
    names = ("ch_PP-OCRv4_det_infer", "ch_ppocr_mobile_v2.0_cls_infer", "ch_PP-OCRv4_rec_infer")
    files = {f"{name}.onnx": graphs.classifier() for name in names}
    make(root, OCR, {**files, "ppocr_keys_v1.txt": "a\nb\n"}, downloads=80, pipeline_tag="image-to-text", **LICENCE)


def weights_beside(root):
    """Weights in a file of their own, as transformers.js names it, and in half precision in two."""
    graph, content = graphs.with_weights_beside(graphs.classifier(), "model.onnx_data")
    small, halves = graphs.with_weights_beside(graphs.classifier("fp16"), "model_fp16.onnx_data")
    files = {
        "onnx/model.onnx": graph,
        "onnx/model.onnx_data": content,
        "onnx/model_fp16.onnx": small,
        "onnx/model_fp16.onnx_data": halves,
        "config.json": CONFIG,
        "preprocessor_config.json": PREPARATION,
    }
    make(root, WEIGHTS_BESIDE, files, tags=_TAGS, downloads=400, **PICTURES, **LICENCE)


def who_may_come_in(root):
    files = {"onnx/model.onnx": graphs.classifier(), "config.json": CONFIG}
    make(root, GATED, files, gated="auto", allow=[TOKEN], downloads=50, **PICTURES, **LICENCE)
    make(root, PRIVATE, files, private=True, allow=[TOKEN], **PICTURES, **LICENCE)
    make(root, RENAMED, files, was=[OLD_NAME], downloads=40, **PICTURES, **LICENCE)


def what_the_scanner_says(root):
    files = {"model.onnx": graphs.classifier(), "pytorch_model.bin": b"\x80\x02evil"}
    make(root, UNSAFE, files, security={"model.onnx": "unsafe"}, downloads=5, **PICTURES, **LICENCE)
    make(root, UNSAFE_BESIDE, files, security={"pytorch_model.bin": "unsafe"}, downloads=5, **PICTURES, **LICENCE)
    make(root, DOUBTFUL, files, security={"model.onnx": "suspicious"}, downloads=4, **PICTURES, **LICENCE)


def licences(root):
    files = {"onnx/model.onnx": graphs.classifier()}
    closed = {"license": "cc-by-nc-4.0"}
    make(root, NON_COMMERCIAL, files, downloads=30, pipeline_tag="background-removal", cardData=closed)
    make(root, LICENCE_ON_BASE, files, tags=_TAGS, downloads=300, **PICTURES, cardData={"base_model": BASE})
    make(root, BASE, {"model.safetensors": b"\0"}, tags=["pytorch"], cardData={"license": "mit"})


def what_is_no_model(root):
    make(root, NO_ONNX, {"model.safetensors": b"\0" * 8, "config.json": CONFIG}, downloads=3, **PICTURES, **LICENCE)
    files = {"onnx/model.onnx": graphs.classifier(), "config.json": CONFIG}
    names = [*HOSTILE_NAMES, f"{'long' * 60}.onnx"]
    make(root, HOSTILE, files, told=names, downloads=2, **PICTURES, **LICENCE)


def many(root, count=45):
    """Enough for several pages: `bulk/model-00`, ..., the later the more used."""
    for number in range(count):
        files = {"onnx/model.onnx": graphs.classifier("fp16"), "config.json": {}}
        make(root, f"bulk/model-{number:02d}", files, downloads=10_000 + number, **PICTURES)


def make_all(root):
    for build in (vision, translator, clip, sam, zoo, ocr, weights_beside, who_may_come_in, what_the_scanner_says):
        build(root)
    for build in (licences, what_is_no_model, many):
        build(root)


if __name__ == "__main__":
    make_all(Path(sys.argv[1]))
