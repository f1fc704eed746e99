"""Our catalogue: what stands in it, what people find in it, and what becomes of it when it meets a hub."""

import re

import pytest

from core import licences, listings, registry
from core.actions import _workers
from core.caller import Caller
from core.errors import HubUnreachable, ModelNotFound, NoSuchModel
from core.hub import _cards, _kinds, _names
from core.hub._entries import catalogue, facts
from core.hub.catalogue import search
from core.listings import Query
from core.samples import pictures, texts
from core.starter import efficientnet_lite0
from core.tasks import _picture_input, _texts, _tokens
from tests.hub import catalogue_repos
from tests.hub.loopback import LoopbackHub
from tests.hub.repos import make

ENTRIES = catalogue().models
BY_ID = {entry.id: entry for entry in ENTRIES}
LABELS = {
    "imagenet-1k": 1000,
    "coco-80": 80,
    "coco-91": 91,
    "voc-20": 20,
    "voc-21": 21,
    "digits": 10,
    "ferplus-8": 8,
}
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)


def ids(words="", task=""):
    return [listing.id for listing in search(Query(words, task), "").listings]


def test_names_and_titles_are_there_once():
    assert len(ENTRIES) == len(BY_ID) == len({entry.title for entry in ENTRIES}) > 45
    assert all(re.fullmatch(r"[a-z0-9-]+", id_) for id_ in BY_ID)


@every_entry
def test_tasks_are_known_to_the_hub_and_to_us(entry):
    assert entry.task in listings.TASKS
    assert entry.task in catalogue().words
    assert set(entry.tasks) <= set(registry.load("core.tasks"))


@every_entry
def test_facts_are_those_its_task_tells_of(entry):
    ours = [task for task in entry.tasks if task != "tensors"] or ["image_classification"]
    told = "".join(registry.plugin("core.tasks", task).__doc__ for task in ours) + _texts.__doc__
    told += _picture_input.__doc__ + _tokens.__doc__
    assert set(facts(entry)) <= set(re.findall(r"`(\w+)`", told))


def test_what_the_hub_calls_a_task_leads_to_tasks_there_are():
    assert {task for tasks in _cards._OURS.values() for task in tasks} <= set(registry.load("core.tasks"))
    assert set(_cards._OURS) <= set(listings.TASKS)


@every_entry
def test_each_variant_has_its_files(entry):
    kinds = [kind.id for kind in _kinds.KINDS]
    assert all(way.numbers in kinds for way in entry.variants)
    assert len({way.numbers for way in entry.variants}) == len(entry.variants)
    used = {path for way in entry.variants for path in way.parts.values()}
    assert used == {path for path in entry.files if path.endswith(".onnx")}
    assert entry.best in entry.variants
    assert all(_names.is_safe(path) for path in (*entry.files, *entry.companions))
    assert _names.is_id(entry.repo)


@every_entry
def test_what_is_said_of_a_file_fits_together(entry):
    for file in entry.files.values():
        assert file.seen != "path and size" or file.mb
        assert re.fullmatch(r"|[0-9a-f]{64}", file.sha256)
    assert entry.evidence
    assert "/" not in entry.evidence


@every_entry
def test_its_sample_comes_with_the_app(entry):
    forms = {sample.name: sample.task for sample in texts.samples()}
    assert entry.sample in {*forms, *(sample.name for sample in pictures.samples("try"))}
    if entry.tasks and entry.sample in forms and entry.tasks != ("tensors",):
        assert forms[entry.sample] == entry.tasks[0]


@every_entry
def test_a_licence_that_forbids_business_is_in_the_title_and_no_other(entry):
    light = licences.licence(entry.licence.name).light
    assert ("not for business" in entry.title) == (light in ("non-commercial", "unknown"))


def test_two_are_not_for_business_so_that_the_warning_is_seen():
    assert [entry.id for entry in ENTRIES if "not for business" in entry.title] == ["rmbg-1-4", "pii-ai4privacy"]


@pytest.mark.parametrize(("name", "count"), LABELS.items())
def test_a_list_of_names_is_as_long_as_it_should_be(name, count):
    users = [entry for entry in ENTRIES if entry.labels == name]
    assert users
    assert {len(facts(entry)["labels"]) for entry in users} == {count}


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if "image_classification" in entry.tasks])
def test_there_are_as_many_names_as_scores(entry):
    scores = int(re.findall(r"\[\w+,(\d+)\]", entry.contract)[-1])
    assert len(facts(entry)["labels"]) == scores


def test_the_thousand_names_are_those_of_the_starter():
    assert facts(BY_ID["mobilenet-v4"])["labels"] == efficientnet_lite0.labels()


def test_an_english_reader_knows_97_signs():
    assert len(set(facts(BY_ID["ppocr-english"])["alphabet"])) == 96  # none, 95 printable signs; the space twice
    assert len(facts(BY_ID["ppocr-english"])["alphabet"]) == 97


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("remove background", "modnet"),
        ("cut out a person", "modnet"),
        ("transparent product photo", "birefnet-lite"),
        ("click to cut out", "slimsam"),
        ("what is in this picture", "mobilenet-v4"),
        ("what animal is this", "mobilenet-v4"),
        ("recognise plants", "mobilenet-v4"),
        ("handwritten digits", "mnist-digits"),
        ("faces", "ultraface"),
        ("count people", "d-fine-small"),
        ("how far away is it", "depth-anything-small"),
        ("enlarge a photo", "super-resolution-x3"),
        ("blurry pictures", "swin2sr-light"),
        ("turn my photo into a painting", "mosaic-style"),
        ("find duplicate photos", "dinov2-small"),
        ("search photos by words", "clip-base"),
        ("describe a photo for blind people", "vit-gpt2-captions"),
        ("read a receipt", "ppocr-english"),
        ("scan documents", "ppocr-english"),
        ("translate", "t5-small"),
        ("translate into French", "opus-en-fr"),
        ("summarise an article", "distilbart-summaries"),
        ("make a text shorter", "distilbart-summaries"),
        ("chat", "smollm2-135m"),
        ("write a story", "smollm2-135m"),
        ("is this review good or bad", "stars-sentiment"),
        ("happy or sad", "emotion-ferplus"),
        ("insults in comments", "toxic-bert"),
        ("which language is this", "language-detection"),
        ("anonymize a letter", "privacy-filter"),
        ("names of companies", "bert-ner"),
        ("sort emails into topics", "mobilebert-mnli"),
        ("find similar sentences", "minilm-sentences"),
        ("missing word", "distilbert-fill-mask"),
        ("YOLO", "yolos-tiny"),
        ("Xenova/modnet", "modnet"),
    ],
)
def test_a_person_finds_what_they_look_for(words, wanted):
    assert wanted in ids(words)[:3]


def test_what_nobody_has_is_not_found():
    assert ids("zzz") == ids("speech") == []


def test_without_words_everything_is_shown_and_a_task_narrows_it_down():
    assert len(ids()) == len(ENTRIES)
    assert ids(task="translation") == ["t5-small", "opus-en-fr"]


def test_a_line_says_how_sure_we_are():
    line = search(Query("swin2sr"), "").listings[0]
    assert "not run by us yet" in line.note
    assert line.size_bytes == 8_080_000


# with a hub


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def hub(root):
    catalogue_repos.make_repos(root)
    files = {"other/place/model.onnx": catalogue_repos.stamped(BY_ID["modnet"], "model", "x")}
    make(root, "Xenova/modnet", files)
    (root / "Xenova/modnet/onnx/model.onnx").unlink()
    with LoopbackHub(root) as hub:
        yield hub


@pytest.fixture
def look_up(hub, monkeypatch):
    """Asks a look-up process that knows only the loopback hub."""
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    yield _ask
    _forget()


def _ask(id_):
    return _workers.ask_hub("look_up", Caller("test-catalogue"), {"source": "catalogue", "id": id_, "token": ""})


def _forget():
    from core.workers.pool import pool

    pool().forget("test-catalogue")


def test_an_entry_brings_its_task_facts_and_labels(look_up):
    found = look_up("resnet-50")
    assert (found.tasks, found.recommended, found.listing.source) == (("image_classification",), "fp32", "catalogue")
    assert len(found.facts["labels"]) == 1000
    assert found.commit
    assert found.variants[0].files[0].path == "onnx/model.onnx"
    assert {file.path for file in found.variants[0].files} >= {"config.json", "preprocessor_config.json"}


def test_a_model_of_two_graphs_has_both(look_up):
    found = look_up("t5-small")
    assert [list(variant.parts) for variant in found.variants] == [["encoder", "decoder"]] * 3


def test_a_file_that_moved_is_found_by_its_name_and_said_so(look_up):
    variant = look_up("modnet").variants[0]
    assert variant.parts == {"model": "other/place/model.onnx"}
    assert "We knew onnx/model.onnx" in variant.note


def test_a_file_that_changed_is_refused(look_up):
    with pytest.raises(NoSuchModel, match="the file has changed since we looked"):
        look_up("mnist-digits")


def test_where_one_variant_changed_the_others_stay(look_up):
    found = look_up("yolos-tiny")
    assert [variant.id for variant in found.variants] == ["fp32", "fp16", "int8"]
    assert "4-bit and half precision is left out: the file has changed since we looked." in found.listing.note


def test_what_the_author_says_today_counts_more_than_what_we_read(look_up, root):
    entry = BY_ID["modnet"]
    assert look_up("modnet").licence == entry.licence.name
    make(root, entry.repo, {}, cardData={"license": "cc-by-nc-4.0"})
    found = look_up("modnet")
    assert (found.licence, found.licence_from) == ("cc-by-nc-4.0", "its own card")


def test_another_name_is_no_entry(look_up):
    with pytest.raises(ModelNotFound):
        look_up("no-such-entry")


def test_without_a_hub_only_looking_up_fails(monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    asked = {"source": "catalogue", "query": Query("translate"), "token": ""}
    assert _workers.ask_hub("find_listings", Caller("test-catalogue"), asked).listings
    with pytest.raises(HubUnreachable):
        _ask("modnet")
    _forget()
