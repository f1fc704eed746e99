"""`config.json` of transformers: what the model is for, the names of its classes, and a few facts about its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.evidence import _ports
from core.evidence._contract import NOTHING, Evidence, Parts, Said
from core.evidence._plain import number, table, whole, word, words
from core.types import Fact

RANK = 24
NAME = "config.json"
FILES = (NAME,)

_SENTENCES = ("text_similarity", "text_search", "text_sorting")
_PICTURES = ("image_similarity", "image_search")
_ENDINGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ForImageClassification", ("image_classification",)),
    ("ForImageClassificationWithTeacher", ("image_classification",)),
    ("ForObjectDetection", ("object_detection",)),
    ("ForSemanticSegmentation", ("semantic_segmentation",)),
    ("ForDepthEstimation", ("depth_estimation",)),
    ("ForImageSuperResolution", ("image_to_image",)),
    ("ForImageToImage", ("image_to_image",)),
    ("ForImageMatting", ("background_removal",)),
    ("ForZeroShotImageClassification", ("zero_shot_image_classification",)),
    ("ForSequenceClassification", ("text_classification",)),
    ("ForTokenClassification", ("token_classification",)),
    ("ForQuestionAnswering", ("question_answering",)),
)
_BACKGROUND = ("modnet", "birefnet", "rmbg", "isnet", "u2net", "ben2")
"""In names of models that cut out what is in front, which no ending of transformers says."""
_METRES = ("glpn", "zoedepth", "depth_pro")
_TWO_LESS = ("roberta", "xlm-roberta", "camembert", "mpnet", "longformer", "xlm-roberta-xl", "data2vec-text")
"""Kinds that number places from 2 on, so that they read two pieces less than they have places for."""
_DECODERS = {
    **dict.fromkeys(("Detr", "Yolos", "TableTransformer"), "detr_softmax"),
    **dict.fromkeys(("RTDetr", "RTDetrV2", "DFine", "RfDetr"), "detr_sigmoid"),
    **dict.fromkeys(("ConditionalDetr", "DeformableDetr", "DabDetr"), "deformable_detr"),
}
"""How the answer of a detector is read, as `post_process_object_detection` of each in transformers does it."""
_PROBLEMS = ("single_label_classification", "multi_label_classification", "regression")


def read(said: Said, parts: Parts) -> Evidence:
    """The task by the ending of the architecture's name, and facts under fixed keys."""
    config = table(said.json(NAME))
    if not config:
        return NOTHING
    names = _labels(config, said)
    return Evidence(_tasks(config, names, parts), {**_named(names), **_facts(config, parts)})


def _tasks(config: Mapping[str, Any], names: list[str], parts: Parts) -> tuple[str, ...]:
    architecture = next(iter(words(config.get("architectures"))), "")
    kind = word(config.get("model_type"))
    plain = f"{architecture} {kind}".casefold()
    if any(name in plain for name in _BACKGROUND):
        return ("background_removal",)
    known = next((tasks for ending, tasks in _ENDINGS if architecture.endswith(ending)), ())
    if known == ("text_classification",) and any("entail" in name.casefold() for name in names):
        return ("zero_shot_classification", *known)
    whole = architecture.endswith(("Model", "ModelWithProjection")) or "clip" in kind or "siglip" in kind
    return known if known or "For" in architecture or not whole else _of_features(config, parts)


def _of_features(config: Mapping[str, Any], parts: Parts) -> tuple[str, ...]:
    """A model that gives numbers for what it is shown, and nothing else."""
    sees, reads = _ports.picture(parts) is not None, _ports.takes_words(parts)
    if sees and (reads or table(config, "text_config")):
        return ("zero_shot_image_classification", *_PICTURES)
    if sees:
        return _PICTURES
    return _SENTENCES if reads else ()


def _labels(config: Mapping[str, Any], said: Said) -> list[str]:
    """What it calls its classes; nothing when it only numbers them."""
    if not any(table(config, key) for key in ("id2label", "label2id")):
        return []
    names = said.labels(NAME)
    return [] if all(name == f"LABEL_{number}" for number, name in enumerate(names)) else names


def _named(names: list[str]) -> dict[str, Fact]:
    return {"labels": Fact(names, NAME)} if names else {}


def _facts(config: Mapping[str, Any], parts: Parts) -> dict[str, Fact]:
    found: dict[str, Any] = {"unit": _unit(config), "upscale": whole(config.get("upscale"), 1, 16)}
    if {"logits", "pred_boxes"} <= {port.name for graph in parts.values() for port in graph.outputs}:
        architecture = next(iter(words(config.get("architectures"))), "")
        found["decoder"] = _DECODERS.get(architecture.removesuffix("ForObjectDetection"))
    if config.get("problem_type") in _PROBLEMS:
        found["problem_type"] = config["problem_type"]
    places = whole(config.get("max_position_embeddings"), 8, 1_000_000)
    if places and _ports.takes_words(parts):
        found["max_tokens"] = places - 2 if word(config.get("model_type")) in _TWO_LESS else places
    side = whole(config.get("image_size"))
    if side and _ports.size(_ports.picture(parts)) is None and _ports.picture(parts):
        found |= {"width_px": side, "height_px": side}
    return {name: Fact(value, NAME) for name, value in found.items() if value}


def _unit(config: Mapping[str, Any]) -> str:
    """Of a depth model: metres grow with distance, nearness is only more or less."""
    kind = word(config.get("model_type"))
    depth = any("Depth" in name for name in words(config.get("architectures")))
    if config.get("depth_estimation_type") == "metric" or kind in _METRES:
        return "metres"
    relative = config.get("depth_estimation_type") == "relative" or kind in ("dpt", "depth_anything")
    return "nearness" if depth and relative and not number(config.get("max_depth"), 1.5) else ""
