import numpy as np
import pytest

from core.tasks import _vocabulary
from core.tasks._windows import batches, fed, pad_of, windows
from tests.core.tasks.test__vocabulary import of

HOW = {"length": 0, "batch": 3, "max_tokens": 12, "stride": 3, "inputs": {"input_ids": "int64"}}
TEXT = "Angela Merkel visited Paris in June and met the head of Siemens near the river"


@pytest.fixture(params=["bert", "roberta", "xlm_roberta", "albert"])
def tokenizer(request):
    return _vocabulary.tokenizer(of(request.param))


def test_parts_cover_every_piece_and_overlap_as_asked(tokenizer):
    whole = tokenizer.encode(TEXT, add_special_tokens=False).ids * 1
    parts, step = windows(tokenizer, TEXT, None, HOW)
    own = [[one for one, mark in zip(part.ids, part.special_tokens_mask, strict=True) if not mark] for part in parts]
    assert all(len(part.ids) <= 12 for part in parts)
    assert all(ids == whole[number * step : number * step + len(ids)] for number, ids in enumerate(own))
    assert (len(parts) - 1) * step + len(own[-1]) == len(whole)
    assert step == 10 - 3


def test_of_a_pair_only_one_side_is_cut(tokenizer):
    question = tokenizer.encode("Paris", add_special_tokens=False).ids
    parts, _ = windows(tokenizer, "Paris", TEXT, HOW | {"max_tokens": 16}, "second")
    assert len(parts) > 1
    for part in parts:
        assert [one for one, side in zip(part.ids, part.sequence_ids, strict=True) if side == 0] == question
    first, _ = windows(tokenizer, TEXT, "Paris", HOW | {"max_tokens": 20}, "first")
    assert [one for one, side in zip(first[0].ids, first[0].sequence_ids, strict=True) if side == 1] == question


def test_without_room_there_is_no_part(tokenizer):
    assert windows(tokenizer, TEXT, "Paris", HOW | {"max_tokens": 12}, "second")[0] == []
    assert windows(tokenizer, "Paris", None, HOW | {"max_tokens": 0})[0] == []


def test_a_long_overlap_is_made_shorter_so_that_it_goes_on(tokenizer):
    parts, step = windows(tokenizer, TEXT, None, HOW | {"stride": 500})
    assert step == 5
    assert len(parts) > 1


def test_a_text_without_any_piece_is_one_part(tokenizer):
    parts, _ = windows(tokenizer, "", None, HOW)
    assert len(parts) == 1


def test_missing_inputs_are_made_in_the_type_that_is_declared():
    tokenizer = _vocabulary.tokenizer(of("bert"))
    inputs = {"input_ids:0": "int32", "input_mask": "float32", "segment_ids": "int64", "position_ids": "int64"}
    roles = {"input_ids:0": "input_ids", "input_mask": "attention_mask", "segment_ids": "token_type_ids"}
    pieces = [tokenizer.encode("Paris", "Paris in June"), tokenizer.encode("a")]
    feeds = fed(pieces, HOW | {"inputs": inputs, "roles": roles}, 7)
    assert {name: str(value.dtype) for name, value in feeds.items()} == inputs
    short, longest = len(pieces[1].ids), len(pieces[0].ids)
    assert feeds["input_ids:0"][1].tolist() == pieces[1].ids + [7] * (longest - short)
    assert feeds["input_mask"][1].tolist() == [1] * short + [0] * (longest - short)
    assert feeds["segment_ids"][0].tolist() == pieces[0].type_ids
    assert set(feeds["segment_ids"][0]) == {0, 1}
    assert feeds["position_ids"].tolist() == [[*range(longest)], [*range(short)] + [1] * (longest - short)]


def test_what_fills_up_is_looked_up_by_name():
    assert pad_of(_vocabulary.tokenizer(of("roberta")), {"pads": ["[PAD]", "<pad>"]}) == 1
    assert pad_of(_vocabulary.tokenizer(of("roberta")), {"pads": ["none"]}) == 0


def test_texts_of_like_length_run_together_and_never_too_many_pieces():
    tokenizer = _vocabulary.tokenizer(of("bert"))
    pieces = [tokenizer.encode("a " * count) for count in (9, 1, 8, 2, 1)]
    assert batches(pieces, HOW) == [[1, 4, 3], [2, 0]]
    assert batches(pieces, HOW, most_pieces=12) == [[1, 4, 3], [2], [0]]
    assert batches(pieces, HOW | {"length": 64}, most_pieces=128) == [[1, 4], [3, 2], [0]]


def test_the_same_text_is_fed_alike_alone_and_in_company(tokenizer):
    pieces = [tokenizer.encode(text) for text in ("Paris", TEXT)]
    alone, among = fed(pieces[:1], HOW)["input_ids"], fed(pieces, HOW)["input_ids"]
    assert np.array_equal(alone[0], among[0, : alone.shape[1]])
