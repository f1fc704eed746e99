import numpy as np
import pytest

from core.tasks import _tiles
from tests.core.tasks.pixel_models import model, scene, step


def blurs(radius, scale=1, seed=3):
    """A network of convolutions that looks `radius` pixels around, with random weights; enlarges by `scale`."""
    random = np.random.default_rng(seed)
    side = 2 * radius + 1
    kernel = random.standard_normal((3 * scale**2, 3, side, side)).astype(np.float32) / side
    steps = [
        step("Conv", ["x", "kernel"], ["mixed"], pads=[radius] * 4),
        step("Tanh", ["mixed"], ["bent"]),
        step("DepthToSpace", ["bent"], ["y"], blocksize=scale, mode="CRD"),
    ]
    _, parts = model({"x": [1, 3, "h", "w"]}, {"y": [1, 3, "H", "W"]}, steps, {"kernel": kernel})

    def run(pixels):
        fed = np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32) / np.float32(255)
        return parts["model"]({"x": fed})["y"][0].transpose(1, 2, 0)

    return run


def how(tile=64, overlap=16, multiple=1, fixed=False):
    sides = {"tile_height_px": tile, "tile_width_px": tile}
    return {**sides, "overlap_px": overlap, "fixed": fixed, "multiple_px": multiple}


def ignored(share, words):
    pass


@pytest.mark.parametrize("scale", [1, 2, 3])
@pytest.mark.parametrize("size", [(150, 131), (64, 200), (65, 64), (40, 30)])
def test_in_tiles_it_makes_the_same_as_at_once(size, scale):
    # looks 8 around, so 16 pixels of a row beside its own: the overlap
    run, picture = blurs(8, scale), scene(*size)
    found = _tiles.tiled(picture, run, how(), ignored)
    whole = run(picture)
    assert found.shape == whole.shape
    assert np.abs(found - whole).max() < 1e-4


def test_with_too_little_overlap_it_would_not():
    run, picture = blurs(8), scene(150, 131)
    assert np.abs(_tiles.tiled(picture, run, how(overlap=2), ignored) - run(picture)).max() > 1e-2


def test_seams_are_blended_where_tiles_disagree():
    """Each tile has a brightness of its own, 1 apart: a cut would be a step of 1."""
    made = iter(range(100))

    def run(pixels):
        return np.full((*pixels.shape[:2], 1), float(next(made)), np.float32)

    found = _tiles.tiled(scene(200, 64), run, how(overlap=16), ignored)[:, :, 0]
    assert np.abs(np.diff(found, axis=1)).max() < 0.2


@pytest.mark.parametrize(
    ("length", "tile", "overlap"), [(64, 64, 8), (65, 64, 8), (500, 64, 16), (31, 64, 8), (90, 64, 0)]
)
def test_tiles_cover_everything_and_their_shares_sum_to_one(length, tile, overlap):
    tile = min(tile, length)
    places = _tiles.starts(length, tile, overlap)
    assert places[0] == 0
    assert places[-1] + tile == length
    total = np.zeros(length * 2)
    for place, share in zip(places, _tiles.shares(places, tile, overlap, 2), strict=True):
        total[place * 2 : (place + tile) * 2] += share
    assert total == pytest.approx(1, abs=1e-6)


def test_a_small_picture_is_mirrored_to_the_size_a_model_insists_on():
    sizes = []

    def run(pixels):
        sizes.append(pixels.shape)
        return pixels.astype(np.float32)

    picture = scene(20, 10)
    found = _tiles.tiled(picture, run, how(tile=64, fixed=True), ignored)
    assert sizes == [(64, 64, 3)]
    assert (found == picture).all()


def test_sides_are_mirrored_to_a_multiple_and_cut_again():
    picture = scene(13, 16)
    padded = _tiles.padded(picture, how(multiple=8))
    assert padded.shape == (16, 16, 3)
    assert (padded[:, 13] == picture[:, 12]).all()  # symmetric: the last column comes first
    assert (padded[:, 15] == picture[:, 10]).all()
    assert (
        _tiles.tiled(picture, lambda pixels: pixels.astype(np.float32), how(multiple=8), ignored).shape == picture.shape
    )


def test_progress_is_told_for_each_tile():
    heard = []
    _tiles.tiled(scene(150, 64), blurs(1), how(), lambda share, words: heard.append((share, words)))
    assert [words for _, words in heard] == [f"piece {number} of 4" for number in (1, 2, 3, 4)]
    assert heard[0][0] == 0


@pytest.mark.parametrize("shape", [(1, 3, 8, 9), (3, 8, 9), (1, 8, 9, 3), (8, 9, 3)])
def test_pictures_are_read_in_either_order(shape):
    assert _tiles.as_picture(np.zeros(shape)).shape == (8, 9, 3)
