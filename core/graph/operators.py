"""What each step of a model does, in words a beginner reads, from assets/operators.json."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import msgspec

from core.settings import ASSETS

FAMILIES = (
    "conv",
    "linear",
    "norm",
    "activation",
    "pool",
    "attention",
    "recurrent",
    "shape",
    "math",
    "choose",
    "text",
    "picture",
    "numbers",
    "table",
    "flow",
    "other",
)
_STANDARD = ("", "ai.onnx")
_DOMAINS = frozenset(
    {
        *_STANDARD,
        "ai.onnx.ml",
        "ai.onnx.preview",
        "ai.onnx.preview.training",
        "ai.onnx.contrib",
        "com.microsoft.extensions",  # what ai.onnx.contrib was called before
        "com.microsoft",
        "com.microsoft.nchwc",  # these two: written by onnxruntime, for the order of numbers a processor likes
        "com.ms.internal.nhwc",
        "org.pytorch.aten",
    }
)
_ONNX = "https://onnx.ai/onnx/operators/onnx_{domain}_{operator}.html"
_MICROSOFT = "https://github.com/microsoft/onnxruntime/blob/main/docs/ContribOperators.md#com.microsoft.{operator}"
_EXTENSIONS = "https://github.com/microsoft/onnxruntime-extensions/blob/main/docs/custom_ops.md#{operator}"
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Known:
    title: str
    """At most 28 characters, never the operator's name alone."""
    sentence: str
    """One, at most 140 characters."""
    family: str
    """One of FAMILIES."""
    definition_url: str = ""
    """Empty where it is not certain that there is such a page."""


@dataclass(frozen=True)
class _Entry:
    title: str
    sentence: str
    family: str
    domains: tuple[str, ...] = ("",)
    """Those that define it on a page of their own."""


@lru_cache(maxsize=4096)  # names come from strangers, so not all are kept
def lookup(operator: str, domain: str) -> Known:
    """What a step does; an operator goes by the same words in all domains the app knows."""
    entry = _entries().get(operator) if domain in _DOMAINS else None
    if entry is None:
        return Known("Unknown step", _unknown(domain), "other")
    return Known(entry.title, entry.sentence, entry.family, _definition(operator, domain, entry.domains))


def lookup_function(name: str) -> Known:
    """The same for a step that the model itself defines, out of other steps."""
    sentence = f"Steps the makers of this model put together under the name “{_plain(name)}”; open it to see them."
    return Known("A block made of steps", sentence, "other")


@cache
def _entries() -> dict[str, _Entry]:
    return msgspec.json.decode((ASSETS / "operators.json").read_bytes(), type=dict[str, _Entry])


def _unknown(domain: str) -> str:
    if domain in _STANDARD:
        return "A step that claims to be standard ONNX, but that this app has no words for."
    return f"A step of the domain “{_plain(domain)}” that this app has no words for."


def _definition(operator: str, domain: str, defined_in: tuple[str, ...]) -> str:
    domain = "" if domain in _STANDARD else domain
    if domain not in defined_in:
        return ""
    if domain == "com.microsoft":
        return _MICROSOFT.format(operator=operator)
    if domain == "ai.onnx.contrib":
        return _EXTENSIONS.format(operator=operator.lower())
    return _ONNX.format(domain=domain.replace(".", ""), operator=operator)


def _plain(name: str) -> str:
    """One line of a name from a file, without anything that controls a screen."""
    flat = " ".join("".join(sign if sign.isprintable() else " " for sign in name[:1000]).split())
    return flat if len(flat) <= _LONGEST_NAME else f"{flat[: _LONGEST_NAME - 1]}…"
