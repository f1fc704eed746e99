"""Pictures of our own, drawn when asked for: a sign, a receipt, a handwritten number, a chart. The same every time."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw, ImageFilter, ImageFont

_INK = "#22262b"
RECEIPT = (
    ("Green Corner Cafe", ""),
    ("12 Harbour Street", ""),
    ("", ""),
    ("2 Cappuccino", "7.80"),
    ("1 Apple cake", "4.20"),
    ("1 Orange juice", "3.50"),
    ("", ""),
    ("Total", "15.50"),
    ("Thank you!", ""),
)
"""Left and right end of each line."""
SIGN = ("QUIET PLEASE", "Reading room closes at 18:30")


def sign() -> bytes:
    """Two lines of white on blue, a little tilted, as on a photograph of a door."""
    board = Image.new("RGB", (720, 300), "#1f4e8c")
    pen = ImageDraw.Draw(board)
    pen.rounded_rectangle((14, 14, 705, 285), 24, outline="white", width=6)
    pen.text((360, 115), SIGN[0], "white", _font(72), anchor="mm")
    pen.text((360, 210), SIGN[1], "white", _font(36), anchor="mm")
    wall = Image.new("RGB", (900, 520), "#cfc7ba")
    tilted = board.convert("RGBA").rotate(3, Image.Resampling.BICUBIC, expand=True)
    wall.paste(tilted, ((900 - tilted.width) // 2, (520 - tilted.height) // 2), tilted)
    return _png(wall)


def receipt() -> bytes:
    """A short bill in a printer's dark grey."""
    paper = Image.new("RGB", (460, 60 + 44 * len(RECEIPT)), "#f7f5ef")
    pen = ImageDraw.Draw(paper)
    for number, (left, right) in enumerate(RECEIPT):
        middle = 52 + 44 * number
        pen.text((36, middle), left, _INK, _font(28), anchor="lm")
        pen.text((424, middle), right, _INK, _font(28), anchor="rm")
        if not left:
            pen.line((36, middle, 424, middle), "#8d8d88", 2)
    return _png(paper)


def digit() -> bytes:
    """A three as written by hand with a thick pen, softened a little: 280 × 280."""
    paper = Image.new("RGB", (280, 280), "white")
    pen = ImageDraw.Draw(paper)
    upper = [(_round(turn, (140, 96), (52, 44))) for turn in range(-150, 91, 6)]
    lower = [(_round(turn, (136, 188), (64, 50))) for turn in range(-90, 151, 6)]
    for place in upper + lower:
        pen.ellipse((place[0] - 11, place[1] - 11, place[0] + 11, place[1] + 11), fill=_INK)
    return _png(paper.filter(ImageFilter.GaussianBlur(1.5)))


def chart() -> bytes:
    """Five bars with their days."""
    paper = Image.new("RGB", (640, 420), "white")
    pen = ImageDraw.Draw(paper)
    pen.text((320, 36), "Visitors per day", _INK, _font(28), anchor="mm")
    bars = {"Mon": 120, "Tue": 180, "Wed": 150, "Thu": 230, "Fri": 270}
    for number, (day, height) in enumerate(bars.items()):
        left = 70 + 106 * number
        pen.rectangle((left, 360 - height, left + 72, 360), "#2f7f79")
        pen.text((left + 36, 342 - height), str(height), _INK, _font(20), anchor="mm")
        pen.text((left + 36, 386), day, _INK, _font(22), anchor="mm")
    pen.line((50, 360, 600, 360), _INK, 2)
    return _png(paper)


def _round(turn_degrees: float, middle: tuple[float, float], radii: tuple[float, float]) -> tuple[float, float]:
    angle = math.radians(turn_degrees)
    return middle[0] + radii[0] * math.cos(angle), middle[1] + radii[1] * math.sin(angle)


def _font(size_px: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size_px)  # comes with Pillow


def _png(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    picture.save(target, "PNG")
    return target.getvalue()
