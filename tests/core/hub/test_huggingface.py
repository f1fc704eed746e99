"""A real look-up process, the hub's real client, and a hub on loopback."""

import hashlib

import pytest

from core.actions import _workers
from core.caller import Caller
from core.errors import NoSuchModel
from core.listings import Query
from tests.hub import repos
from tests.hub.loopback import LoopbackHub

CALLER = Caller(visitor="test-huggingface")


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    root = tmp_path_factory.mktemp("hub")
    repos.make_all(root)
    with LoopbackHub(root) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_ENDPOINT", hub.url)
        yield hub
        from core.workers.pool import pool

        pool().forget(CALLER.visitor)


def find(words="", token="", **query):
    asked = {"source": "huggingface", "query": Query(words, **query), "token": token}
    return _workers.ask_hub("find_listings", CALLER, asked)


def look_up(id_, token=""):
    return _workers.ask_hub("look_up", CALLER, {"source": "huggingface", "id": id_, "token": token})


def ids(page):
    return [listing.id for listing in page.listings]


def test_words_find_what_has_them_in_its_name(hub):
    assert ids(find("tiny-")) == [repos.VISION, repos.TRANSLATOR, repos.CLIP, repos.SAM, repos.OCR]


def test_only_what_is_tagged_as_onnx_is_found(hub):
    assert ids(find("base-vit")) == []


def test_a_task_narrows_it_down(hub):
    assert ids(find(task="translation")) == [repos.TRANSLATOR]


def test_a_task_that_the_hub_knows_as_a_tag_only_is_found_too(hub):
    assert ids(find(task="background-removal")) == [repos.NON_COMMERCIAL]


def test_an_owner_and_a_slash_find_what_is_theirs(hub):
    assert ids(find("onnxmodelzoo/")) == [repos.ZOO]


@pytest.mark.parametrize(
    ("sort", "first"), [("likes", repos.VISION), ("trending", repos.VISION), ("downloads", "bulk/model-44")]
)
def test_it_is_sorted_as_wished(hub, sort, first):
    assert ids(find(sort=sort))[0] == first


def test_page_after_page_shows_everything_once(hub):
    seen, page = [], find("model-")
    while page.next:
        seen, page = seen + ids(page), find("model-", cursor=page.next)
    assert seen + ids(page) == [f"bulk/model-{number:02d}" for number in reversed(range(45))]


def test_a_cursor_that_is_an_address_leads_nowhere(hub):
    hub.log.clear()
    find("x", cursor="http://localhost:1/api/models?cursor=30")
    assert [asked["path"].partition("?")[0] for asked in hub.log] == ["/api/models"]


def test_a_line_tells_what_its_author_and_the_hub_say(hub):
    [line] = find(repos.VISION).listings
    assert (line.title, line.summary, line.task) == (
        "tiny-vit",
        "By Xenova, for transformers.js",
        "image-classification",
    )
    assert (line.licence, line.downloads, line.likes, line.changed_at) == ("apache-2.0", 9000, 9, "2024-01-01")
    assert not line.gated


def test_one_senseless_line_does_not_spoil_the_list(hub):
    told = {"gguf": [], "cardData": {"license": ["mit", 5], "language": {}, "ignore_metadata_errors": True}}
    repos.make(hub.root, "odd/senseless-card", {}, **told)
    repos.make(hub.root, "odd/senseless-numbers", {}, downloads=0, likes="many", pipeline_tag=5, library_name=7)
    [line] = find("senseless").listings
    assert (line.id, line.likes, line.task) == ("odd/senseless-numbers", None, "")


@pytest.mark.parametrize(
    "pasted",
    [
        "Xenova/tiny-vit",
        " Xenova/tiny-vit@main ",
        "https://huggingface.co/Xenova/tiny-vit",
        "huggingface.co/Xenova/tiny-vit/tree/main/onnx",
        "https://hf.co/Xenova/tiny-vit/blob/main/onnx/model.onnx",
        "{hub}/Xenova/tiny-vit/resolve/main/onnx/model.onnx?download=true",
    ],
)
def test_an_id_or_an_address_finds_that_one_model(hub, pasted):
    pasted = pasted.format(hub=hub.url)
    assert ids(find(pasted)) == [repos.VISION]
    assert look_up(pasted).listing.id == repos.VISION


@pytest.mark.parametrize(
    ("pasted", "title"),
    [
        ("https://huggingface.co/datasets/a/b", "This address doesn't lead to a model."),
        ("https://huggingface.co/models?search=cat", "This address doesn't lead to a model."),
        ("https://example.org/a/b", "This address doesn't lead to a model."),
        ("a/b/c", "“a/b/c” can't be the name of a model."),
        ("../../etc/passwd", "“../../etc/passwd” can't be the name of a model."),
        ("nobody/nothing", "There is no model “nobody/nothing”."),
        ("Xenova/tiny-vit@v9", "This version of “Xenova/tiny-vit” isn't there."),
        (repos.NO_ONNX, "“makers/no-onnx” has no ONNX file."),
    ],
)
def test_what_leads_to_no_model_says_so(hub, pasted, title):
    with pytest.raises(NoSuchModel) as error:
        look_up(pasted)
    assert error.value.title == title


def test_a_source_that_is_none_says_so(hub):
    with pytest.raises(NoSuchModel, match="no source"):
        _workers.ask_hub("look_up", CALLER, {"source": "_client", "id": "a/b", "token": ""})


def test_every_file_is_announced_as_it_lies_there_in_one_commit(hub):
    found = look_up(repos.VISION)
    assert [variant.id for variant in found.variants] == ["fp32", "fp16", "int8", "uint8"]
    for file in found.variants[2].files:
        content = (hub.root / repos.VISION / file.path).read_bytes()
        assert file.size_bytes == len(content)
        assert file.sha256 == (hashlib.sha256(content).hexdigest() if file.path.endswith(".onnx") else "")
        assert file.url == f"{hub.url}/{repos.VISION}/resolve/{found.commit}/{file.path}"
    assert len(found.commit) == 40


def test_an_older_commit_stays_itself(hub):
    commit = look_up(repos.VISION).commit
    found = look_up(f"https://huggingface.co/{repos.VISION}/tree/{commit}")
    assert (found.listing.id, found.commit) == (f"{repos.VISION}@{commit}", commit)
    assert look_up(found.listing.id) == found


def test_the_file_that_was_pointed_at_is_recommended(hub):
    assert look_up(f"{hub.url}/{repos.VISION}/blob/main/onnx/model_fp16.onnx").recommended == "fp16"
    assert look_up(repos.VISION).recommended == ""


def test_names_of_files_that_lead_elsewhere_do_not_exist_for_us(hub):
    found = look_up(repos.HOSTILE)
    assert [file.path for variant in found.variants for file in variant.files] == ["onnx/model.onnx", "config.json"]


def test_of_two_names_that_are_one_file_on_some_systems_the_first_is_taken(hub):
    repos.make(hub.root, "odd/capitals", {"a.onnx": b"1", "A.onnx": b"22"})
    assert len(look_up("odd/capitals").variants) == 1


@pytest.mark.parametrize(
    ("id_", "licence", "whose"),
    [
        (repos.VISION, "apache-2.0", "its own card"),
        (repos.NON_COMMERCIAL, "cc-by-nc-4.0", "its own card"),
        (repos.LICENCE_ON_BASE, "mit", f"the card of its base model {repos.BASE}"),
    ],
)
def test_the_licence_is_told_with_whose_word_it_is(hub, id_, licence, whose):
    found = look_up(id_)
    assert (found.licence, found.licence_from) == (licence, whose)


@pytest.mark.parametrize("base", ["nobody/nothing", "../evil", repos.PRIVATE])
def test_a_base_model_that_cannot_be_asked_leaves_the_licence_open(hub, base):
    repos.make(hub.root, "odd/no-base", {"model.onnx": b"1"}, cardData={"base_model": [base]})
    assert (look_up("odd/no-base").licence, look_up("odd/no-base").licence_from) == ("", "")


def test_a_licence_of_its_own_is_called_by_its_name(hub):
    card = {"license": "other", "license_name": "bria-rmbg-1.4"}
    repos.make(hub.root, "odd/own-licence", {"model.onnx": b"1"}, cardData=card)
    assert look_up("odd/own-licence").licence == "bria-rmbg-1.4"


@pytest.mark.parametrize(
    ("id_", "verdict", "words"),
    [
        (repos.UNSAFE, "unsafe", "The hub's scanner calls this unsafe: “model.onnx”."),
        (
            repos.UNSAFE_BESIDE,
            "caution",
            "The hub's scanner calls another file there unsafe, which isn't fetched: “pytorch_model.bin”.",
        ),
        (repos.DOUBTFUL, "caution", "The hub's scanner is not sure about this: “model.onnx”."),
        (repos.VISION, "safe", "The hub's scanner found nothing."),
        ("odd/fresh", "unknown", "The hub's scanner isn't done with it."),
    ],
)
def test_what_the_scanner_says_is_passed_on(hub, id_, verdict, words):
    repos.make(hub.root, "odd/fresh", {"model.onnx": b"1"}, unscanned=True)
    found = look_up(id_)
    assert (found.verdict, found.verdict_words) == (verdict, words)


def test_a_model_behind_terms_can_be_looked_at_by_everybody(hub):
    found = look_up(repos.GATED)
    assert found.listing.gated
    assert found.variants[0].parts == {"model": "onnx/model.onnx"}


def test_a_private_model_is_there_for_its_token_alone(hub):
    assert look_up(repos.PRIVATE, repos.TOKEN).listing.id == repos.PRIVATE
    with pytest.raises(NoSuchModel, match="makers/private"):
        look_up(repos.PRIVATE)


def test_a_renamed_model_is_found_under_its_old_name(hub):
    assert look_up(repos.OLD_NAME).listing.id == repos.RENAMED


def test_languages_and_companions_come_along(hub):
    found = look_up(repos.TRANSLATOR)
    assert found.languages == ("en", "fr")
    assert {"tokenizer.json", "generation_config.json"} <= {file.path for file in found.variants[0].files}


def test_what_the_hub_calls_a_task_is_told_in_ours_and_is_not_certain(hub):
    found = look_up(repos.VISION)
    assert found.tasks == ("image_classification",)
    assert not found.tasks_are_certain
    assert look_up(repos.TRANSLATOR).tasks == ()


def test_nobody_hears_of_a_token_that_was_not_given(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_from_the_environment")
    hub.log.clear()
    look_up(repos.VISION)
    look_up(repos.VISION, "hf_given")
    assert [asked.get("Authorization") for asked in hub.log] == [None, "Bearer hf_given"]
