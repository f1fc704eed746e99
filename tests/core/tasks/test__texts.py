from dataclasses import replace

import numpy as np
import pytest

from core.actions import _library
from core.caller import Caller
from core.errors import ModelError, RunFailed
from core.run.session import open_graph
from core.tasks import _texts, _vocabulary, text_search, text_similarity, text_sorting
from core.types import Fact, GraphInfo, ModelInfo, Port
from tests.core.tasks.picture_models import run_script
from tests.core.tasks.text_models import files_of, row


def silent(_share, _words):
    pass


@pytest.fixture(scope="module")
def minilm():
    return _library.with_task(_library.find("minilm", Caller()), "", Caller()).info


def info_of(inputs, outputs):
    graph = GraphInfo("", "", 0, inputs, outputs, 10, {"ai.onnx": 17}, {}, 0)
    return ModelInfo("m", "m", "", "upload", {"model": graph})


def ids(name, shape=("batch", "sequence")):
    return Port(name, "tensor", "tensor(int64)", "int64", shape)


BERT = (ids("input_ids"), ids("attention_mask"), ids("token_type_ids"))
PIECES = Port("last_hidden_state", "tensor", "tensor(float)", "float32", ("batch", "sequence", 384))


def test_a_text_is_the_same_alone_and_among_longer_ones(minilm):
    graph = open_graph(minilm.parts["model"])
    alone = _texts.embed(["A small dog."], graph, minilm)
    among = _texts.embed(["A very much longer text about the weather in spring.", "A small dog."], graph, minilm)
    assert np.abs(alone[0] - among[1]).max() < 1e-5


def test_each_text_becomes_a_unit_vector_of_384_numbers(minilm):
    found = _texts.embed(["One.", "Two words."], open_graph(minilm.parts["model"]), minilm)
    assert (found.shape, found.dtype) == ((2, 384), np.float32)
    assert np.abs(np.linalg.norm(found, axis=1) - 1).max() < 1e-6


def test_what_was_cut_is_said_exactly(minilm):
    sentences = _texts.explain([("Text 1", "short"), ("Text 2", "word " * 253 + "last beyond")], minilm)
    assert sentences[-1] == (
        "Text 2 is longer than the model reads: only its first 254 pieces of words, up to "
        "“…word word word word last”, were used."
    )


def test_nothing_is_said_to_be_cut_when_a_text_just_fits(minilm):
    assert len(_texts.explain([("Text 1", "word " * 254)], minilm)) == 1


def test_many_cuts_are_summed_up(minilm):
    sentences = _texts.explain([(f"Text {n}", "word " * 300) for n in range(5)], minilm)
    assert len(sentences) == 1 + 3 + 1
    assert sentences[-1] == "The same holds for 2 more."


def test_a_guessed_vocabulary_is_called_a_guess(minilm):
    guessed = replace(minilm, preparation=_texts.assume(minilm))
    assert "guess" in _texts.explain([], guessed)[0]
    assert "guess" not in _texts.explain([], minilm)[0]


def test_a_missing_vocabulary_is_a_sentence(minilm):
    lost = replace(minilm, preparation=minilm.preparation | {"vocabulary": Fact("/nowhere/vocab.txt", "you")})
    with pytest.raises(ModelError, match="vocabulary"):
        _texts.embed(["a"], open_graph(minilm.parts["model"]), lost)


def test_a_model_of_the_bert_family_is_recognised():
    assert _texts.reads_texts(info_of(BERT, (PIECES,)))


@pytest.mark.parametrize(
    ("inputs", "output"),
    [
        (BERT, Port("logits", "tensor", "tensor(float)", "float32", ("batch", 2))),
        (BERT[:2], PIECES),  # no segments: another family, with another vocabulary
        ((*BERT, ids("pixel_values")), PIECES),
        ((ids("input_ids", (8, 128)), *BERT[1:]), PIECES),
    ],
)
def test_other_models_are_not(inputs, output):
    assert not _texts.reads_texts(info_of(inputs, (output,)))


def test_a_length_fixed_by_the_file_is_respected():
    fixed = info_of((ids("input_ids", (1, 64)), *BERT[1:]), (PIECES,))
    assert _texts.assume(fixed)["max_tokens"].value == 64


def beside(info, family="roberta", **facts):
    """The model with the files of a family beside it."""
    info = replace(info, files=files_of(family))
    return replace(
        info, preparation={**_texts.assume(info), **{name: Fact(value, "x") for name, value in facts.items()}}
    )


TOKENS = row("last_hidden_state", "float32", ("batch", "sequence", 3))


def counting(feeds):
    """For each piece: its number, its place, and one."""
    ids = feeds["input_ids"].astype(np.float32)
    return {"last_hidden_state": np.stack([ids, np.arange(ids.shape[1]) + 0 * ids, 0 * ids + 1], -1)}


def test_with_a_file_that_says_how_texts_are_cut_other_families_are_recognised_too():
    info = replace(info_of(BERT[:2], (PIECES,)), files=files_of("roberta"))
    assert _texts.reads_texts(info)
    assert "vocabulary" not in _texts.assume(info)
    assert _texts.assume(info)["tokenizer"].value == "vocab.json"


@pytest.mark.parametrize("pooling", ["mean", "first", "last", "max"])
def test_the_numbers_of_the_pieces_become_those_of_the_text(pooling):
    """The rules of sentence-transformers in plain arithmetic; the shorter of two texts is filled up."""
    info = beside(info_of(BERT[:2], (TOKENS,)), pooling=pooling)
    texts = ["Paris in June", "Angela Merkel visited Paris in June and met the head of Siemens"]
    found = _texts.embed(texts, counting, info)
    for text, vector in zip(texts, found, strict=True):
        ids = _vocabulary.tokenizer(info).encode(text).ids
        rows = [[number, place, 1] for place, number in enumerate(ids)]
        one = {
            "mean": [sum(column) / len(rows) for column in zip(*rows, strict=True)],
            "first": rows[0],
            "last": rows[-1],
            "max": [max(column) for column in zip(*rows, strict=True)],
        }[pooling]
        length = sum(value * value for value in one) ** 0.5
        assert vector == pytest.approx([value / length for value in one], abs=1e-6)


def test_what_fills_up_is_the_piece_the_family_fills_up_with():
    seen = []

    def graph(feeds):
        seen.append(feeds["input_ids"])
        return counting(feeds)

    _texts.embed(["Paris", "Paris in June and near the river"], graph, beside(info_of(BERT[:2], (TOKENS,))))
    assert seen[0][0, -1] == 1  # <pad> of RoBERTa


def test_long_texts_do_not_run_together_with_many_others():
    sizes = []

    def graph(feeds):
        sizes.append(feeds["input_ids"].size)
        return counting(feeds)

    info = beside(info_of(BERT[:2], (TOKENS,)), max_tokens=4000)
    _texts.embed(["Paris " * 3000] * 5, graph, info)
    assert max(sizes) <= 8192
    assert len(sizes) > 1


@pytest.mark.parametrize("shape", [(2,), (0, 3), (2, 2, 2, 2), ()])
def test_an_odd_answer_is_an_error_in_words(shape):
    info = beside(info_of(BERT[:2], (TOKENS,)))
    with pytest.raises(RunFailed):
        _texts.embed(["Paris", "June"], lambda _feeds: {"last_hidden_state": np.ones(shape, np.float32)}, info)


def test_one_prefix_is_for_questions_and_two_mean_that_of_questions_for_all():
    bge = beside(info_of(BERT[:2], (TOKENS,)), query_prefix="Represent this: ")
    e5 = beside(info_of(BERT[:2], (TOKENS,)), query_prefix="query: ", passage_prefix="passage: ")
    assert (_texts.alike_prefix(bge), _texts.prefix(bge, "query_prefix")) == ("", "Represent this: ")
    assert (_texts.alike_prefix(e5), _texts.prefix(e5, "passage_prefix")) == ("query: ", "passage: ")
    assert "“query:” was put before each text" in _texts.explain([("Text 1", "x")], e5, "query: ")[1]


def test_what_was_cut_is_said_without_the_prefix():
    info = beside(info_of(BERT[:2], (TOKENS,)), max_tokens=12)
    said = _texts.explain([("Text 1", "Paris " * 50)], info, "query: ")[-1]
    assert "up to “…Paris" in said
    assert "query" not in said


def test_search_puts_each_prefix_where_it_belongs_in_the_script_too():
    info = beside(info_of(BERT[:2], (TOKENS,)), query_prefix="query: ", passage_prefix="passage: ")
    inputs = {"question": "Who?", "texts": ("Paris in June", "Angela Merkel", "the river")}
    found = text_search.answer(inputs, {"model": counting}, info, silent)
    assert run_script(text_search, info, {"model": counting}, inputs)["rows"] == found.rows
    alike = _texts.embed(["query: Who?", "passage: Angela Merkel"], counting, info)
    assert dict(found.rows)["Angela Merkel"] == pytest.approx(float(alike[0] @ alike[1]), abs=1e-6)


@pytest.mark.parametrize("task", [text_similarity, text_sorting])
def test_the_scripts_of_the_others_give_the_same(task):
    info = beside(info_of(BERT[:2], (TOKENS,)), query_prefix="query: ", passage_prefix="passage: ")
    info = replace(info, preparation={**task.assume(info), **info.preparation})
    inputs = {"texts": ("Paris in June", "Angela Merkel", "the river"), "labels": ("a place", "a person")}
    found, told = (
        task.answer(inputs, {"model": counting}, info, silent),
        run_script(task, info, {"model": counting}, inputs),
    )
    if task is text_similarity:
        assert np.abs(np.array(told["values"]) - found.values).max() < 1e-6
    else:
        assert told["rows"] == found.rows
