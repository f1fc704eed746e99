"""What the hub says about one model, in our words. All of it was written by strangers: it is cut, checked, counted."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import quote

from huggingface_hub import ModelCardData
from huggingface_hub.hf_api import ModelInfo

from core import licences
from core.hub import _names
from core.hub._client import endpoint
from core.listings import TASKS, Listing, RemoteFile, Verdict

_MOST_FILES = 20_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ISSUES: tuple[tuple[Verdict, tuple[str, ...], str], ...] = (
    ("unsafe", ("unsafe",), "The hub's scanner calls this unsafe: {}."),
    ("caution", ("suspicious", "caution"), "The hub's scanner is not sure about this: {}."),
)


def listing(info: ModelInfo, revision: str = "") -> Listing:
    owner, _, name = info.id.rpartition("/")
    tags, card = _texts(info.tags), _card(info)
    library = _text(info.library_name)
    licence = ", ".join(_texts(card.get("license")) or _tagged(tags, "license:"))
    return Listing(
        source="huggingface",
        id=f"{info.id}@{revision}" if revision else info.id,
        title=name,
        summary=", ".join(filter(None, (f"By {owner}" if owner else "", f"for {library}" if library else ""))),
        task=_text(info.pipeline_tag) or next((tag for tag in tags if tag in TASKS), ""),
        licence=_own_licence(_text(card.get("license_name"))) if licence == "other" else licence,
        downloads=_count(info.downloads),
        likes=_count(info.likes),
        gated=bool(info.gated),
        changed_at=f"{info.last_modified:%Y-%m-%d}" if info.last_modified else "",
        note="Its author wants you to sign in and accept terms." if info.gated else "",
    )


_SENTENCES = ("text_similarity", "text_search", "text_sorting")
_OURS: dict[str, tuple[str, ...]] = {
    "image-classification": ("image_classification",),
    "object-detection": ("object_detection",),
    "image-segmentation": ("semantic_segmentation", "background_removal"),
    "background-removal": ("background_removal",),
    "depth-estimation": ("depth_estimation",),
    "image-to-image": ("image_to_image",),
    "zero-shot-image-classification": ("zero_shot_image_classification",),
    "image-feature-extraction": ("image_similarity", "image_search"),
    "text-classification": ("text_classification",),
    "token-classification": ("token_classification",),
    "zero-shot-classification": ("zero_shot_classification",),
    "question-answering": ("question_answering",),
    "sentence-similarity": _SENTENCES,
    "feature-extraction": _SENTENCES,
}
"""Ids of our tasks by what the hub calls them, best first."""


def ours(task: str) -> tuple[str, ...]:
    return _OURS.get(task, ())


def _own_licence(name: str) -> str:
    """A licence that is none of the known ones isn't one of them, whatever its author calls it."""
    return name if name and licences.licence(name).light != "free" else "other"


def files(info: ModelInfo) -> list[RemoteFile]:
    """Files whose names could lead elsewhere, or mean two things, don't exist for us."""
    found: dict[str, RemoteFile] = {}
    for file in (info.siblings or ())[:_MOST_FILES]:
        path = file.rfilename
        if isinstance(path, str) and _names.is_safe(path):
            sha256 = file.lfs.sha256 if file.lfs and _SHA256.fullmatch(str(file.lfs.sha256)) else ""
            url = f"{endpoint()}/{info.id}/resolve/{commit(info) or 'main'}/{quote(path)}"
            found.setdefault(_names.alike(path), RemoteFile(path, url, _count(file.size), sha256))
    return list(found.values())


def commit(info: ModelInfo) -> str:
    return info.sha if info.sha and _COMMIT.fullmatch(str(info.sha)) else ""


def base_model(info: ModelInfo) -> str:
    named = _texts(_card(info).get("base_model")) or _tagged(_texts(info.tags), "base_model:")
    return next((name for name in named if _names.is_id(name) and name != info.id), "")


def verdict(info: ModelInfo, wanted: Collection[str]) -> tuple[Verdict, str]:
    """What the hub's scanner says, and in which words. `wanted`: the paths that would be fetched.

    What it calls unsafe elsewhere in the same place, mostly files that run code when they are opened, is a warning: it
    is never fetched.
    """
    status = info.security_repo_status
    if not isinstance(status, dict):
        return "unknown", ""
    issues = status.get("filesWithIssues")
    issues = [issue for issue in issues if isinstance(issue, dict)] if isinstance(issues, list) else []
    for found, levels, words in _ISSUES:
        paths = [_text(issue.get("path")) for issue in issues if issue.get("level") in levels]
        if paths and found == "unsafe" and not set(paths) & set(wanted):
            return "caution", f"The hub's scanner calls another file there unsafe, which isn't fetched: “{paths[0]}”."
        if paths:
            return found, words.format(", ".join(f"“{path}”" for path in paths[:3]))
    if status.get("scansDone") is True and not issues:
        return "safe", "The hub's scanner found nothing."
    return "unknown", "The hub's scanner isn't done with it."


def languages(info: ModelInfo) -> tuple[str, ...]:
    return _texts(_card(info).get("language"))


def _card(info: ModelInfo) -> dict[str, Any]:
    """What the author wrote at the head of the model's page."""
    return vars(info.card_data) if isinstance(info.card_data, ModelCardData) else {}


def _tagged(tags: tuple[str, ...], start: str) -> tuple[str, ...]:
    return tuple(tag.removeprefix(start) for tag in tags if tag.startswith(start))


def _texts(value: object) -> tuple[str, ...]:
    """One text or a list of texts, as authors write both."""
    values = value if isinstance(value, list) else [value]
    return tuple(filter(None, map(_text, values[:100])))


def _text(value: object) -> str:
    """Of a reasonable length, and without signs that can't be seen."""
    return "".join(sign for sign in value[:200] if sign.isprintable()).strip() if isinstance(value, str) else ""


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 2**53 else None
