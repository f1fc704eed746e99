"""Pictures to try a model with, and others kept apart to calibrate with, each with its source and licence.

Photographs lie in the packages scikit-image and scikit-learn, which are located and never imported; the rest is drawn
on demand. A picture whose package isn't installed is not offered.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from core.errors import BadPicture
from core.samples import _drawn

Use = Literal["try", "calibrate"]


@dataclass(frozen=True)
class Sample:
    name: str
    title: str
    use: Use
    """Those to calibrate with are not offered to try, so that a model is never judged by what shaped it."""
    licence: str
    source: str
    file: str = ""
    """Package and path inside it."""
    draw: Callable[[], bytes] | None = None
    """For a picture of our own: makes a PNG file."""


def samples(use: Use) -> tuple[Sample, ...]:
    """What can be had here, in the order to be shown."""
    return tuple(sample for sample in _SAMPLES if sample.use == use and (sample.draw or _path(sample.file)))


def read(name: str) -> bytes:
    """The file of one sample, PNG or JPEG. Raises BadPicture when there is none of that name here."""
    sample = next((sample for sample in _SAMPLES if sample.name == name), None)
    if sample and sample.draw:
        return sample.draw()
    path = _path(sample.file) if sample else None
    if path is None:
        raise BadPicture(
            f"There is no sample called “{name[:60]}”.",
            "Its package isn't installed, or the name is another one.",
            "Choose one of the samples shown.",
        )
    return path.read_bytes()


def small(name: str, side_px: int) -> bytes:
    """A sample as a JPEG whose longer side has at most `side_px`."""
    import io

    from PIL import Image

    with Image.open(io.BytesIO(read(name))) as image:
        image.draft("RGB", (side_px, side_px))
        picture = image.convert("RGB")
    picture.thumbnail((side_px, side_px))
    target = io.BytesIO()
    picture.save(target, "JPEG", quality=88)
    return target.getvalue()


@cache
def _path(file: str) -> Path | None:
    package, _, inside = file.partition("/")
    found = importlib.util.find_spec(package)
    folders = (found.submodule_search_locations or []) if found else []
    return next((path for path in (Path(folder) / inside for folder in folders) if path.is_file()), None)


_OURS = ("CC0-1.0", "drawn by ONNX Playground")
_FREE = "public domain"
_BY = "CC-BY-2.0"

_SAMPLES = (
    Sample("chelsea", "A cat", "try", "CC0-1.0", "Stéfan van der Walt, in scikit-image", "skimage/data/chelsea.png"),
    Sample(
        "coffee", "A cup of coffee", "try", "CC0-1.0", "Rachel Michetti, in scikit-image", "skimage/data/coffee.png"
    ),
    Sample(
        "china",
        "A palace",
        "try",
        _BY,
        "danielbuechele on Flickr, in scikit-learn",
        "sklearn/datasets/images/china.jpg",
    ),
    Sample(
        "flower", "A flower", "try", _BY, "vultilion on Flickr, in scikit-learn", "sklearn/datasets/images/flower.jpg"
    ),
    Sample("rocket", "A rocket taking off", "try", _FREE, "SpaceX, in scikit-image", "skimage/data/rocket.jpg"),
    Sample("astronaut", "An astronaut", "try", _FREE, "NASA, in scikit-image", "skimage/data/astronaut.png"),
    Sample("camera", "A photographer", "try", "CC0-1.0", "Lav Varshney, in scikit-image", "skimage/data/camera.png"),
    Sample(
        "galaxies", "Far galaxies", "try", _FREE, "NASA and ESA, in scikit-image", "skimage/data/hubble_deep_field.jpg"
    ),
    Sample("page", "A page of a book", "try", "BSD-3-Clause", "scikit-image", "skimage/data/page.png"),
    Sample("sign", "A sign", "try", *_OURS, draw=_drawn.sign),
    Sample("receipt", "A receipt", "try", *_OURS, draw=_drawn.receipt),
    Sample("digit", "A handwritten number", "try", *_OURS, draw=_drawn.digit),
    Sample("chart", "A bar chart", "try", *_OURS, draw=_drawn.chart),
    Sample("coins", "Greek coins", "calibrate", _FREE, "Brooklyn Museum, in scikit-image", "skimage/data/coins.png"),
    Sample(
        "clock",
        "A clock, blurred",
        "calibrate",
        _FREE,
        "Stéfan van der Walt, in scikit-image",
        "skimage/data/clock_motion.png",
    ),
    Sample("brick", "A brick wall", "calibrate", "CC0-1.0", "CC0Textures, in scikit-image", "skimage/data/brick.png"),
    Sample("gravel", "Gravel", "calibrate", "CC0-1.0", "CC0Textures, in scikit-image", "skimage/data/gravel.png"),
    Sample("grass", "Grass", "calibrate", "CC0-1.0", "linolafett, in scikit-image", "skimage/data/grass.png"),
    Sample(
        "retina",
        "The back of an eye",
        "calibrate",
        "CC0-1.0",
        "Mikael Häggström, in scikit-image",
        "skimage/data/retina.jpg",
    ),
    Sample(
        "cell", "A living cell", "calibrate", "CC0-1.0", "Paul Müller et al., in scikit-image", "skimage/data/cell.png"
    ),
    Sample(
        "horse",
        "A horse's outline",
        "calibrate",
        "CC0-1.0",
        "Andreas Preuss, in scikit-image",
        "skimage/data/horse.png",
    ),
    Sample("tissue", "Tissue under a microscope", "calibrate", _FREE, "CMMI, in scikit-image", "skimage/data/ihc.png"),
)
"""Licences as stated by the packages; “public domain” also where they know of no restrictions."""
