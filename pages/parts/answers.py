"""The right side of Try it: one answer with all that can be done with it, or a gallery of many."""

from __future__ import annotations

import io
import zipfile
from functools import partial
from typing import Any

import streamlit as st

from core import in_words
from core.actions import decide, try_many, try_model
from core.fields import TensorSource
from pages.parts import act, doctor, pictures, prepare, show, show_small, state, why
from pages.parts.answer_table import answer_table
from pages.parts.ask import Item
from pages.parts.words import count, duration, plain, size


def show_answers(opened: Any, items: list[Item], pressed: bool) -> None:
    """Answer what is asked for. Raw numbers are only run when Run is pressed: nobody knows what they cost."""
    scope = f"{opened.info.id} {opened.task.id}"
    if pressed:
        state.ask(scope)
    if not items:
        st.info("Fill in the form, and the answer appears here.", icon=":material/edit:")
        return
    if opened.task.id == "tensors" and not state.asked(scope):
        st.info("Choose how each input is filled, then press Run.", icon=":material/play_arrow:")
        return
    if pressed and opened.task.id == "tensors":
        act.run("decide", decide.Request(opened.info.id, form=_kept(items[0].given)), "Remembering")
    answered = _answer_all(opened, items, again=pressed)
    if len(items) == 1:
        for item, answer in answered:
            _one(opened, item, answer)
        if not answered:  # it may be how it is fed that keeps it from answering
            prepare.offer(opened, scope)
    else:
        _many(opened, answered, scope)


def _answer_all(opened: Any, items: list[Item], again: bool) -> list[tuple[Item, Any]]:
    if len(items) > 1:
        return _answer_many(opened, items, again)
    answer = _answer(opened, items[0], again)
    return [(items[0], answer)] if answer else []


def _answer(opened: Any, item: Item, again: bool) -> Any:
    """The answer from memory when the very same was asked before, unless Run was pressed to measure again."""
    request = try_model.Request(opened.info.id, item.given, opened.task.id)
    asked = pictures.fingerprint(request, opened.info.preparation)
    known = state.answers().get(asked)
    if known is not None and not again:
        return known
    answer = act.run_live("try_model", request, f"Running {opened.info.title}", again=again)
    if answer is not None:
        state.keep_answer(asked, answer, 1)
    return answer


def _answer_many(opened: Any, items: list[Item], again: bool) -> list[tuple[Item, Any]]:
    """All of them in the background; one that can't be answered says why and doesn't keep the others."""
    given = tuple(try_many.Item(item.name, item.given) for item in items)
    request = try_many.Request(opened.info.id, given, opened.task.id)
    asked = pictures.fingerprint(request, opened.info.preparation)
    outcomes = None if again else state.answers().get(asked)
    if outcomes is None:
        title = f"{count(len(items), 'answer')} from {opened.info.title}"
        outcomes = act.run_live("try_many", request, title, again=again, background=True) or ()
        if outcomes:
            state.keep_answer(asked, outcomes, 1)
    for outcome in outcomes:
        if outcome.error is not None:
            st.markdown(f"**{plain(outcome.name)}**")
            act.show_error(outcome.error)
    return [(item, done.answer) for item, done in zip(items, outcomes, strict=False) if done.answer is not None]


def _one(opened: Any, item: Item, answer: Any) -> None:
    key = f"{opened.info.id} {opened.task.id}"
    with st.container(border=True, key="answer"):
        show.result(answer, item.given, key)
    doctor.doubts(opened, item, answer, key)
    timing = answer.timing
    shares = f"{duration(timing.run_ms)} in the model, {duration(timing.read_ms)} reading what you gave, "
    st.caption(
        f"Answered in **{duration(timing.total_ms)}** on this computer",
        help=shares + f"{duration(timing.rest_ms)} preparing it and reading the answer. Measured, not estimated.",
    )
    _actions(opened, item, answer, key)
    why.offer(opened, item, answer, key)
    with st.expander("How this was done", icon=":material/fact_check:"):
        for sentence in answer.preparation:
            st.markdown(f"- {plain(sentence)}")
        _verified(opened)
    doctor.question(opened, item, answer, key)
    prepare.offer(opened, key)
    _about(opened)


def _verified(opened: Any) -> None:
    """Whether anybody else's numbers were looked at."""
    if opened.task.id == "tensors":
        return
    if opened.verified:
        st.caption(f":material/verified: This way of feeding and reading was compared with {plain(opened.verified)}.")
    else:
        st.caption(
            ":material/help: Not verified: for a model like this, nobody has compared our numbers with those of "
            "another program yet."
        )


def _actions(opened: Any, item: Item, answer: Any, key: str) -> None:
    file = show.file(answer)
    with st.container(horizontal=True):
        st.download_button(
            "Save",
            file.data,
            file.name,
            file.media_type,
            key=f"save {key}",
            icon=":material/download:",
            on_click="ignore",
        )
        with st.popover("Copy as text", icon=":material/content_copy:"):
            st.code(in_words.whole(answer.result), language=None, wrap_lines=True)
    code = st.expander("Show me the code", icon=":material/code:", on_change="rerun", key=f"code {key}")
    if code.open:
        with code:
            _code(opened, item, key)


def _code(opened: Any, item: Item, key: str) -> None:
    from core.actions import show_code

    code = act.run("show_code", show_code.Request(opened.info.id, item.given, opened.task.id), "Writing the script")
    if code is None:
        return
    st.markdown(
        "This Python script gives the same answer without this app. Start it with `python answer.py`, followed by your "
        "picture or file where it takes one. It reads the model from where it lies now on this computer."
    )
    with st.container(horizontal=True):
        st.download_button("Save the script", code.text, "answer.py", key=f"script {key}", on_click="ignore")
        for name, data in code.files.items():
            st.download_button(f"Save {name}, which it reads", data, name, key=f"{name} {key}", on_click="ignore")
    st.code(code.text, language="python", height=420)


def _about(opened: Any) -> None:
    info = opened.info
    with st.expander("About this model", icon=":material/info:"):
        rows = [
            ("Licence", info.licence),
            ("Comes from", info.source or "a file you added"),
            ("Size", size(sum(graph.size_bytes for graph in info.parts.values()))),
            ("Learned numbers", f"{sum(graph.parameter_count for graph in info.parts.values()):,}"),
        ]
        for role, graph in info.parts.items():
            steps = count(sum(graph.operators.values()), "step")
            opset = graph.opsets.get("ai.onnx", "?")
            rows.append((f"Part “{role}”", f"{steps}, operator set {opset}, made with {graph.producer or 'unknown'}"))
        table = [{"": name, " ": plain(value)} for name, value in rows]
        st.table(table, border="horizontal", hide_index=True, hide_header=True)


def _many(opened: Any, answered: list[tuple[Item, Any]], scope: str) -> None:
    """A gallery, and everything as one table."""
    total_ms = sum(answer.timing.total_ms for _, answer in answered)
    st.caption(f"{count(len(answered), 'answer')} in **{duration(total_ms)}** on this computer")
    with st.grid("auto", min_column_width=200, gap="small"):
        for place, (item, answer) in enumerate(answered):
            _tile(item, answer, place)
    answer_table([(item.name, answer) for item, answer in answered], scope)
    if answered and show.file(answered[0][1]).media_type == "image/png":
        pack = partial(_zip, answered)
        st.download_button("Save all pictures", pack, "pictures.zip", key=f"zip {scope}", on_click="ignore")
    _about(opened)


def _tile(item: Item, answer: Any, place: int) -> None:
    with st.container(border=True, height="stretch", key=f"tile_{place}", gap="xsmall"):
        _try_thumbnail(answer.result, item.given)
        st.markdown(f"**{plain(in_words.short(answer.result))}**")
        st.caption(plain(item.name))


def _try_thumbnail(found: Any, given: dict[str, Any]) -> None:
    from core.errors import UserError

    try:
        small = show_small.small(found, given)
    except UserError:
        st.caption("(not a picture)")
        return
    if small is not None:
        st.image(small, width="stretch")


def _zip(answered: list[tuple[Item, Any]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for place, (_, answer) in enumerate(answered, 1):
            file = show.file(answer)
            archive.writestr(f"{place:03} {file.name}", file.data())
    return target.getvalue()


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    """What is remembered of a form: how it was filled, never what was typed or uploaded."""
    return {
        name: {"how": value.how, "shape": list(value.shape), "seed": value.seed}
        for name, value in values.items()
        if isinstance(value, TensorSource)
    }
