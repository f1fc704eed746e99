"""Reads a picture of any usual format into plain pixels: upright, on white, three colours."""

from __future__ import annotations

import importlib
import io
import struct
import warnings
import zlib

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, TiffImagePlugin, UnidentifiedImageError, WebPImagePlugin

from core import settings
from core.errors import BadPicture

FORMATS = ("JPEG", "PNG", WebPImagePlugin.WebPImageFile.format, "GIF", "BMP", TiffImagePlugin.TiffImageFile.format)
"""Two are named by their plugins: imported by name, Pillow need not import its forty other formats to find them."""
_NOT_PIXELS: tuple[tuple[int, bytes, str], ...] = (
    (4, b"ftyphei", "a HEIC picture, as some phones make them"),
    (4, b"ftypmif", "a HEIC picture, as some phones make them"),
    (4, b"ftypavif", "an AVIF picture"),
    (0, b"<svg", "an SVG drawing, made of lines instead of pixels"),
    (0, b"<?xml", "an SVG drawing, made of lines instead of pixels"),
    (0, b"%PDF", "a PDF document"),
    (0, b"%!PS", "a PostScript drawing"),
    (0, b"<!DOCTYPE", "a web page"),
    (0, b"<html", "a web page"),
    (0, b"PK\x03\x04", "a ZIP archive or an Office document"),
    (0, b"\x89PNG", "a PNG picture, but damaged or of a rare kind"),
    (0, b"\xff\xd8\xff", "a JPEG picture, but damaged or of a rare kind"),
    (0, b"GIF8", "a GIF picture, but damaged or of a rare kind"),
    (8, b"WEBP", "a WebP picture, but damaged or of a rare kind"),
    (0, b"II*\0", "a TIFF picture, but damaged or of a rare kind"),
    (0, b"MM\0*", "a TIFF picture, but damaged or of a rare kind"),
)
_DAMAGED = (
    *(OSError, SyntaxError, ValueError, LookupError, TypeError, EOFError, ArithmeticError, AttributeError),
    *(AssertionError, RuntimeError, struct.error, zlib.error),
)
"""What Pillow was seen to raise, or may raise, on broken files."""
_JPEG, _SCAN = b"\xff\xd8\xff", b"\xff\xda"
_WARM_MODES = (
    ("PNG", ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")),
    ("JPEG", ("L", "RGB", "CMYK")),
    ("WEBP", ("RGB", "RGBA")),
    ("GIF", ("P",)),
    ("BMP", ("1", "P", "RGB")),
    ("TIFF", ("RGB", "CMYK", "F", "I", "LAB", "YCbCr")),
)


def read_picture(data: bytes) -> NDArray[np.uint8]:
    """Pixels of a JPEG, PNG, WebP, GIF (first frame), BMP or TIFF picture: uint8 (H, W, 3), upright, on white.

    What the bytes are decides, not the file's name. Raises BadPicture, also when a limit of
    `core.settings` is passed; that is known before the pixels are unpacked.
    """
    _check_bytes(data)
    try:
        with _opened(data) as image:
            _check_size(*image.size)
            return upright_rgb(image)
    except Image.DecompressionBombError as error:
        raise _too_large("It unpacks to far too many pixels.") from error
    except _DAMAGED as error:
        raise BadPicture(
            "This picture can't be read.",
            "The file is damaged or cut short.",
            "Open it in another program and save it again, or choose another picture.",
            f"{type(error).__name__}: {error}",
        ) from error


def upright_rgb(image: Image.Image) -> np.ndarray:
    """uint8 (H, W, 3) from any Pillow image: turned upright, transparency on white, deep greys scaled, not clipped."""
    ImageOps.exif_transpose(image, in_place=True)
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        grey = np.nan_to_num(np.array(image, dtype=np.float32), copy=False)
        np.clip(grey, -1e38, 1e38, out=grey)  # so that no difference is infinite
        low, high = min(float(grey.min()), 0.0), float(grey.max())
        if image.mode == "F":  # 0..1 or 0..255 by convention, anything else by its own range
            high = 1.0 if high <= 1 else max(high, 255.0)
        else:
            high = 65535.0 if image.mode.startswith("I;16") or 255 < high <= 65535 else max(high, 255.0)
        if isinstance(image.info.get("transparency"), int):
            grey[grey == image.info["transparency"]] = high
        grey -= low  # in place: a large picture fills the memory otherwise
        grey *= 255 / (high - low)
        grey += 0.5
        image = Image.fromarray(grey.astype(np.uint8))
    if image.has_transparency_data:
        colours = image.convert("RGBA")
        image = Image.new("RGB", image.size, "white")
        image.paste(colours, mask=colours.getchannel("A"))
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def warm_up() -> None:
    """Reads one picture of every kind, so that Pillow has imported its plugins before the process is locked up."""
    for format_, modes in _WARM_MODES:
        for mode in modes:
            target = io.BytesIO()
            Image.new(mode, (2, 2)).save(target, format_)
            thumbnail(read_picture(target.getvalue()), 1)
    write_png(np.zeros((1, 1, 3), np.uint8))
    importlib.import_module("PIL.MpoImagePlugin")  # some cameras' JPEGs hold several pictures


def write_png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG file from uint8 (H, W), (H, W, 3) or (H, W, 4)."""
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG", compress_level=3)  # near the smallest, at a third of the time
    return target.getvalue()


def thumbnail(pixels: NDArray[np.uint8], side_px: int) -> NDArray[np.uint8]:
    """The picture made smaller, so that its longer side has at most `side_px`; never larger."""
    image = Image.fromarray(pixels)
    image.thumbnail((side_px, side_px), reducing_gap=2.0)
    return np.asarray(image)


def _opened(data: bytes) -> Image.Image:
    Image.MAX_IMAGE_PIXELS = settings.MAX_PICTURE_PX
    warnings.filterwarnings("ignore", module=r"PIL\.")  # what it reads in spite of flaws is good enough here
    try:
        return Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise BadPicture(
            "This is not a picture this app can read.",
            _looks_like(data),
            "Give a JPEG, PNG, WebP, GIF, BMP or TIFF picture; most programs can save as one of these.",
        ) from error


def _check_bytes(data: bytes) -> None:
    if not data:
        raise BadPicture("This picture is empty.", "The file holds 0 bytes.", "Choose another file.")
    if len(data) > settings.MAX_PICTURE_BYTES:
        limit_mb = settings.MAX_PICTURE_BYTES // 2**20
        raise _too_large(f"The file has {len(data) / 2**20:.0f} MB; the limit is {limit_mb} MB.")
    if data.startswith(_JPEG) and data.count(_SCAN) > settings.MAX_PICTURE_SCANS:
        raise _too_large(f"It is drawn in {data.count(_SCAN):,} passes; the limit is {settings.MAX_PICTURE_SCANS:,}.")


def _check_size(width_px: int, height_px: int) -> None:
    if width_px * height_px > settings.MAX_PICTURE_PX or max(width_px, height_px) > settings.MAX_PICTURE_SIDE_PX:
        raise _too_large(
            f"It has {width_px:,} × {height_px:,} pixels; the limit is {settings.MAX_PICTURE_PX / 1e6:.0f} million, "
            f"and {settings.MAX_PICTURE_SIDE_PX:,} on a side."
        )


def _too_large(detail: str) -> BadPicture:
    return BadPicture("This picture is too large.", detail, "Make it smaller and try again.")


def _looks_like(data: bytes) -> str:
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    for offset, mark, words in _NOT_PIXELS:
        if start[offset : offset + len(mark)].lower() == mark.lower():
            return f"It looks like {words}."
    return "Its content is none of the formats known here, whatever its name says."
