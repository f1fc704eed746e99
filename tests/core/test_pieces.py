import pytest

from core import pieces
from core.errors import BadFile

WORDS = {"type": "WordLevel", "vocab": {"a": 0, "[UNK]": 1}, "unk_token": "[UNK]"}


def test_a_description_becomes_a_tokenizer_that_neither_pads_nor_cuts():
    described = {"model": WORDS, "pre_tokenizer": {"type": "Whitespace"}, "truncation": {"max_length": 1}, "padding": 7}
    assert pieces.made(described).encode("a a b").ids == [0, 0, 1]


@pytest.mark.parametrize("described", [None, [], {}, {"model": "x"}, {"model": {"type": "none"}}])
def test_what_is_no_description_is_refused(described):
    with pytest.raises(BadFile) as refused:
        pieces.made(described)
    assert refused.value.fix


def test_what_the_library_raises_is_put_into_words():
    with pytest.raises(BadFile, match="couldn't make sense of this"), pieces.guarded("this"):
        raise BaseException("a panic")  # noqa: TRY002  what Rust raises is no Exception


def test_a_stop_from_outside_is_not_swallowed():
    with pytest.raises(KeyboardInterrupt), pieces.guarded("this"):
        raise KeyboardInterrupt
