"""Numbers and characters of pieces: from the families' own tokenizers, see `tests/reference/texts.py`."""

import base64
import json
from pathlib import Path

import pytest

from core.errors import BadFile, ModelError, TooLarge
from core.tasks import _tokens, _vocabulary
from core.types import Fact
from tests.core.tasks.text_models import described, expected, files_of, prepared, row

FAMILIES = expected("texts_files.json")["families"]
CASES = expected("texts_files.json")["cut"]


def of(family):
    return prepared(described(files_of(family), [row("input_ids")], []), _tokens)


def beside(tmp_path, **contents):
    """A model with these files beside it."""
    for name, content in contents.items():
        (tmp_path / name.replace("__", ".")).write_bytes(content if isinstance(content, bytes) else content.encode())
    return described({path.name: str(path) for path in tmp_path.iterdir()}, [row("input_ids")], [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['family']}: {case['text'][:20]}")
def test_a_text_is_cut_as_its_family_cuts_it(case):
    found = _vocabulary.tokenizer(of(case["family"])).encode(case["text"], case.get("second"))
    if "ids" in case:
        assert found.ids == case["ids"]
    if "types" in case:
        assert found.type_ids == case["types"]


@pytest.mark.parametrize(
    "case", [case for case in CASES if "offsets" in case], ids=lambda case: f"{case['family']}: {case['text'][:20]}"
)
def test_each_piece_knows_its_characters(case):
    """Blanks don't matter, nor does the piece that only stands for a blank: they are never part of what is found."""
    text = case["text"]
    found = _vocabulary.tokenizer(of(case["family"])).encode(text)
    kept = [place for place, piece in enumerate(found.tokens) if piece != "▁"]
    ours, theirs = ([offsets[place] for place in kept] for offsets in (found.offsets, case["offsets"]))
    assert [text[start:end].strip() for start, end in ours] == [text[start:end].strip() for start, end in theirs]


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_comes_out_of_the_tokenizer_json_made_of_it(family, tmp_path):
    older = _vocabulary.tokenizer(of(family))
    info = prepared(beside(tmp_path, tokenizer__json=older.to_str()), _tokens)
    assert info.preparation["tokenizer"] == Fact("tokenizer.json", "tokenizer.json lies beside the model", is_file=True)
    assert _vocabulary.tokenizer(info).encode("Angela visited Paris").ids == older.encode("Angela visited Paris").ids


def test_a_tokenizer_json_goes_before_older_files(tmp_path):
    info = beside(tmp_path, tokenizer__json="{}", vocab__txt="[CLS]", merges__txt="", vocab__json="{}")
    assert _vocabulary.main_file(info) == "tokenizer.json"


def test_a_vocabulary_of_pairs_needs_its_merges(tmp_path):
    assert not _vocabulary.main_file(beside(tmp_path, vocab__json="{}"))
    assert _vocabulary.main_file(beside(tmp_path, merges__txt="")) == "vocab.json"


def test_without_a_setting_capitals_in_the_vocabulary_say_that_they_count(tmp_path):
    words = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nParis\nVienna\nhouse"
    info = beside(tmp_path, vocab__txt=words)
    assert not _vocabulary.facts(info)["lower_case"].value
    (tmp_path / "vocab.txt").write_text(words.lower())
    assert _vocabulary.facts(info)["lower_case"].value
    assert not _vocabulary.facts(info)["lower_case"].certain


def test_a_family_that_needs_a_program_of_its_own_is_named(tmp_path):
    config = json.dumps({"tokenizer_class": "BertJapaneseTokenizer"})
    info = prepared(beside(tmp_path, vocab__txt="[CLS]", tokenizer_config__json=config), _tokens)
    with pytest.raises(ModelError, match="isn't known here"):
        _vocabulary.tokenizer(info)


def test_a_missing_file_is_a_sentence():
    info = prepared(described({"vocab.txt": "/nowhere/vocab.txt"}, [row("input_ids")], []), _tokens)
    with pytest.raises(ModelError, match="can't be read"):
        _vocabulary.tokenizer(info)


SPM = base64.b64decode(FAMILIES["t5"]["spiece.model"]["base64"])


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("tokenizer.json", b""),
        ("tokenizer.json", b"[]"),
        ("tokenizer.json", b"[" * 100_000),
        ("tokenizer.json", b'{"model": {"type": "WordPiece", "max_input_chars_per_word": 1000000000000}}'),
        ("tokenizer.json", b'{"model": {"vocab": 1}}'),
        (
            "tokenizer.json",
            json.dumps({"model": {}, "normalizer": {"type": "Prepend", "prepend": "a" * 9999}}).encode(),
        ),
        ("vocab.txt", b"\xff\xfe"),
        ("vocab.txt", b""),
        ("spiece.model", b"\xff" * 40),
        ("spiece.model", SPM[:5]),
        ("spiece.model", b"\x0a\x02\x08\x01"),
        ("spiece.model", SPM + b"\x1a\x06\x12\x04\xff\xff\xff\xff"),
        ("spiece.model", b""),
    ],
)
def test_a_hostile_file_is_refused_in_words(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    info = prepared(described({name: str(tmp_path / name)}, [row("input_ids")], []), _tokens)
    with pytest.raises((BadFile, ModelError, TooLarge)) as refused:
        _vocabulary.tokenizer(info)
    assert refused.value.fix


@pytest.mark.parametrize("content", ["{", "[1]", '{"model_max_length": "many", "tokenizer_class": 7, "cls_token": 3}'])
def test_damaged_settings_are_left_out(tmp_path, content):
    words = Path(files_of("bert")["vocab.txt"]).read_text()
    info = prepared(beside(tmp_path, vocab__txt=words, tokenizer_config__json=content), _tokens)
    assert _vocabulary.tokenizer(info).encode("Paris").ids
    assert info.preparation["max_tokens"].value == 512
