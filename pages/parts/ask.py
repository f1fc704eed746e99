"""Draws the form of a task: one widget per kind of field, whatever the task is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core import settings
from core.errors import UserError
from core.fields import Field
from core.types import Upload
from pages.parts import act, ask_pictures, ask_table, ask_tensor, components, pictures, state, uploads
from pages.parts.words import plain


@dataclass(frozen=True)
class Item:
    """One thing to answer: the form's values, and what to call it."""

    name: str
    given: dict[str, Any]


def form(opened: Any) -> list[Item]:
    """The filled form, once per picture or file when several were given; empty while something is missing."""
    if not opened.fields:
        st.caption("This model takes no input. It gives the same answer every time.")
        return [Item("no input", {})]
    main, *others = opened.fields
    scope = f"{opened.info.id} {opened.task.id}"
    given = _WIDGETS[main.kind](main, scope, opened)
    if main.kind == "table":
        return _rows(given, others, scope, opened)
    values = {field.name: _side(field, scope, opened) for field in others if not _is_detail(field)}
    details = [field for field in others if _is_detail(field)]
    if details:
        with st.expander("More options", icon=":material/tune:"):
            values |= {field.name: _side(field, scope, opened) for field in details}
    return [Item(name, {main.name: value, **values}) for name, value in given]


def _rows(given: list[tuple[str, Any]], columns: list[Field], scope: str, opened: Any) -> list[Item]:
    """A table as a whole, or a single row: then each column has a widget, and none of them is a detail."""
    if not given or given[0][1] is not None:
        return [Item(name, {opened.fields[0].name: table}) for name, table in given]
    values = {field.name: _side(field, scope, opened) for field in columns}
    return [Item(name, {opened.fields[0].name: None, **values}) for name, _ in given]


def _is_detail(field: Field) -> bool:
    """Whether a newcomer can do without seeing it: it has a sensible value already."""
    return not field.required or field.kind == "number" or (field.kind == "choice" and not field.pictured)


def _side(field: Field, scope: str, opened: Any) -> Any:
    """The value of a field that isn't the main one: a single one."""
    given = _WIDGETS[field.kind](field, scope, opened)
    return given[0][1] if given else None


def _picture(field: Field, scope: str, opened: Any) -> list[tuple[str, bytes | Upload]]:
    """Upload, camera or sample: what the user brings wins over a sample."""
    main = field == opened.fields[0]
    given = st.file_uploader(
        f"{field.title}, or several at once" if main else field.title,
        type=ask_pictures.TYPES,
        accept_multiple_files=main,
        key=f"upload {field.name} {scope}",
        help=field.help or None,
        max_upload_size=settings.MAX_PICTURE_BYTES // 2**20,
    )
    found = given if isinstance(given, list) else [given] if given else []
    if not main:
        return [(upload.name, uploads.keep(upload)) for upload in found]
    if st.toggle("Use the camera", key=f"camera on {scope}"):
        photo = st.camera_input("Camera", key=f"camera {scope}", label_visibility="collapsed")
        found = [photo] if photo else found
    kept = [(upload.name, uploads.keep(upload)) for upload in found]
    if len(kept) == 1:
        _show_given(kept[0][1])
    return [(name, picture) for name, picture in kept] or [_sample_picture(scope, opened)]


def _show_given(picture: Upload) -> None:
    """The picture that was uploaded; one that can't be read is explained beside, where its answer would be."""
    try:
        st.image(pictures.shown(picture, 480), alt="What you gave")
    except UserError:
        st.caption("This file can't be shown.")


def _sample_picture(scope: str, opened: Any) -> tuple[str, bytes]:
    from core.actions import list_samples

    cards = act.run("list_samples", list_samples.Request("picture", opened.task.id))
    small = {card.title: pictures.sample(card.name) for card in cards}
    chosen = components.picture_choice("Or try one of these", small, cards[0].title, key=f"sample {scope}")
    card = next(card for card in cards if card.title == chosen)
    st.caption(f"{plain(card.title)}: {plain(card.source)}, {plain(card.licence)}")
    return card.title, list_samples.read(card.name)


def _text(field: Field, scope: str, opened: Any) -> list[tuple[str, Any]]:
    """A box to type or paste into, filled with an example."""
    height = 68 if field.kind == "text" else 190
    sample = _sample_form(scope, opened) if field == opened.fields[0] else _chosen_sample(scope, opened)
    default = sample.get(field.name, field.default) or ""
    lines = default if isinstance(default, str) else "\n".join(default)
    key = f"{field.kind} {field.name} {scope} {state.sample(scope)}"
    text = st.text_area(
        plain(field.title), lines, key=key, height=height, help=field.help or None, persist_state="session"
    )
    file = _text_file(field, scope) if field == _may_be_a_file(opened.fields) else None
    if file:
        return [(file.name, file)]
    return [("your text", text)] if text.strip() else []


def _may_be_a_file(fields: tuple[Field, ...]) -> Field:
    """The field a text file is offered for: the first that takes many texts, else the first."""
    return next((field for field in fields if field.kind == "texts"), fields[0])


def _text_file(field: Field, scope: str) -> Upload | None:
    with st.expander("Open a text file instead", icon=":material/description:"):
        upload = st.file_uploader(
            f"{field.title}: a text file",
            type=["txt", "csv", "md"],
            key=f"file {field.name} {scope}",
            label_visibility="collapsed",
        )
    return uploads.keep(upload) if upload else None


def _file(field: Field, scope: str, opened: Any) -> list[tuple[str, Any]]:
    """Any files, or pasted text."""
    found = st.file_uploader(
        field.title,
        accept_multiple_files=True,
        key=f"upload {field.name} {scope}",
        help=field.help or None,
        max_upload_size=settings.MAX_PICTURE_BYTES // 2**20,
    )
    if found:
        return [(upload.name, uploads.keep(upload)) for upload in found]
    default = _sample_form(scope, opened).get(field.name, field.default) or ""
    text = default if isinstance(default, str) else default.decode("utf-8", "replace")
    pasted = st.text_area(
        "Or paste something", text, key=f"paste {scope} {state.sample(scope)}", height=190, persist_state="session"
    )
    return [("pasted text", pasted)] if pasted else []


def _sample_form(scope: str, opened: Any) -> dict[str, Any]:
    """Example forms to pick from; the values of the one that is picked."""
    cards = _sample_cards(opened)
    if cards:
        titles = [card.title for card in cards]
        picked = st.pills("Examples", titles, key=f"pick {scope}", default=titles[0], persist_state="session")
        state.pick_sample(scope, picked or "")
    return _chosen_sample(scope, opened)


def _chosen_sample(scope: str, opened: Any) -> dict[str, Any]:
    picked = state.sample(scope)
    return next((dict(card.inputs or {}) for card in _sample_cards(opened) if card.title == picked), {})


def _sample_cards(opened: Any) -> tuple[Any, ...]:
    from core.actions import list_samples

    return tuple(act.run("list_samples", list_samples.Request("text", opened.task.id)) or ())


def _choice(field: Field, scope: str, opened: Any) -> list[tuple[str, str]]:
    default = str(field.default or field.choices[0])
    key = f"choice {field.name} {scope}"
    if field.pictured:
        from core.actions import preview_choices

        request = preview_choices.Request(opened.info.id, opened.task.id)
        small = act.run("preview_choices", request, "Drawing a small example of each choice")
        if small:
            return [("choice", components.picture_choice(field.title, small, default, key=key))]
    index = field.choices.index(default)
    picked = st.selectbox(plain(field.title), field.choices, index, key=key, format_func=plain, help=field.help or None)
    return [("choice", picked)]


def _number(field: Field, scope: str, _opened: Any) -> list[tuple[str, float]]:
    start = float(field.minimum if field.default is None else field.default)
    key, help_ = f"number {field.name} {scope}", field.help or None
    if field.typed:
        limits = (field.minimum, field.maximum)
        typed = st.number_input(plain(field.title), *limits, start, field.step, "%g", key, help_)
        return [("number", typed)]
    share = (field.minimum, field.maximum) == (0.0, 1.0)
    value = st.slider(
        plain(field.title),
        field.minimum,
        field.maximum,
        start,
        field.step,
        format="percent" if share else f"%.{_digits(field.step)}f",
        key=f"{key} {field.minimum} {field.maximum}",  # another range is another slider
        help=help_,
    )
    return [("number", value)]


def _digits(step: float) -> int:
    """Digits after the point that a slider with this step needs."""
    return next((digits for digits in range(9) if abs(step * 10**digits - round(step * 10**digits)) < 1e-6), 9)


_WIDGETS: dict[str, Callable[[Field, str, Any], list[tuple[str, Any]]]] = {
    "picture": _picture,
    "pictures": ask_pictures.several,
    "text": _text,
    "texts": _text,
    "file": _file,
    "choice": _choice,
    "number": _number,
    "table": ask_table.table,
    "tensor": ask_tensor.tensor,
}
