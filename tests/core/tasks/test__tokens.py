import json

import pytest

from core.actions.try_model import Request, do
from core.caller import Caller
from core.errors import UserError
from core.tasks import _tokens
from tests.core.tasks.text_models import described, prepared, row

SCORES = row("logits", "float32", ("b", 2))


def beside(tmp_path, config, shape=("b", "s")):
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\na")
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    files = {path.name: str(path) for path in tmp_path.iterdir()}
    return described(files, [row("input_ids", shape=shape)], [SCORES])


@pytest.mark.parametrize(
    ("config", "shape", "expected"),
    [
        ({}, ("b", "s"), (512, False)),
        ({"model_max_length": 256}, ("b", "s"), (256, True)),
        ({"model_max_length": 1000000000000000019884624838656}, ("b", "s"), (512, False)),
        ({"model_max_length": 512}, (1, 128), (128, True)),
        ({"model_max_length": 64}, (1, 128), (64, True)),
        ({"model_max_length": -1}, ("b", "s"), (512, False)),
    ],
)
def test_how_much_fits_is_what_the_files_and_the_shape_allow(tmp_path, config, shape, expected):
    fact = _tokens.assume(beside(tmp_path, config, shape))["max_tokens"]
    assert (fact.value, fact.certain) == expected


def test_a_length_fixed_by_the_file_is_never_passed(tmp_path):
    info = prepared(beside(tmp_path, {}, (1, 16)), _tokens, max_tokens=512)
    plan = _tokens.how(info, ["logits"])
    assert (plan["max_tokens"], plan["length"], plan["batch"]) == (16, 16, 1)


def test_files_in_a_folder_are_found_with_the_settings_beside_them(tmp_path):
    info = beside(tmp_path, {"do_lower_case": False, "model_max_length": 77})
    moved = {f"tokenizer/{name}": path for name, path in info.files.items()}
    facts = _tokens.assume(described(moved, [row("input_ids")], [SCORES]))
    assert facts["tokenizer"].value == "tokenizer/vocab.txt"
    assert (facts["max_tokens"].value, facts["lower_case"].value) == (77, False)


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ([row("input_ids")], True),
        ([row("ids", "int32"), row("input_mask", "int32")], True),
        ([row("input_ids"), row("past_key_values.0.key", "float32")], False),
        ([row("attention_mask")], False),
        ([row("input_ids", shape=("s",))], False),
        ([row("input_ids", "float32")], False),
        ([row("input_ids", "string")], False),
        ([row("input_ids"), row("ids")], False),
        ([], False),
    ],
)
def test_only_what_can_be_made_from_a_text_is_fed(ports, expected):
    info = described({}, ports, [SCORES])
    assert _tokens.reads_pieces(info.parts["model"]) == expected


@pytest.mark.parametrize("task_id", ["text_classification", "token_classification", "question_answering"])
def test_a_task_the_model_is_not_made_for_is_an_error_in_words(task_id):
    given = {"question": "Who?"} if task_id == "question_answering" else {}
    with pytest.raises(UserError, match="isn't made for this task"):
        do(Request("minilm", {"text": "Paris in June", **given}, task_id), Caller())


def test_a_model_of_pictures_is_refused_in_words():
    with pytest.raises(UserError) as refused:
        do(Request("efficientnet_lite0", {"text": "Paris in June"}, "text_classification"), Caller())
    assert "Something went wrong" not in refused.value.title
