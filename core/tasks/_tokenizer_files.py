"""Older files that say how a text is cut into pieces, each turned into what a tokenizer.json would say.

Nothing here may use a name from outside these functions but `base64`, `json`, `re`, `struct`, `Any`, `Iterator`,
`Mapping` and each other (those of `core.tasks._sentence_pieces` too): they are copied into scripts as they stand.
`marks`: the special pieces by their role (`cls`, `sep`, `pad`, `unk`, `mask`), as tokenizer_config.json names them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any


def from_word_pieces(vocabulary: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """From a vocab.txt, one piece per line: clean, split at spaces and signs, longest known piece first, as BERT does.

    `how`: `lower_case`, `strip_accents` (None: as `lower_case`), `chinese` (split between its signs), `marks`, `style`.
    Raises ValueError when no piece stands for the unknown. Source of the rule: https://github.com/google-research/bert,
    tokenization.py.
    """
    marks = {"cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "unk": "[UNK]", "mask": "[MASK]", **how["marks"]}
    words = [word.strip("\r") for word in vocabulary.split("\n")]
    ids = {word: number for number, word in enumerate(words) if word}
    if marks["unk"] not in ids:
        raise ValueError("no piece for the unknown")
    pieces = {
        "type": "WordPiece",
        "unk_token": marks["unk"],
        "continuing_subword_prefix": "##",
        "max_input_chars_per_word": 100,
        "vocab": ids,
    }
    normalizer = {
        "type": "BertNormalizer",
        "clean_text": True,
        "handle_chinese_chars": how["chinese"],
        "strip_accents": how["strip_accents"],
        "lowercase": how["lower_case"],
    }
    parts = {"model": pieces, "normalizer": normalizer, "pre_tokenizer": {"type": "BertPreTokenizer"}}
    return put_together(ids, marks, how["style"], parts)


def from_byte_pairs(vocabulary: str, merges: str, how: Mapping[str, Any]) -> dict[str, Any]:
    """From a vocab.json and a merges.txt: pieces are joined from single bytes, as GPT-2 and RoBERTa do.

    `how`: `prefix_space` (the first word counts as if a space stood before it), `marks`, `style`.
    Source of the rule: https://github.com/openai/gpt-2, encoder.py.
    """
    marks = {"cls": "<s>", "sep": "</s>", "pad": "<pad>", "unk": "<unk>", "mask": "<mask>", **how["marks"]}
    if how["style"] == "bert":
        marks = {"cls": "[CLS]", "sep": "[SEP]", "pad": "[PAD]", "unk": "[UNK]", "mask": "[MASK]", **how["marks"]}
    ids = json.loads(vocabulary)
    joined = [line.split(" ") for line in merges.splitlines() if line.strip() and not line.startswith("#version")]
    pieces = {
        "type": "BPE",
        "vocab": ids,
        "merges": [pair for pair in joined if len(pair) == 2],
        "dropout": None,
        "unk_token": None,
        "continuing_subword_prefix": "",
        "end_of_word_suffix": "",
        "fuse_unk": False,
        "byte_fallback": False,
        "ignore_merges": False,
    }
    split = {"type": "ByteLevel", "add_prefix_space": how["prefix_space"], "trim_offsets": True, "use_regex": True}
    parts = {"model": pieces, "normalizer": None, "pre_tokenizer": split}
    described = put_together(ids, marks, how["style"], parts)
    if how["style"] == "roberta" and marks["cls"] in ids and marks["sep"] in ids:
        described["post_processor"] = {
            "type": "RobertaProcessing",
            "sep": [marks["sep"], ids[marks["sep"]]],
            "cls": [marks["cls"], ids[marks["cls"]]],
            "trim_offsets": True,
            "add_prefix_space": how["prefix_space"],
        }
    return described


def put_together(
    ids: Mapping[str, int], marks: Mapping[str, str], style: str, parts: Mapping[str, Any]
) -> dict[str, Any]:
    """What a tokenizer.json says: the parts, the special pieces, and what goes around one text or two.

    `style`: `bert` [CLS] A [SEP] B [SEP] · `roberta` <s> A </s></s> B </s> · `t5` A </s> B </s> · `xlnet` A <sep> B
    <sep> <cls> · `plain` nothing. Those named after other models are like one of these.
    """
    alike = {"albert": "bert", "deberta": "bert", "xlm_roberta": "roberta", "camembert": "roberta"}
    patterns = {
        "bert": ("cls A sep", "cls A sep B:1 sep:1"),
        "roberta": ("cls A sep", "cls A sep sep B sep"),
        "mpnet": ("cls A sep", "cls A sep sep B:1 sep:1"),
        "t5": ("A eos", "A eos B eos"),
        "xlnet": ("A sep cls:2", "A sep B:1 sep:1 cls:2"),
        "plain": ("A", "A B:1"),
    }
    names = {"eos": "</s>", **marks}
    known = {role: name for role, name in names.items() if name in ids}

    def template(pattern: str) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        for word in pattern.split(" "):
            role, _, segment = word.partition(":")
            of = {"type_id": int(segment or 0)}
            if role in ("A", "B"):
                parts.append({"Sequence": {"id": role, **of}})
            elif role in known:
                parts.append({"SpecialToken": {"id": known[role], **of}})
        return parts

    single, pair = patterns[alike.get(style, style)]
    special = {name: {"id": name, "ids": [ids[name]], "tokens": [name]} for name in known.values()}
    added = [
        {
            "id": ids[name],
            "content": name,
            "single_word": False,
            "lstrip": role == "mask" and not re.match(r"\[", name),
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for role, name in sorted(known.items(), key=lambda entry: ids[entry[1]])
    ]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": list({mark["content"]: mark for mark in added}.values()),
        "decoder": None,
        **parts,
        "post_processor": {
            "type": "TemplateProcessing",
            "single": template(single),
            "pair": template(pair),
            "special_tokens": special,
        },
    }
