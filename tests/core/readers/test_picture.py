"""Pictures of every kind, made here with Pillow; the colours expected are the ones they were made with."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from core.errors import BadPicture
from core.readers.picture import read_picture, thumbnail, write_png

RED, GREEN, WHITE = (255, 0, 0), (0, 255, 0), (255, 255, 255)


def saved(image, kind, **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def two_colours(mode="RGB"):
    """Red on the left, green on the right: 4 wide, 2 high."""
    image = Image.new("RGB", (4, 2), RED)
    image.paste(GREEN, (2, 0, 4, 2))
    return image.convert(mode)


def near(pixels, colour, tolerance=12):
    return np.abs(np.asarray(pixels, int) - colour).max() <= tolerance


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "GIF"])
def test_exact_formats_give_exact_colours(kind):
    pixels = read_picture(saved(two_colours(), kind))
    assert pixels.shape == (2, 4, 3)
    assert pixels.dtype == np.uint8
    assert pixels[0, 0].tolist() == list(RED)
    assert pixels[1, 3].tolist() == list(GREEN)


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {"quality": 95, "subsampling": 0}), ("WEBP", {"quality": 95})])
def test_lossy_formats_give_nearly_the_same_colours(kind, options):
    large = two_colours().resize((64, 32), Image.Resampling.NEAREST)
    pixels = read_picture(saved(large, kind, **options))
    assert near(pixels[5, 5], RED)
    assert near(pixels[5, 60], GREEN)


@pytest.mark.parametrize(
    ("orientation", "shape", "red_at"),
    [
        (1, (2, 4), (0, 0)),
        (2, (2, 4), (0, 3)),
        (3, (2, 4), (0, 3)),
        (4, (2, 4), (0, 0)),
        (5, (4, 2), (0, 0)),
        (6, (4, 2), (0, 0)),
        (7, (4, 2), (3, 0)),
        (8, (4, 2), (3, 0)),
    ],
)
def test_a_picture_is_turned_as_its_exif_says(orientation, shape, red_at):
    exif = Image.Exif()
    exif[0x0112] = orientation  # where red lands follows from the EXIF standard's table of orientations
    pixels = read_picture(saved(two_colours(), "PNG", exif=exif))
    assert pixels.shape[:2] == shape
    assert pixels[red_at].tolist() == list(RED)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_not_clipped(kind):
    deep = np.array([[0, 257 * 100, 257 * 200, 65535]], np.uint16)
    assert read_picture(saved(Image.fromarray(deep), kind))[0, :, 0].tolist() == [0, 100, 200, 255]


def test_a_dark_picture_of_sixteen_bits_stays_dark():
    assert read_picture(saved(Image.fromarray(np.full((2, 2), 514, np.uint16)), "PNG")).max() == 2


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0.0, 0.5, 1.0], [0, 128, 255]), ([0.0, 100.0, 255.0], [0, 100, 255]), ([-10.0, 0.0, 500.0], [0, 5, 255])],
)
def test_decimal_greys_are_scaled_by_their_range(values, expected):
    image = Image.fromarray(np.array([values], np.float32))
    assert read_picture(saved(image, "TIFF"))[0, :, 0].tolist() == expected


def test_greys_of_thirty_two_bits_are_scaled():
    image = Image.fromarray(np.array([[0, 2**20, 2**21]], np.int32))
    assert read_picture(saved(image, "TIFF"))[0, :, 0].tolist() == [0, 128, 255]


def test_numbers_that_are_none_become_black():
    image = Image.fromarray(np.array([[np.nan, 1.0]], np.float32))
    assert read_picture(saved(image, "TIFF"))[0, :, 0].tolist() == [0, 255]


def test_print_colours_become_screen_colours():
    large = two_colours().resize((64, 32), Image.Resampling.NEAREST)
    pixels = read_picture(saved(large.convert("CMYK"), "JPEG", quality=95))
    assert near(pixels[5, 5], RED)
    assert near(pixels[5, 60], GREEN)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(mode):
    image = two_colours(mode)
    image.putalpha(0)
    assert read_picture(saved(image, "PNG")).min() == 255


def test_half_transparent_red_becomes_pink():
    assert near(read_picture(saved(Image.new("RGBA", (1, 1), (255, 0, 0, 128)), "PNG"))[0, 0], (255, 127, 127), 1)


def test_a_transparent_colour_of_a_palette_becomes_white():
    image = two_colours("P")
    image.info["transparency"] = image.getpixel((0, 0))
    pixels = read_picture(saved(image, "PNG", transparency=image.getpixel((0, 0))))
    assert pixels[0, 0].tolist() == list(WHITE)
    assert near(pixels[0, 3], GREEN)


def test_a_transparent_colour_without_palette_becomes_white():
    pixels = read_picture(saved(two_colours(), "PNG", transparency=RED))
    assert pixels[0, 0].tolist() == list(WHITE)
    assert pixels[0, 3].tolist() == list(GREEN)


def test_black_and_white_has_three_colours():
    assert read_picture(saved(Image.new("1", (3, 2), 1), "PNG")).tolist() == [[[255] * 3] * 3] * 2


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_counts(kind):
    frames = [Image.new("RGB", (8, 8), RED), Image.new("RGB", (8, 8), GREEN)]
    options = {} if kind != "WEBP" else {"lossless": True}
    data = saved(frames[0], kind, save_all=True, append_images=frames[1:], duration=100, **options)
    assert read_picture(data)[0, 0].tolist() == list(RED)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_a_picture_cut_short_is_damaged(kind):
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64, 3), np.uint8))
    data = saved(noise, kind)
    with pytest.raises(BadPicture):
        read_picture(data[: len(data) // 2])


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.4 renamed to .jpg", "PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (b"<!doctype html>", "web page"),
        (b"hello", "none of the formats"),
    ],
)
def test_what_is_no_picture_is_named(data, words):
    with pytest.raises(BadPicture) as caught:
        read_picture(data)
    assert words in caught.value.detail


def test_a_file_of_zero_bytes_is_empty():
    with pytest.raises(BadPicture, match="empty"):
        read_picture(b"")


def png_of_size(width, height):
    """A PNG that claims a size and holds hardly any data."""

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (12_000, 12_000), (40_000, 2)])
def test_a_picture_that_would_unpack_too_large_is_refused(width, height):
    with pytest.raises(BadPicture, match="too large"):
        read_picture(png_of_size(width, height))


def test_a_large_file_is_refused_before_it_is_looked_at(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_PICTURE_BYTES", 10)
    with pytest.raises(BadPicture, match="too large"):
        read_picture(saved(two_colours(), "PNG"))


def test_a_written_png_reads_back_the_same():
    pixels = np.random.default_rng(0).integers(0, 255, (5, 7, 3), np.uint8)
    assert np.array_equal(read_picture(write_png(pixels)), pixels)


@pytest.mark.parametrize(("shape", "expected"), [((100, 50, 3), (20, 10, 3)), ((10, 10, 3), (10, 10, 3))])
def test_a_thumbnail_keeps_the_proportions_and_never_grows(shape, expected):
    assert thumbnail(np.zeros(shape, np.uint8), 20).shape == expected


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_with(*chunks, depth=8, colour_type=2, row=b"\0\1\2\3"):
    """A PNG of one pixel with further chunks before its data."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, depth, colour_type, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(row))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b"")


BOMB = zlib.compress(b"a" * 2**27, 9)


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_text_in_a_png_that_unpacks_without_end_is_refused(kind):
    start = b"k\0\1\0\0\0" if kind == b"iTXt" else b"k\0\0"
    with pytest.raises(BadPicture):
        read_picture(png_with(chunk(kind, start + BOMB)))


def test_a_png_with_more_pixels_than_it_says_is_read_as_far_as_it_says():
    assert read_picture(png_with(row=b"\0" * 2**26)).shape == (1, 1, 3)


def test_a_flawed_animation_is_read_without_a_warning():
    assert read_picture(png_with(chunk(b"acTL", struct.pack(">II", 0, 0))))[0, 0].tolist() == [1, 2, 3]


def test_a_transparent_grey_of_sixteen_bits_becomes_white():
    data = png_with(chunk(b"tRNS", b"\0\5"), depth=16, colour_type=0, row=b"\0\0\5")
    assert read_picture(data)[0, 0].tolist() == list(WHITE)


def tiff(**changed):
    """A grey TIFF of 2 × 2 pixels, all 1. Tags by number, from the TIFF 6.0 specification: (type, count, value)."""
    tags = {
        "t256": (3, 1, 2),
        "t257": (3, 1, 2),
        "t258": (3, 1, 8),
        "t259": (3, 1, 1),
        "t262": (3, 1, 1),
        "t273": (4, 1, 200),
        "t277": (3, 1, 1),
        "t278": (3, 1, 2),
        "t279": (4, 1, 4),
        **changed,
    }
    entries = b"".join(struct.pack("<HHII", int(name[1:]), *tag) for name, tag in sorted(tags.items()))
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0" * 4
    return head.ljust(200, b"\0") + b"\1" * 300


def test_a_plain_tiff_is_read():
    assert read_picture(tiff()).tolist() == [[[1] * 3] * 2] * 2


@pytest.mark.parametrize(
    "changed",
    [
        {"t273": (4, 2**32 - 1, 8), "t279": (4, 2**32 - 1, 8)},
        {"t278": (3, 1, 0)},
        {"t258": (3, 1, 64)},
        {"t277": (3, 1, 60_000)},
        {"t256": (4, 1, 2**31), "t257": (4, 1, 2**31)},
        {
            "t322": (4, 1, 2**31 - 16),
            "t323": (4, 1, 2**31 - 16),
            "t259": (3, 1, 8),
            "t324": (4, 1, 200),
            "t325": (4, 1, 4),
        },
    ],
)
def test_absurd_numbers_in_a_tiff_are_refused(changed):
    with pytest.raises(BadPicture):
        read_picture(tiff(**changed))


def test_a_tag_larger_than_the_tiff_is_passed_over_without_a_warning():
    assert read_picture(tiff(t270=(2, 2**30, 8))).shape == (2, 2, 3)


def gif(screen, frame, at=(0, 0), frames=1):
    picture = b"," + struct.pack("<HHHH", *at, *frame) + b"\0\x02\x02\x44\x01\x00"
    return b"GIF89a" + struct.pack("<HH", *screen) + b"\x80\0\0\0\0\0\xff\xff\xff" + picture * frames + b";"


@pytest.mark.parametrize(
    "sizes", [((65535, 65535), (1, 1)), ((1, 1), (65535, 65535)), ((1, 1), (1, 1), (65000, 65000))]
)
def test_the_whole_area_of_a_gif_counts(sizes):
    with pytest.raises(BadPicture, match="too large"):
        read_picture(gif(*sizes))


def test_the_other_frames_of_a_long_gif_cost_nothing():
    assert read_picture(gif((2, 2), (1, 1), frames=100_000)).shape == (2, 2, 3)


def test_a_webp_canvas_is_measured_before_it_is_made():
    canvas = b"WEBPVP8X" + struct.pack("<I", 10) + b"\2\0\0\0\xff\xff\0\xff\xfe\0" + b"\0" * 60
    with pytest.raises(BadPicture, match="too large"):
        read_picture(b"RIFF" + struct.pack("<I", len(canvas)) + canvas)


def test_a_jpeg_drawn_in_too_many_passes_is_refused():
    data = saved(two_colours(), "JPEG", progressive=True)
    start = data.index(b"\xff\xda")
    with pytest.raises(BadPicture) as caught:
        read_picture(data[:start] + b"\xff\xda\0\0" * 1000 + data[start:])
    assert "passes" in caught.value.detail


@pytest.mark.parametrize("kind", ["ICO", "PPM", "TGA", "EPS"])
def test_formats_nobody_asked_for_are_refused(kind):
    with pytest.raises(BadPicture):
        read_picture(saved(Image.new("RGB", (16, 16)), kind))


@pytest.mark.parametrize("size", [(1, 30_000), (30_000, 1)])
def test_a_long_thin_picture_is_read(size):
    assert read_picture(saved(Image.new("RGB", size, GREEN), "PNG")).shape == (size[1], size[0], 3)


def test_infinite_greys_are_read_without_a_warning():
    image = Image.fromarray(np.array([[np.inf, -np.inf, np.nan]], np.float32))
    assert read_picture(saved(image, "TIFF"))[0, :, 0].tolist() == [255, 0, 128]


def test_a_deep_grey_picture_is_turned_too():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read_picture(saved(Image.fromarray(np.zeros((2, 3), np.uint16)), "PNG", exif=exif)).shape == (3, 2, 3)


def test_a_damaged_picture_is_called_by_its_format():
    with pytest.raises(BadPicture) as caught:
        read_picture(tiff(t277=(3, 1, 60_000)))
    assert "TIFF" in caught.value.detail
