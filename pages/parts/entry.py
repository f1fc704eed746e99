"""One model of the library: facts, versions, name, note and tags, checks, export, removal."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.actions import (
    check_files,
    check_update,
    edit_entry,
    export_model,
    get_model,
    remove_model,
    show_entry,
)
from core.errors import UserError
from pages.parts import act, offer, state
from pages.parts.words import count, duration, plain, size


def open_(id_: str) -> None:
    st.query_params["entry"] = id_


def back() -> None:
    st.query_params.pop("entry", None)


def show(id_: str) -> None:
    from pages.parts.frame import TRY_IT

    st.button("All my models", icon=":material/arrow_back:", on_click=back, type="tertiary")
    shown: show_entry.Shown | None = act.run("show_entry", show_entry.Request(id_))
    if shown is None:
        return
    one = shown.entry
    st.title(plain(one.info.title), anchor=False)
    st.markdown(plain(one.note or one.info.summary))
    with st.container(horizontal=True, gap="small"):
        offer.licence_badge(shown.licence)
        for tag in one.tags:
            st.badge(plain(tag), icon=":material/label:", color="blue")
    if st.button("Open it", type="primary", icon=":material/play_circle:"):
        st.switch_page(TRY_IT, query_params={"model": one.info.id})
    left, right = st.columns(2, gap="large")
    with left:
        _facts(shown)
    with right:
        _versions(shown)
        if shown.is_mine:
            _about_it(one)
    _checks(one)
    if shown.is_mine:
        _export(one)
        _removal(shown)


def _facts(shown: Any) -> None:
    one = shown.entry
    memory = f"{size(one.memory_bytes)}, measured" if one.memory_bytes else "not measured yet: run it once"
    time = f"{duration(one.time_ms)}, measured" if one.time_ms else "not measured yet: run it once"
    rows = [
        ("Size on disk", size(one.size_bytes)),
        ("Memory at work", memory),
        ("Time for one answer", time),
        ("Answers so far", f"{one.runs:,}"),
        ("Comes from", one.origin.id or one.info.source or "a file you added"),
        ("Version", one.version),
        ("Licence", shown.licence.title),
        ("Added", one.added_at),
        ("Last used", one.used_at or "not yet"),
    ]
    _table(rows)
    with st.expander("Files and hashes"):
        st.caption(f"They lie in {plain(str(shown.folder))}")
        if one.origin.commit:
            st.caption(f"Taken from the commit {plain(one.origin.commit)}")
        hashes = {file.path: file.sha256 for file in one.files} or {
            role: graph.sha256 for role, graph in one.info.parts.items()
        }
        st.code("\n".join(f"{sha256}  {path}" for path, sha256 in hashes.items()), language=None, wrap_lines=True)


def _table(rows: list[tuple[str, str]]) -> None:
    st.table(
        [{"": name, " ": plain(value)} for name, value in rows], border="horizontal", hide_index=True, hide_header=True
    )


def _versions(shown: Any) -> None:
    if len(shown.versions) < 2:
        return
    st.subheader("Versions", anchor=False)
    for version in shown.versions:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            using = " :green[:material/check_circle:] in use" if version.in_use else ""
            this = " (shown here)" if version.info.id == shown.entry.info.id else ""
            st.markdown(f"{plain(version.version)}{this}{using}", width="stretch")
            if not version.in_use:
                st.button("Use this one", key=f"use {version.info.id}", on_click=_use, args=(version.info.id,))
            if not this:
                st.button("Look", key=f"look {version.info.id}", on_click=open_, args=(version.info.id,))


def _use(id_: str) -> None:
    act.run("edit_entry", edit_entry.Request(id_, use=True))


def _about_it(one: Any) -> None:
    with st.expander("Name, note and tags", icon=":material/edit:"), st.form(f"edit {one.info.id}", border=False):
        title = st.text_input("Name", one.info.title, max_chars=120)
        note = st.text_area("Note", one.note, max_chars=2000, placeholder="What you want to remember about it")
        tags = st.text_input("Tags", ", ".join(one.tags), help="Words to find it by, separated by commas.")
        if st.form_submit_button("Save"):
            words = tuple(dict.fromkeys(tag.strip() for tag in tags.split(",") if tag.strip()))
            try:
                act.attempt("edit_entry", edit_entry.Request(one.info.id, title, note, words))
                state.tell("Saved.")
                st.rerun()
            except UserError as error:
                act.show_error(error)


def _checks(one: Any) -> None:
    with st.container(horizontal=True):
        files = st.button("Check files", icon=":material/fingerprint:", help="Reads every byte and compares.")
        newer = one.origin.source and st.button("Look for an update", icon=":material/update:")
    scope = f"check {one.info.id}"
    if files:
        state.ask(scope)
    if state.asked(scope):
        checked = act.run_live("check_files", check_files.Request(one.info.id), "Checking the files", again=files)
        if checked:
            _checked(checked)
    if newer:
        _update(one)


def _checked(checked: Any) -> None:
    wrong = [file for file in checked if file.state != "as it was"]
    if not wrong:
        st.success(f"All {count(len(checked), 'file')} are as they were.", icon=":material/check_circle:")
        return
    for file in wrong:
        st.error(f"**{plain(file.path)}** is {file.state}.", icon=":material/error:")
    st.markdown(":material/arrow_forward: Remove this model and get it again.")


def _update(one: Any) -> None:
    found = act.run("check_update", check_update.Request(one.info.id), "Asking its source")
    if found is None:
        return
    if not found.is_there:
        st.success("You have the newest version.", icon=":material/check_circle:")
        return
    when = f" of {found.changed_at}" if found.changed_at else ""
    st.info(
        f"There is a newer version{when} ({plain(found.newest[:7])}; you have {plain(found.have[:7])}). Yours stays "
        "until you choose the new one under Versions.",
        icon=":material/update:",
    )
    request = get_model.Request(one.origin.source, one.origin.id, one.origin.variant, found.newest)
    st.button("Get it too", icon=":material/download:", on_click=_get_too, args=(request, one.info.title))


def _get_too(request: Any, title: str) -> None:
    act.start("get_model", request, f"Getting {title}")


def _export(one: Any) -> None:
    with st.expander("Take it to another computer", icon=":material/archive:"):
        st.markdown("One zip with the model, its card and your settings. Add it there under My library.")
        if st.button("Pack it"):
            state.ask(f"export {one.info.id}")
        if state.asked(f"export {one.info.id}"):
            packed = act.run_live("export_model", export_model.Request(one.info.id), "Packing")
            if packed:
                with open(packed.path, "rb") as file:  # noqa: PTH123  Streamlit reads it from here
                    st.download_button(f"Save {packed.name} ({size(packed.size_bytes)})", file, packed.name)


def _removal(shown: Any) -> None:
    st.button("Remove it", icon=":material/delete:", on_click=_confirm, args=(shown,))


@st.dialog("Remove this model?")
def _confirm(shown: Any) -> None:
    one = shown.entry
    version = f" ({plain(one.version)})" if len(shown.versions) > 1 else ""
    st.markdown(
        f"“{plain(one.info.title)}”{version} is deleted from this computer. That frees **{size(shown.frees_bytes)}**."
    )
    if shown.frees_bytes < one.size_bytes:
        st.caption("Files that another entry of the library uses stay.")
    if len(shown.versions) > 1:
        st.caption("Only this version goes; the others stay.")
    if st.button("Remove it", type="primary", key="really remove", on_click=_remove, args=(one.info.id,)):
        st.rerun()


def _remove(id_: str) -> None:
    freed = act.run("remove_model", remove_model.Request(id_), "Removing")
    if freed is not None:
        state.tell(f"Removed; {size(freed)} are free again.")
    back()
