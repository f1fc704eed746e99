"""Every expectation comes from Magika's own package, asked about the same bytes."""

import struct
import zlib

import pytest
from magika import Magika

from core.actions.try_model import Request, do
from core.caller import Caller
from core.samples.texts import samples

SNIPPETS = {
    **{sample.name: sample.inputs["file"].encode() for sample in samples("content_detection")},
    "empty": b"",
    "one letter": b"a",
    "seven bytes": b"1234567",
    "white space": b"   \n\t  \n      ",
    "short after white space": b"        \n\n    hi",
    "short before white space": b"hi            \n",
    "binary and tiny": b"\xff\xfe\x01",
    "C": b'#include <stdio.h>\nint main(void){ printf("hi\\n"); return 0; }\n',
    "YAML": b"name: ci\non: [push]\njobs:\n  test:\n    runs-on: ubuntu\n    steps:\n      - run: make\n",
    "Markdown": b"# Title\n\nSome *text* with a [link](http://x).\n\n- one\n- two\n\n```py\nprint(1)\n```\n",
    "a PNG without its pixels": b"\x89PNG\r\n\x1a\n"
    + struct.pack(">I4sIIBBBBB", 13, b"IHDR", 8, 8, 8, 2, 0, 0, 0)
    + b"\0\0\0\0",
    "words": b"hello world, this is it",
    "almost nothing": b"x = 1; y",
    "noise": zlib.compress(bytes(range(256)) * 20),
    "random": b"\x8f\x1d\xa0\x77\x13\xee\x42\x99\x05\xc3" * 400,
    "longer than both ends": b"   \n" + b"print('a line of code')\n" * 600 + b"   \n\n",
    "white space for a whole block": b" " * 5000 + b"def f():\n    return 1\n",
}
RULES = {"empty", "one letter", "seven bytes", "white space", "short after white space", "binary and tiny"}


@pytest.fixture(scope="module")
def magika():
    return Magika()


def ask(data):
    return do(Request("magika", {"file": data}), Caller()).result


@pytest.mark.parametrize("name", SNIPPETS)
def test_the_answer_is_magikas_own(magika, name):
    reference = magika.identify_bytes(SNIPPETS[name])
    found = ask(SNIPPETS[name])
    shown = reference.output.description
    if found.sure:
        assert found.rows[0].label == shown
    else:
        assert shown in f"{found.rows[0].label} {found.note}"
    assert found.rows[0].score == pytest.approx(reference.score, abs=1e-5)


@pytest.mark.parametrize("name", sorted(SNIPPETS.keys() - RULES))
def test_it_is_sure_where_magika_is(magika, name):
    reason = magika.identify_bytes(SNIPPETS[name]).prediction.overwrite_reason
    assert ask(SNIPPETS[name]).sure is not (str(reason) == "low_confidence")


def test_the_snippets_hold_sure_and_unsure_answers():
    assert {ask(data).sure for name, data in SNIPPETS.items() if name not in RULES} == {True, False}


def test_pasted_text_and_a_file_get_the_same_answer():
    assert ask("SELECT name FROM users WHERE age > 30;") == ask(b"SELECT name FROM users WHERE age > 30;")


def test_nothing_at_all_is_an_empty_file():
    assert ask("").rows[0].label == "Empty file"


def test_it_says_how_much_of_a_large_file_was_seen():
    answer = do(Request("magika", {"file": b"x" * 10_000}), Caller())
    assert answer.preparation[0].startswith("Of 10,000 bytes the model saw the first 1,024 and the last 1,024")
