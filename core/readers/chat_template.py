"""Fills in a chat template: the Jinja text beside a language model that turns messages into one prompt.

A template is a program by a stranger. It runs in Jinja's sandbox, narrowed to what chat templates use: an allow-list
of filters, of methods and of operators, each of which refuses before it makes something larger than the limits of
`core.settings`. The output is counted while it is made. What this can't bound is time (loops in loops that print
nothing) and the memory of many large values at once: those end with the process.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from jinja2.visitor import NodeTransformer

from core import settings
from core.errors import BadFile, TooLarge
from core.readers.text import repaired

_FILTERS = (
    *("abs", "count", "d", "default", "dictsort", "first", "float", "int", "items", "last", "length", "list", "map"),
    *("max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "unique"),
)
_TEXT_FILTERS = ("capitalize", "lower", "title", "trim", "upper")
"""They write out whatever they are given."""
_METHODS: tuple[tuple[type, frozenset[str]], ...] = (
    (
        str,
        frozenset(
            [
                "capitalize",
                "count",
                "endswith",
                "find",
                "index",
                "isalnum",
                "isalpha",
                "isascii",
                "isdecimal",
                "isdigit",
                "islower",
                "isnumeric",
                "isspace",
                "istitle",
                "isupper",
                "join",
                "lower",
                "lstrip",
                "partition",
                "removeprefix",
                "removesuffix",
                "replace",
                "rfind",
                "rindex",
                "rpartition",
                "rsplit",
                "rstrip",
                "split",
                "splitlines",
                "startswith",
                "strip",
                "swapcase",
                "title",
                "upper",
            ]
        ),
    ),
    (dict, frozenset(("items", "keys", "values", "get", "copy"))),
    (list, frozenset(("index", "count", "copy"))),
    (tuple, frozenset(("index", "count"))),
)
_OPEN = (Namespace, LoopContext, Macro, Undefined)
"""Jinja's own things, which its sandbox guards."""
_WIDEST_INDENT = 16
_FAILURES = (
    *(TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, NameError, RuntimeError),
    *(SyntaxError, TypeError, ValueError),
)
"""What the code of a template may raise; RecursionError is a RuntimeError."""


def render(
    template: str,
    messages: Sequence[Mapping[str, Any]],
    values: Mapping[str, Any] | None = None,
) -> str:
    """The prompt. `messages` have "role" and "content"; `values` are further names, such as add_generation_prompt.

    Raises BadFile when the template is wrong, refuses the messages or asks for what no template needs; TooLarge when
    it or its output passes a limit of `core.settings`.
    """
    if len(template) > settings.MAX_TEMPLATE_CHARACTERS:
        raise TooLarge(
            "This chat template is too long.",
            f"It has {len(template):,} characters; the limit is {settings.MAX_TEMPLATE_CHARACTERS:,}.",
            "Check that it is the right file.",
        )
    names = {"messages": list(messages), **(values or {})}
    _check_size(names)
    try:
        return _filled(repaired(template), names)
    except SecurityError as error:
        raise _bad(f"It asks for something no template needs: {str(error)[:200].rstrip('.')}.", error) from error
    except _FAILURES as error:
        raise _bad(f"It stops with: {str(error)[:200].rstrip('.') or type(error).__name__}.", error) from error


def warm_up() -> None:
    """Imports what Jinja otherwise imports late, when something goes wrong, and uses it once."""
    for name in ("jinja2.debug", "jinja2.ext", "jinja2.loaders", "_strptime"):
        importlib.import_module(name)
    render("{% for m in messages %}{{ m.content|trim ~ strftime_now('%d') }}{% endfor %}", [{"content": "a"}])


def _filled(template: str, names: dict[str, Any]) -> str:
    pieces, characters = [], 0
    for piece in _compiled(template).generate(names):
        characters += len(piece)
        _check_length(characters)
        pieces.append(piece)
    return repaired("".join(pieces))


def _compiled(template: str) -> Template:
    made = _environment()
    try:
        return made.from_string(_JoinsAsFilters().visit(made.parse(template)))
    except MemoryError as error:  # Python's own parser says so of brackets in brackets
        raise _bad("It is nested too deeply.", error) from error


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja asks its environment before each operator, call and attribute; this one knows what fits."""

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """What macros and set blocks are joined with."""
        kept = list(pieces)
        _check_length(sum(map(len, kept)))
        return "".join(kept)

    intercepted_binops = frozenset(("+", "*", "%", "**"))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or (operator == "%" and isinstance(left, str | bytes)):
            raise SecurityError(f"“{operator}” is not available here")
        if operator == "*":
            _check_product(left, right)
        if operator == "+":
            _check_sum(left, right)
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        for kind, methods in _METHODS:
            if isinstance(obj, kind):
                return attr in methods
        return isinstance(obj, _OPEN) and super().is_safe_attribute(obj, attr, value)

    def unsafe_undefined(self, obj: Any, attribute: str) -> Undefined:
        raise SecurityError(f"“{attribute[:60]}” of a {type(obj).__name__} is not available here")

    def wrap_str_format(self, value: Any) -> None:
        if getattr(value, "__name__", "") in ("format", "format_map") and isinstance(value.__self__, str):
            raise SecurityError("“format” is not available here")

    def call(self, context: Any, obj: Any, *args: Any, **kwargs: Any) -> Any:
        text, name = getattr(obj, "__self__", None), getattr(obj, "__name__", "")
        if isinstance(text, str) and name == "replace":
            obj = partial(_replace, text)
        if isinstance(text, str) and name == "join":
            obj = partial(_joined_by, text)
        return super().call(context, obj, *args, **kwargs)


class _JoinsAsFilters(NodeTransformer):
    """Turns `a ~ b` into a filter, because Jinja asks nobody before it joins."""

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802  Jinja looks for this name
        parts = nodes.List([self.visit(part) for part in node.nodes], lineno=node.lineno)
        return nodes.Filter(parts, "join", [], [], None, None, lineno=node.lineno)


def _environment() -> _Environment:
    made = _Environment(
        trim_blocks=True,
        lstrip_blocks=True,
        optimized=False,  # nothing is worked out ahead, outside of what is counted
        finalize=_checked,
        extensions=["jinja2.ext.loopcontrols"],
        cache_size=0,
    )
    ours: dict[str, Callable[..., Any]] = {
        "join": _join,
        "replace": _replace,
        "tojson": _to_json,
        "string": _text,
        "safe": _text,
        "indent": _indent,
    }
    texts = {name: partial(_of_text, made.filters[name]) for name in _TEXT_FILTERS}
    made.filters = {name: made.filters[name] for name in _FILTERS} | texts | ours
    made.globals = {
        "namespace": Namespace,
        "dict": dict,
        "range": _range,
        "raise_exception": _refused,
        "strftime_now": _today,
    }
    return made


def _check_size(value: Any) -> None:
    """Counts the characters and items that writing a value out would take; one list may stand in another many times."""
    left, waiting = settings.MAX_TEMPLATE_OUTPUT_CHARACTERS, [value]
    while waiting:
        item = waiting.pop()
        left -= len(item) if isinstance(item, str) else 1
        if isinstance(item, dict):
            left -= 2 * len(item)
            waiting += item if left >= 0 else ()
            waiting += item.values() if left >= 0 else ()
        elif isinstance(item, list | tuple):
            left -= len(item)
            waiting += item if left >= 0 else ()
        if left < 0:
            raise _too_much()


def _check_product(left: Any, right: Any) -> None:
    for many, one in ((left, right), (right, left)):
        if isinstance(many, str | bytes | list | tuple) and isinstance(one, int):
            _check_length(len(many) * one)
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(left.bit_length() + right.bit_length())


def _check_sum(left: Any, right: Any) -> None:
    if isinstance(left, str | bytes | list | tuple) and isinstance(right, str | bytes | list | tuple):
        _check_length(len(left) + len(right))
    if isinstance(left, int) and isinstance(right, int):
        _check_bits(max(left.bit_length(), right.bit_length()))


def _check_bits(bits: int) -> None:
    if bits > settings.MAX_TEMPLATE_NUMBER_BITS:
        raise _too_much()


def _check_length(length: int) -> None:
    if length > settings.MAX_TEMPLATE_OUTPUT_CHARACTERS:
        raise _too_much()


def _checked(value: Any) -> Any:
    _check_size(value)
    return value


def _text(value: Any) -> str:
    _check_size(value)
    return str(value)


def _of_text(change: Callable[..., str], value: Any, *more: Any) -> str:
    return change(_text(value), *more)


def _join(values: Iterable[Any], between: Any = "") -> str:
    pieces: list[str] = []
    characters = 0
    for value in values:
        pieces.append(_text(value))
        characters += len(pieces[-1]) + len(str(between))
        _check_length(characters)
    return str(between).join(pieces)


def _joined_by(between: str, values: Iterable[Any]) -> str:
    return _join(values, between)


def _replace(text: Any, old: Any, new: Any, count: int = -1) -> str:
    before, cut, put = _text(text), _text(old), _text(new)
    found = before.count(cut) if count < 0 else min(count, before.count(cut))
    _check_length(len(before) + found * max(0, len(put) - len(cut)))
    return before.replace(cut, put, count)


def _to_json(
    value: Any,
    indent: int | None = None,
    ensure_ascii: bool = False,
    separators: Sequence[str] | None = None,
    sort_keys: bool = False,
) -> str:
    """As chat templates expect it: letters of all languages as they are, nothing escaped for web pages."""
    _check_size(value)
    marks = (str(separators[0])[:8], str(separators[1])[:8]) if separators else None
    width = None if indent is None else min(max(int(indent), 0), _WIDEST_INDENT)
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=width, separators=marks, sort_keys=sort_keys)


def _indent(text: Any, width: int = 4, first: bool = False, blank: bool = False) -> str:
    before, margin = _text(text), " " * min(max(int(width), 0), _WIDEST_INDENT)
    lines = before.split("\n")
    _check_length(len(before) + len(lines) * len(margin))
    moved = [margin + line if (line or blank) and (first or number) else line for number, line in enumerate(lines)]
    return "\n".join(moved)


def _range(*numbers: int) -> range:
    made = range(*numbers)
    if len(made) > settings.MAX_TEMPLATE_RANGE:
        raise SecurityError(f"a range of {len(made):,} numbers; the limit is {settings.MAX_TEMPLATE_RANGE:,}")
    return made


def _refused(reason: Any) -> Any:
    raise BadFile(
        "This chat doesn't fit the model.",
        f"Its chat template says: {_text(reason)[:300]}",
        "Change the messages; most models want user and assistant to take turns.",
    )


def _today(pattern: Any) -> str:
    """The date, as templates print it for the model. Widths in a pattern, like %999d, are refused."""
    if len(str(pattern)) > 40 or any(letter.isdigit() for letter in str(pattern)):
        raise SecurityError("an unusual pattern for a date")
    return dt.datetime.now(dt.UTC).strftime(str(pattern))


def _too_much() -> TooLarge:
    return TooLarge(
        "This chat becomes too long.",
        f"Its template makes more than {settings.MAX_TEMPLATE_OUTPUT_CHARACTERS:,} characters of it.",
        "Give fewer or shorter messages, or choose another model.",
    )


def _bad(detail: str, error: BaseException) -> BadFile:
    return BadFile(
        "This chat template can't be used.",
        detail,
        "Ask whoever made the model for a template that works, or choose another model.",
        f"{type(error).__name__}: {str(error)[:500]}",
    )
