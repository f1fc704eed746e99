"""A worker can open no file once it has begun: whatever a reader needs must be imported before."""

from __future__ import annotations

import subprocess
import sys

import pytest

SCRIPT = """
import io, json, sys
import numpy as np
from PIL import Image
from core.errors import UserError
from core.readers.{reader} import *

{given}
armed = False

def lock(event, arguments):
    if armed and event == "open":
        raise PermissionError(arguments)

sys.addaudithook(lock)
warm_up()
armed = True
{use}
print("done")
"""

PICTURES = """
def saved(image, kind, **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()

one = Image.new("RGB", (4, 2))
given = [saved(one, kind) for kind in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "MPO")]
given += [saved(one.convert(mode), "TIFF") for mode in ("CMYK", "LAB", "F", "I", "YCbCr", "RGBA")]
given += [saved(one.convert(mode), "PNG") for mode in ("1", "L", "LA", "P", "RGBA", "I;16")]
given += [saved(one, "TIFF", compression="tiff_lzw")]
broken = [b"", b"x", *(data[: len(data) // 2] for data in given)]
# a fresh process, as if none of these had been written: what writing imported is forgotten
for name in [name for name in sys.modules if name.startswith(("PIL.Mpo", "PIL.ImageCms"))]:
    del sys.modules[name]
"""

USE_PICTURES = """
for data in given:
    pixels = read_picture(data)
for data in broken:
    try:
        read_picture(data)
    except UserError:
        pass
write_png(thumbnail(pixels, 1))
Image.fromarray(pixels).save(io.BytesIO(), "JPEG")
"""

USE_TOKENIZER = """
made = read_tokenizer(json.dumps({"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "a": 1}, "unk_token": "[UNK]",
    "continuing_subword_prefix": "##", "max_input_chars_per_word": 100}}).encode(), 10)
assert encode(made, "a").ids == [1]
for data in (b"{", b"{}", b'{"model": {"type": "no"}}'):
    try:
        read_tokenizer(data)
    except UserError:
        pass
"""

USE_TEMPLATE = """
assert render("{% for m in messages %}{{ m.role|upper ~ 1 }}{% endfor %}{{ strftime_now('%b')[:0] }}", [{"role": "a"}]) == "A1"
for text in ("{{", "{{ 1/0 }}", "{{ ''.__class__ }}", "{{ nope.x }}", "{% include 'a' %}", "{{ 'a'|nope }}", "{{ 'x' * 10000000 }}"):
    try:
        render(text, [])
    except UserError:
        pass
"""


@pytest.mark.parametrize(
    ("reader", "given", "use"),
    [("picture", PICTURES, USE_PICTURES), ("tokenizer", "", USE_TOKENIZER), ("chat_template", "", USE_TEMPLATE)],
)
def test_after_warming_up_no_file_is_opened(reader, given, use):
    script = SCRIPT.format(reader=reader, given=given, use=use)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout == "done\n", done.stderr
