from dataclasses import replace

import numpy as np
import pytest

from core.actions import _library
from core.caller import Caller
from core.errors import ModelError
from core.run.session import open_graph
from core.tasks import _texts
from core.types import Fact, GraphInfo, ModelInfo, Port


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
