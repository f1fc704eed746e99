"""The Hugging Face Hub, or a mirror of it: thousands of models by anybody."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import httpx2
from huggingface_hub.hf_api import ModelInfo

from core.errors import NoSuchModel, UserError
from core.hub import _names
from core.hub._cards import base_model, commit, files, languages, listing, ours, verdict
from core.hub._client import api, ask, endpoint
from core.hub._variants import variants
from core.hub._words import host, in_words, no_name, withdrawn
from core.listings import Detail, Listing, ListingPage, Query, Variant

TITLE = "Hugging Face Hub"
PAGE = 30
_TOLD = ("downloads", "likes", "gated", "lastModified", "cardData", "pipeline_tag", "library_name", "tags")
_SORTS = {"downloads": "downloads", "likes": "likes", "trending": "trendingScore", "new": "createdAt"}
_TAGS_ONLY = ("background-removal",)
"""Tasks that authors write as a tag; the hub has no such task of its own."""
_OWNER = re.compile(r"([\w.-]{1,96})/", re.ASCII)
_CURSOR = re.compile(r"[A-Za-z0-9+/=_.:-]{1,2000}")


def search(query: Query, token: str) -> ListingPage:
    """One page of what matches. A name or an address finds that one model. Raises NotFetched in words."""
    words = query.words.strip()
    meant = _names.pasted(words, endpoint())
    if meant:
        return ListingPage((look_up(words, token).listing,))
    if _names.is_address(words):
        raise _no_model(words)
    with in_words():
        answer = ask("/api/models", _questions(query), token)
        found = tuple(filter(None, map(_line, answer.json())))
    return ListingPage(found, _next(answer))


def look_up(id_: str, token: str) -> Detail:
    """What there is of this model, all files from one commit; ids may be as people paste them.

    Raises NoSuchModel, NeedsPermission, RateLimited or HubUnreachable.
    """
    meant = _names.pasted(id_, endpoint()) or (_names.Pasted(id_) if _names.is_id(id_) else None)
    if meant is None:
        raise _no_model(id_) if _names.is_address(id_) else no_name(id_[:100])
    info = _info(meant, token)
    found = variants(files(info), info.id)
    if not found:
        raise _no_onnx(info)
    line = listing(info, meant.revision)
    licence, whose = _licence(info, line.licence, token)
    judged, said = verdict(info, {file.path for variant in found for file in variant.files})
    return Detail(
        line,
        commit=commit(info),
        variants=found,
        page=f"{endpoint()}/{info.id}" + (f"/tree/{quote(meant.revision, safe='')}" if meant.revision else ""),
        base_model=base_model(info),
        licence=licence,
        licence_from=whose,
        verdict=judged,
        verdict_words=said,
        languages=languages(info),
        recommended=_with_file(found, meant.path),
        tasks=ours(line.task),
        tasks_are_certain=False,
    )


def _questions(query: Query) -> dict[str, str | list[str]]:
    """A cursor is a mark that only the hub understands: it is handed back to it, and never an address to go to."""
    owner = _OWNER.fullmatch(query.words.strip())
    by_tag = query.task in _TAGS_ONLY
    asked: dict[str, str | list[str]] = {
        "filter": ["onnx", query.task] if by_tag else "onnx",
        "pipeline_tag": "" if by_tag else query.task,
        "author": owner[1] if owner else "",
        "search": "" if owner else query.words.strip()[:200],
        "sort": _SORTS.get(query.sort, "downloads"),
        "limit": str(PAGE),
        "expand": list(_TOLD),
        "cursor": query.cursor if _CURSOR.fullmatch(query.cursor) else "",
    }
    return {name: value for name, value in asked.items() if value}


def _line(told: Any) -> Listing | None:
    """One model of a list; None when what is told about it makes no sense."""
    try:
        info = ModelInfo(**told)  # type: ignore[no-untyped-call]
        return listing(info) if _names.is_id(info.id) else None
    except (TypeError, ValueError, KeyError, AttributeError):
        return None


def _next(answer: httpx2.Response) -> str:
    address = answer.links.get("next", {}).get("url", "")
    cursor = parse_qs(urlsplit(address).query).get("cursor", [""])[0]
    return cursor if _CURSOR.fullmatch(cursor) else ""


def _info(meant: _names.Pasted, token: str) -> ModelInfo:
    with in_words(meant.id):
        asked = api(token)
        info = asked.model_info(meant.id, revision=meant.revision or None, files_metadata=True, securityStatus=True)
        if not _names.is_id(info.id):
            raise ValueError("it answers with a model without a name")
    if info.disabled:
        raise withdrawn(info.id)
    return info


def _licence(info: ModelInfo, own: str, token: str) -> tuple[str, str]:
    """The licence, and whose word that is. Many who convert a model say only what they made it from."""
    base = base_model(info)
    if own or not base:
        return own, "its own card" if own else ""
    try:
        theirs = listing(_info(_names.Pasted(base), token)).licence
    except UserError:
        return "", ""
    return theirs, f"the card of its base model {base}" if theirs else ""


def _with_file(found: tuple[Variant, ...], path: str) -> str:
    """The variant whose file was pointed at."""
    return next((variant.id for variant in found if path in variant.parts.values()), "")


def _no_model(address: str) -> NoSuchModel:
    return NoSuchModel(
        "This address doesn't lead to a model.",
        f"“{address[:100]}” is no model's page on {host()}.",
        "Open the model's page on the hub and copy its address once more.",
    )


def _no_onnx(info: ModelInfo) -> NoSuchModel:
    return NoSuchModel(
        f"“{info.id}” has no ONNX file.",
        "Its author offers it for other programs only.",
        f"Search for “{info.id.rpartition('/')[2]}”: others often publish the same model as ONNX.",
    )
