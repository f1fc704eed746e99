import json
from collections import defaultdict

import onnx.defs
import pytest

from core.graph.operators import FAMILIES, lookup, lookup_function
from core.settings import ASSETS

ENTRIES = json.loads((ASSETS / "operators.json").read_text(encoding="utf-8"))
SCHEMAS = [(schema.name, schema.domain) for schema in onnx.defs.get_all_schemas()]
SAME_THING = [{"RMSNormalization", "SimplifiedLayerNormalization"}]
"""Two names for one step, which may have the same title."""
MICROSOFT = """
    Attention BeamSearch BiasGelu BifurcationDetector CropAndResize DynamicQuantizeMatMul EmbedLayerNormalization
    FastGelu FusedConv FusedGemm FusedMatMul Gelu GreedySearch GridSample GroupQueryAttention MatMulNBits MoE
    MultiHeadAttention NhwcConv NhwcFusedConv NhwcMaxPool QAttention QGemm QLinearAdd QLinearAveragePool QLinearConcat
    QLinearGlobalAveragePool QLinearLeakyRelu QLinearMul QLinearSigmoid QLinearSoftmax QMoE QuickGelu ReorderInput
    ReorderOutput RotaryEmbedding SimplifiedLayerNormalization SkipLayerNormalization SkipSimplifiedLayerNormalization
"""
TOKENIZERS = """
    BertTokenizer BlingFireSentenceBreaker BpeDecoder CLIPTokenizer GPT2Tokenizer HfBertTokenizer HfJsonTokenizer
    RobertaTokenizer SentencepieceDecoder SentencepieceTokenizer SpmTokenizer TrieTokenizer WordpieceTokenizer
"""


@pytest.mark.parametrize(("operator", "domain"), SCHEMAS)
def test_every_operator_of_onnx_has_words_and_a_definition(operator, domain):
    known = lookup(operator, domain)
    assert known.title != "Unknown step"
    page = f"onnx_{domain.replace('.', '')}_{operator}.html"
    assert known.definition_url == f"https://onnx.ai/onnx/operators/{page}"


@pytest.mark.parametrize("operator", MICROSOFT.split())
def test_operators_that_onnxruntime_adds_have_words(operator):
    assert lookup(operator, "com.microsoft").title != "Unknown step"


@pytest.mark.parametrize("operator", TOKENIZERS.split())
def test_tokenizers_have_words(operator):
    assert lookup(operator, "ai.onnx.contrib").family == "text"


@pytest.mark.parametrize("operator", ENTRIES)
def test_words_are_short_and_plain(operator):
    entry = ENTRIES[operator]
    title, sentence = entry["title"], entry["sentence"]
    assert entry["family"] in FAMILIES
    assert 3 <= len(title) <= 28
    assert 1 <= len(title.split()) <= 6
    assert title[0].isupper()
    assert not title.endswith(".")
    assert _squeezed(title) != _squeezed(operator)
    assert len(sentence) <= 140
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert ". " not in sentence
    assert (title + sentence).isprintable()
    assert "  " not in title + sentence


def _squeezed(words):
    return "".join(letter for letter in words.lower() if letter.isalnum())


@pytest.mark.parametrize(
    "word", ["tensor", "axis", "axes", "logit", "scalar", "embedding", "kernel", "dtype", "elementwise"]
)
def test_words_of_the_trade_are_left_out(word):
    assert [name for name, entry in ENTRIES.items() if word in f"{entry['title']} {entry['sentence']}".lower()] == []


def test_no_two_operators_have_the_same_title_or_sentence():
    for kind in ("title", "sentence"):
        named = defaultdict(set)
        for operator, entry in ENTRIES.items():
            named[entry[kind].lower()].add(operator)
        assert [operators for operators in named.values() if len(operators) > 1 and operators not in SAME_THING] == []


def test_every_family_is_used():
    assert {entry["family"] for entry in ENTRIES.values()} == set(FAMILIES)


def test_the_standard_domain_has_two_names():
    assert lookup("Conv", "ai.onnx") == lookup("Conv", "")


def test_a_step_goes_by_the_same_words_where_onnxruntime_moved_it_but_links_to_no_page_that_is_not_there():
    moved = lookup("Conv", "com.microsoft.nchwc")
    assert (moved.title, moved.definition_url) == (lookup("Conv", "").title, "")


def test_definitions_of_microsoft_and_its_extensions():
    assert lookup("FusedConv", "com.microsoft").definition_url.endswith("ContribOperators.md#com.microsoft.FusedConv")
    assert lookup("BertTokenizer", "ai.onnx.contrib").definition_url.endswith("custom_ops.md#berttokenizer")


def test_an_unknown_step_says_where_it_comes_from():
    known = lookup("Frobnicate", "org.example")
    assert known.title == "Unknown step"
    assert known.sentence == "A step of the domain “org.example” that this app has no words for."
    assert (known.family, known.definition_url) == ("other", "")


def test_a_known_name_in_a_foreign_domain_is_unknown():
    assert lookup("Conv", "org.example").title == "Unknown step"


@pytest.mark.parametrize("domain", ["", "ai.onnx"])
def test_an_unknown_step_of_the_standard_domain_is_told_without_empty_quotes(domain):
    known = lookup("Frobnicate", domain)
    assert known.title == "Unknown step"
    assert "“" not in known.sentence


HOSTILE = ["a\nb\x1b[31m\u202e\ud800", "x" * 100_000, "\x00", "a\u2028b", "../../" * 50]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_become_one_short_plain_line(name):
    for known in (lookup(name, ""), lookup(name, name), lookup("Conv", name), lookup_function(name)):
        assert len(known.title) <= 28
        assert len(known.sentence) <= 140
        assert known.sentence.isprintable()
        assert known.definition_url == ""


def test_a_function_of_the_model_is_told_by_its_name():
    assert "“MyBlock”" in lookup_function("MyBlock").sentence
    assert lookup_function("MyBlock").family == "other"
