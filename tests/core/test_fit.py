"""Whether a model fits is arithmetic that anybody can do again; all expected numbers are worked out by hand."""

from types import SimpleNamespace

import psutil
import pytest

from core import fit, settings
from core.listings import RemoteFile, Variant

MB, GB = 10**6, 10**9


def variant(numbers, mb, beside_mb=0):
    files = [RemoteFile("model.onnx", "", round(mb * MB) or None), RemoteFile("tokenizer.json", "", 9 * MB)]
    if beside_mb:
        files.append(RemoteFile("model.onnx_data", "", beside_mb * MB))
    size_bytes = sum(file.size_bytes or 0 for file in files)
    return Variant(numbers, numbers, numbers, {"model": "model.onnx"}, tuple(files), size_bytes)


@pytest.fixture
def free(monkeypatch):
    def set_(free_bytes):
        monkeypatch.setattr(fit, "free_memory_bytes", lambda: free_bytes)

    set_(100 * GB)
    return set_


@pytest.mark.parametrize(
    ("numbers", "needed_mb"),
    [
        ("fp32", 400),  # 100 × 2 + 200 for texts
        ("fp16", 540),  # widened to 32 bits, and the kernels' copy
        ("int8", 420),
        ("uint8", 420),
        ("q4", 460),
        ("q4f16", 410),
        ("bnb4", 410),
        ("unknown", 540),  # the worst of all
    ],
)
@pytest.mark.usefixtures("free")
def test_memory_is_the_weights_times_what_was_measured_for_their_numbers_and_what_the_work_takes(numbers, needed_mb):
    assert fit.of_variant(variant(numbers, 100), "text-classification").needed_bytes == needed_mb * MB


@pytest.mark.usefixtures("free")
def test_pictures_take_more_at_work_than_texts():
    needed = {task: fit.of_variant(variant("fp32", 100), task).needed_bytes // MB for task in ("", "image-to-image")}
    assert needed == {"": 400, "image-to-image": 1200}


@pytest.mark.parametrize(("numbers", "needed_mb"), [("fp32", 1330), ("fp16", 3600), ("int8", 2400)])
@pytest.mark.usefixtures("free")
def test_full_precision_weights_in_a_file_of_their_own_are_mapped_and_others_are_not(numbers, needed_mb):
    # 1,000 MB in all, times 1.13, 3.4 or 2.2, and 200 for texts
    assert fit.of_variant(variant(numbers, 2, beside_mb=998), "").needed_bytes == needed_mb * MB


@pytest.mark.usefixtures("free")
def test_small_files_beside_the_graph_are_no_weights():
    assert fit.of_variant(variant("fp32", 100), "").weights_bytes == 100 * MB


@pytest.mark.usefixtures("free")
def test_all_graphs_of_a_model_count():
    parts = {"encoder": "encoder.onnx", "decoder": "decoder.onnx"}
    files = (RemoteFile("encoder.onnx", "", 30 * MB), RemoteFile("decoder.onnx", "", 70 * MB))
    both = Variant("fp32", "", "fp32", parts, files, 100 * MB)
    assert fit.of_variant(both, "").needed_bytes == 400 * MB


@pytest.mark.parametrize(
    ("mb", "level"),
    [(150, "comfortable"), (150.000001, "tight"), (300, "tight"), (300.000001, "too large"), (5000, "too large")],
)
def test_up_to_half_of_what_is_free_is_comfortable_and_up_to_four_fifths_tight(free, mb, level):
    free(GB)  # 150 × 2 + 200 = 500; 300 × 2 + 200 = 800
    assert fit.of_variant(variant("fp32", mb), "").level == level


def test_with_nothing_free_everything_is_too_large(free):
    free(0)
    assert fit.of_variant(variant("fp32", 1), "").level == "too large"


@pytest.mark.parametrize(("measured_mb", "level"), [(400, "comfortable"), (700, "tight"), (900, "too large")])
def test_what_was_measured_here_replaces_the_estimate(free, measured_mb, level):
    free(GB)
    found = fit.of_variant(variant("fp32", 200), "", measured_mb * MB)
    assert (found.needed_bytes, found.level, found.is_measured) == (measured_mb * MB, level, True)


def test_the_sentence_shows_the_arithmetic(free):
    free(8 * GB)
    assert fit.of_variant(variant("fp32", 100), "").sentence == (
        "100 MB of weights × 2 + 200 MB while it works = about 400 MB of memory; 8.0 GB are free. "
        "An estimate, until you have run it."
    )
    assert fit.of_variant(variant("fp32", 100), "", 1_500 * MB).sentence == (
        "Its process took up to 1.5 GB here (measured); 8.0 GB are free."
    )


@pytest.mark.usefixtures("free")
def test_a_model_whose_size_nobody_says_is_never_called_comfortable():
    found = fit.of_variant(variant("fp32", 0), "")
    assert found.level == "tight"
    assert "doesn't say how large it is" in found.sentence
    assert fit.of_variant(variant("fp32", 0), "", 50 * MB).level == "comfortable"


def recommended(task, sizes_mb, too_large=()):
    """`sizes_mb`: by kind of numbers. Size and level are all the choice hangs on."""
    variants = [variant(numbers, mb) for numbers, mb in sizes_mb.items()]
    fits = {
        one.id: fit.Fit(0, 1, 0, one.size_bytes, 0, "too large" if one.id in too_large else "tight", is_measured=False)
        for one in variants
    }
    return fit.recommend(variants, task, fits)


@pytest.mark.parametrize(
    ("task", "sizes_mb", "expected"),
    [
        # transformers: 8-bit, full, 8-bit without sign, half, 4-bit
        ("text-classification", {"fp32": 268, "fp16": 134, "int8": 67, "uint8": 67, "q4": 120}, "int8"),
        ("image-classification", {"fp32": 340, "uint8": 87, "fp16": 170}, "fp32"),
        ("text-classification", {"q4": 120, "fp16": 134, "uint8": 67}, "uint8"),
        ("text-classification", {"q4": 120, "fp16": 134}, "fp16"),
        ("text-classification", {"bnb4": 110, "q4f16": 100}, "q4f16"),
        # convolutions from picture to picture: full, half, 8-bit
        ("object-detection", {"int8": 8, "fp16": 15, "fp32": 30}, "fp32"),
        ("image-to-image", {"int8": 8, "fp16": 15}, "fp16"),
        ("background-removal", {"fp32": 26, "int8": 7}, "fp32"),
        ("background-removal", {"fp32": 250, "int8": 64}, "int8"),
        # writers over 100 million parameters (400 MB): 4-bit, 8-bit, 4-bit with halves, full
        ("text-generation", {"fp32": 540, "fp16": 270, "int8": 137, "q4": 200, "q4f16": 120}, "q4"),
        ("text-generation", {"fp32": 540, "int8": 137, "q4f16": 120}, "int8"),
        ("text-generation", {"fp32": 540, "q4f16": 120}, "q4f16"),
        ("text-generation", {"q4": 200, "int8": 137}, "q4"),
        ("translation", {"fp32": 240, "int8": 78, "q4": 150}, "int8"),
        # nothing to choose
        ("", {"unknown": 5}, "unknown"),
    ],
)
def test_what_suits_most_is_recommended(task, sizes_mb, expected):
    assert recommended(task, sizes_mb)[0] == expected


def test_what_is_too_large_for_this_computer_is_left_out():
    sizes = {"fp32": 30, "fp16": 15, "int8": 8}
    assert recommended("object-detection", sizes, ("fp32",))[0] == "fp16"
    assert recommended("object-detection", sizes, ("fp32", "fp16"))[0] == "int8"


def test_when_nothing_fits_the_smallest_is_named_and_that_it_does_not_fit():
    id_, why = recommended("", {"fp32": 30, "int8": 8, "fp16": 15}, ("fp32", "fp16", "int8"))
    assert id_ == "int8"
    assert "too little free memory" in why


def test_blocks_of_4_bits_that_save_nothing_are_not_recommended():
    assert recommended("text-generation", {"fp32": 540, "q4": 530, "int8": 137})[0] == "int8"
    assert recommended("text-generation", {"fp32": 540, "q4": 530}, ("fp32",))[0] == "q4"


def test_without_variants_nothing_is_recommended():
    assert fit.recommend([], "", {}) == ("", "")


@pytest.mark.parametrize(("task", "writes"), [("text-generation", True), ("text-classification", False)])
def test_only_a_model_that_writes_is_said_to(task, writes):
    assert ("writes" in recommended(task, {"q4": 200})[1]) is writes


@pytest.fixture
def computer(tmp_path, monkeypatch):
    """One with 16 GB, of which 12 are free, and of which the app takes half; `container` limits it further."""
    paths = tuple(tuple(str(tmp_path / way / name) for name in ("limit", "used")) for way in ("v2", "v1"))
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=16 * GB, available=12 * GB))
    monkeypatch.setattr(fit, "_CONTAINER", paths)
    monkeypatch.setattr(settings, "MEMORY_SHARE", 0.5)

    def container(way, limit, used, stat=""):
        (tmp_path / way).mkdir()
        for name, content in (("limit", limit), ("used", used), ("memory.stat", stat)):
            (tmp_path / way / name).write_text(f"{content}\n")

    return container


@pytest.mark.usefixtures("computer")
def test_outside_of_a_container_the_app_takes_its_share_of_the_computer():
    assert (fit.budget_bytes(), fit.free_memory_bytes()) == (8 * GB, 8 * GB)


@pytest.mark.usefixtures("computer")
def test_what_others_have_taken_is_not_free(monkeypatch):
    monkeypatch.setattr(psutil, "virtual_memory", lambda: SimpleNamespace(total=16 * GB, available=3 * GB))
    assert (fit.budget_bytes(), fit.free_memory_bytes()) == (8 * GB, 3 * GB)


@pytest.mark.parametrize("way", ["v2", "v1"])
def test_a_container_has_no_more_than_it_may_take(computer, way):
    computer(way, 4 * GB, GB)
    assert (fit.budget_bytes(), fit.free_memory_bytes()) == (2 * GB, 2 * GB)


@pytest.mark.parametrize(
    ("way", "stat"),
    [
        ("v2", "anon 5\ninactive_file 500000000\nactive_file 7"),
        ("v1", "inactive_file 0\ntotal_inactive_file 500000000"),
    ],
)
def test_files_that_a_container_has_read_give_way(computer, way, stat):
    computer(way, 4 * GB, 3 * GB, stat)
    assert fit.free_memory_bytes() == 1_500_000_000


def test_a_container_that_is_full_has_nothing_free(computer):
    computer("v2", 4 * GB, 5 * GB)
    assert fit.free_memory_bytes() == 0


@pytest.mark.parametrize(("way", "limit"), [("v2", "max"), ("v1", 9_223_372_036_854_771_712), ("v2", "nonsense")])
def test_a_container_without_a_limit_is_like_none(computer, way, limit):
    computer(way, limit, 3 * GB)
    assert (fit.budget_bytes(), fit.free_memory_bytes()) == (8 * GB, 8 * GB)


def test_this_computer_has_some():
    assert 0 <= fit.free_memory_bytes() <= fit.budget_bytes() <= psutil.virtual_memory().total
