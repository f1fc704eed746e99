"""A model is packed into one zip, and what is said about it becomes an entry again; hashes are compared with hashlib's."""

import hashlib
import zipfile
from dataclasses import replace

import msgspec
import pytest

from core.errors import BadFile, UserError
from core.listings import Fetched
from core.packed import CARD, FORMAT, NAME, Packed, check
from core.store import bundle
from core.store.entries import Entry, Origin
from core.store.store import Decision
from core.types import Fact, GraphInfo, ModelInfo

FILES = {"onnx/model.onnx": b"a graph", "onnx/model.onnx_data": bytes(3 * 2**20), "config.json": b"{}"}
DECISION = Decision("tensors", {"size": Fact(224, "you")}, {"x": {"how": "ones"}})


def fetched(name, content):
    return Fetched(name, len(content), hashlib.sha256(content).hexdigest(), was_announced=True)


def silent(_share, _words):
    pass


@pytest.fixture
def entry(tmp_path):
    """Fetched from the hub into a folder: a graph, its weights, and a small file beside them."""
    for name, content in FILES.items():
        path = tmp_path / "model" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    path = str(tmp_path / "model" / "onnx" / "model.onnx")
    graph = GraphInfo(path, "s", 7, (), (), 10, {}, {}, 0, external_files=("model.onnx_data",))
    facts = {"labels": Fact(["cat"], "its card"), "words": Fact("/usr/words.txt", "its package", is_file=True)}
    info = ModelInfo("a1", "Cats", "Finds cats.", "hub", {"model": graph}, ("tensors",), facts, "mit", "org/cats")
    files = tuple(fetched(name, content) for name, content in FILES.items())
    origin = Origin("huggingface", "org/cats", "fp32", "c0ffee", "https://hub/org/cats")
    return Entry(info, "a", "Full precision", True, origin, "a0", "for the demo", ("mine", "öl"), files)


def pack(entry, tmp_path, decision=DECISION, say=silent):
    target = tmp_path / "packed.zip"
    bundle.pack(entry, decision, tmp_path / "model", target, say)
    return target


def about(path):
    with zipfile.ZipFile(path) as archive:
        return msgspec.json.decode(archive.read(NAME), type=Packed)


def test_the_zip_holds_every_file_under_its_path_and_any_program_can_unpack_it(entry, tmp_path):
    with zipfile.ZipFile(pack(entry, tmp_path)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist() if name not in (NAME, CARD)} == FILES
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}


def test_each_file_has_the_hash_it_has_now_and_not_the_one_it_had(entry, tmp_path):
    (tmp_path / "model" / "config.json").write_bytes(b"[]")
    said = {file.path: (file.size_bytes, file.sha256) for file in about(pack(entry, tmp_path)).files}
    assert said["config.json"] == (2, hashlib.sha256(b"[]").hexdigest())
    assert said["onnx/model.onnx"] == (7, hashlib.sha256(b"a graph").hexdigest())


def test_packing_the_same_model_twice_gives_the_same_bytes(entry, tmp_path):
    first = pack(entry, tmp_path).read_bytes()
    assert pack(entry, tmp_path).read_bytes() == first


def test_without_a_list_of_files_the_graphs_and_their_weights_go_along(entry, tmp_path):
    packed = about(pack(replace(entry, files=()), tmp_path))
    assert {file.path for file in packed.files} == {"onnx/model.onnx", "onnx/model.onnx_data"}


def test_facts_that_are_files_of_this_computer_stay_here(entry, tmp_path):
    decision = replace(DECISION, facts={"names": Fact("/home/me/names.txt", "you", is_file=True)})
    path = pack(entry, tmp_path, decision)
    packed = about(path)
    assert set(packed.preparation) == {"labels"}
    assert packed.facts == {}
    assert str(tmp_path) not in packed.source + path.read_bytes()[-10_000:].decode(errors="replace")


def test_what_comes_out_is_what_was_packed(entry, tmp_path):
    packed = about(pack(entry, tmp_path))
    check(packed)
    graph = replace(entry.info.parts["model"], path="/elsewhere/onnx/model.onnx")
    found = bundle.unpacked(packed, {"model": graph}, "Cats (2)")
    assert (packed.task, packed.facts, packed.form) == ("tensors", DECISION.facts, DECISION.form)
    assert (found.info.id, found.info.title, found.info.licence, found.info.tasks) == (
        "a1",
        "Cats (2)",
        "mit",
        ("tensors",),
    )
    assert found.info.parts == {"model": graph}
    for name in ("family", "version", "origin", "parent", "note", "tags"):
        assert getattr(found, name) == getattr(entry, name), name
    assert found.size_bytes == sum(map(len, FILES.values()))
    assert not found.in_use


@pytest.mark.parametrize(("source", "origin"), [("", "upload"), ("huggingface", "hub"), ("web_link", "link")])
def test_it_keeps_the_kind_of_place_it_came_from(entry, tmp_path, source, origin):
    packed = about(pack(replace(entry, origin=Origin(source)), tmp_path))
    assert bundle.unpacked(packed, entry.info.parts, "Cats").info.origin == origin


def test_how_far_it_is_only_grows_and_ends_at_the_whole(entry, tmp_path):
    shares = []
    pack(entry, tmp_path, say=lambda share, _words: shares.append(share))
    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("before", [None, b"an older zip"])
def test_stopped_half_way_nothing_is_left_and_an_older_zip_stays(entry, tmp_path, before):
    if before:
        (tmp_path / "packed.zip").write_bytes(before)

    def stop(share, _words):
        if share > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pack(entry, tmp_path, say=stop)
    there = {path.name: path.read_bytes() for path in tmp_path.glob("packed*")}
    assert there == ({"packed.zip": before} if before else {})


@pytest.mark.parametrize("name", [NAME, CARD, "Card.MD"])
def test_a_model_with_a_file_called_like_the_zips_own_is_refused_in_words(entry, tmp_path, name):
    (tmp_path / "model" / name).write_bytes(b"mine")
    with pytest.raises(UserError, match="can't be packed"):
        pack(replace(entry, files=(*entry.files, fetched(name, b"mine"))), tmp_path)
    assert list(tmp_path.glob("packed*")) == []


FINE = Packed(FORMAT, "a1", "", "", "", "a", "", "", {"model": "x.onnx"}, (fetched("x.onnx", b""),))
A_FILE = {"names": Fact("/etc/passwd", "x", is_file=True)}


def test_the_least_that_can_be_said_is_enough():
    check(FINE)


@pytest.mark.parametrize(
    "change",
    [
        *({"id": id_} for id_ in ("", "..", "a/b", "a\n", "x" * 65, "é", "C:")),
        *({"family": family} for family in ("", "../x", "x" * 65)),
        {"parent": "../x"},
        {"parts": {}},
        {"parts": {"model": "y.onnx"}},
        {"parts": {"model": "/etc/passwd"}},
        {"preparation": A_FILE},
        {"facts": A_FILE},
        *(
            {"files": (*FINE.files, fetched(name, b""))}
            for name in (
                "../y",
                "/y",
                "a/../../y",
                "a\\y",
                "C:y",
                "",
                ".",
                "a//y",
                "y\0",
                NAME,
                CARD,
                "x.onnx",
                "X.onnx",
            )
        ),
    ],
)
def test_what_could_lead_out_of_the_folder_is_not_believed(change):
    with pytest.raises(BadFile, match="can't be used"):
        check(replace(FINE, **change))
