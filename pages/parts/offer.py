"""A model that could be fetched: as a row in a list, and looked at closely."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core import licences
from core.actions import edit_entry, get_model, give_token, look_up_model, preview_model
from core.errors import NeedsPermission, NoSuchModel, RateLimited, UserError
from core.listings import TASKS
from pages.parts import act, countdown, preview, state
from pages.parts.words import count, plain, size

LIGHTS = {
    "free": ("green", "check_circle", "Free to use"),
    "conditions": ("orange", "rule", "Free, with conditions"),
    "non-commercial": ("orange", "money_off", "Not for business"),
    "unknown": ("gray", "help", "Licence unknown"),
}
LEVELS = {
    "comfortable": ("green", "check_circle", "Fits this computer"),
    "tight": ("orange", "warning", "Fits, but it will be tight"),
    "too large": ("red", "block", "Too large for this computer"),
}


def row(one: Any) -> None:
    """One line of a list of findings."""
    listing = one.listing
    with st.container(border=True, height="stretch", gap="xsmall", key=f"row {listing.source} {listing.id}"):
        st.markdown(f"**{plain(listing.title)}**")
        if listing.summary or listing.title != listing.id:
            st.caption(plain(listing.summary or listing.id))
        with st.container(horizontal=True, gap="xsmall"):
            licence_badge(one.licence)
            if listing.size_bytes:
                st.badge(size(listing.size_bytes), color="gray", help="What has to be fetched.")
            if listing.downloads:
                st.badge(f"{listing.downloads:,}", icon=":material/download:", color="gray", help="Fetched last month.")
            if listing.gated:
                st.badge("Needs an account", icon=":material/key:", color="orange", help="Its author asks first.")
        if listing.task in TASKS:
            st.caption(TASKS[listing.task])
        st.space("stretch")
        words = "In your library" if one.mine else "Look closer"
        st.button(words, key=f"look {listing.source} {listing.id}", on_click=open_, args=(listing,), width="stretch")


def open_(listing: Any) -> None:
    st.query_params.update({"source": listing.source, "id": listing.id})


def back() -> None:
    for name in ("source", "id"):
        st.query_params.pop(name, None)


def licence_badge(licence: licences.Licence) -> None:
    color, icon, words = LIGHTS[licence.light]
    st.badge(words, icon=f":material/{icon}:", color=color, help=f"{plain(licence.title)}: {plain(licence.words)}")


def show(source: str, id_: str) -> None:
    """Everything to know before fetching it, and the button that does."""
    st.button("All models", icon=":material/arrow_back:", on_click=back, type="tertiary")
    try:
        looked: look_up_model.LookedUp = act.attempt(
            "look_up_model", look_up_model.Request(source, id_), "Asking what there is"
        )
    except UserError as error:
        st.title(plain(id_), anchor=False)
        act.show_error(error)
        if isinstance(error, RateLimited):
            countdown.pause(error, f"{source} {id_}")
        elif isinstance(error, NeedsPermission | NoSuchModel):
            _token_box()
        return
    detail = looked.detail
    st.title(plain(detail.listing.title), anchor=False)
    st.markdown(plain(detail.listing.summary or TASKS.get(detail.listing.task, "")))
    with st.container(horizontal=True, gap="small"):
        licence_badge(looked.licence)
        if detail.listing.downloads:
            st.badge(f"{detail.listing.downloads:,} times fetched last month", color="gray")
        if detail.listing.likes:
            st.badge(count(detail.listing.likes, "like"), icon=":material/favorite:", color="gray")
        if detail.page:
            st.link_button("Its page", detail.page, icon=":material/open_in_new:", type="tertiary")
    _warnings(looked)
    _use(looked)
    left, right = st.columns([5, 4], gap="large")
    with left:
        choice = _choose(looked)
        _get(looked, choice)
    with right:
        _fit(looked, choice)
        _licence(looked)
    inside = st.expander("Look inside", icon=":material/search:", on_change="rerun", key="inside")
    if inside.open:
        with inside:
            found = act.run(
                "preview_model", preview_model.Request(source, id_, choice.variant.id), "Reading a few pieces of it"
            )
            if found:
                preview.show(found)


def _use(looked: Any) -> None:
    """What can be done with it here, so that nobody fetches it in vain."""
    if looked.tasks:
        st.markdown(f":material/play_circle: Here it can: **{plain(' · '.join(looked.tasks))}**")
    else:
        st.info(
            "This app doesn't know yet how to feed and draw a model like this. You can run it and see its raw numbers.",
            icon=":material/info:",
        )


def _warnings(looked: Any) -> None:
    detail = looked.detail
    if detail.verdict == "unsafe":
        words = plain(detail.verdict_words)
        st.error(f"**Not fetched: its source calls it unsafe.** {words}", icon=":material/gpp_bad:")
    elif detail.verdict == "caution":
        st.warning(f"**Its source says to be careful.** {plain(detail.verdict_words)}", icon=":material/gpp_maybe:")
    if detail.listing.note and not detail.listing.gated:  # that is said below
        st.info(plain(detail.listing.note), icon=":material/fact_check:")
    if looked.needs_token:
        st.warning(
            "Its author wants to know who fetches it. Accept the terms on its page first.", icon=":material/key:"
        )
        _token_box()


def _token_box() -> None:
    with st.expander("I have an account", icon=":material/key:"):
        st.markdown(
            "On its page, accept the terms. Then make a token (Settings, Access Tokens, kind “Read”) and paste it "
            "here. It is kept in memory until the app is closed, and sent to the hub only."
        )
        token = st.text_input("Token", type="password", key="hub token")
        if st.button("Use this token", disabled=not token):
            act.run("give_token", give_token.Request(token))
            st.rerun()


def _choose(looked: Any) -> Any:
    """The variant that was picked."""
    choices = {choice.variant.id: choice for choice in looked.choices}
    if len(choices) == 1:
        (choice,) = choices.values()
        st.markdown(f"**{plain(choice.variant.title)}**, {size(choice.variant.size_bytes)}")
        return choice
    picked = st.radio(
        "Which version?",
        list(choices),
        list(choices).index(looked.recommended) if looked.recommended in choices else 0,
        format_func=lambda id_: _line(choices[id_], id_ == looked.recommended),
        captions=[_caption(choice, looked) for choice in choices.values()],
        key=f"variant {looked.detail.listing.id}",
    )
    return choices[picked]


def _line(choice: Any, recommended: bool) -> str:
    words = f"{plain(choice.variant.title)} · {size(choice.variant.size_bytes)}"
    return f"{words} · :green[:material/star:] recommended" if recommended else words


def _caption(choice: Any, looked: Any) -> str:
    words = ["In your library."] if choice.mine else []
    words += [plain(choice.variant.note)] if choice.variant.note else []
    if choice.variant.id == looked.recommended:
        words.append(plain(looked.why))
    if choice.memory.level != "comfortable":
        words.append(LEVELS[choice.memory.level][2] + ".")
    return " ".join(words)


def _get(looked: Any, choice: Any) -> None:
    """Get it, watch it come, open it."""
    from pages.parts.frame import TRY_IT

    listing = looked.detail.listing
    if choice.mine:
        st.success("It is in your library.", icon=":material/check_circle:")
        if not choice.in_use:
            st.caption("Another version is in use there: that one opens by the model's name.")
            use = edit_entry.Request(choice.mine, use=True)
            st.button("Use this one from now on", on_click=act.run, args=("edit_entry", use))
        if st.button("Open it", type="primary", icon=":material/play_circle:"):
            st.switch_page(TRY_IT, query_params={"model": choice.mine})
        return
    scope = f"get {listing.source} {listing.id} {choice.variant.id}"
    too_much = choice.missing_bytes > looked.disk_free_bytes
    pressed = st.button(
        f"Get it ({size(choice.missing_bytes)})" if choice.missing_bytes else "Get it",
        type="primary",
        icon=":material/download:",
        disabled=looked.detail.verdict == "unsafe" or too_much or looked.needs_token,
    )
    if too_much:
        st.caption(f"Not enough room on the disk: {size(max(0, looked.disk_free_bytes))} are free.")
    if pressed:
        state.ask(scope)
    if not state.asked(scope):
        return
    request = get_model.Request(listing.source, listing.id, choice.variant.id, looked.detail.commit)
    info = act.run_live("get_model", request, f"Getting {listing.title}", again=pressed, background=True)
    if info:
        st.rerun()


def _fit(looked: Any, choice: Any) -> None:
    """The arithmetic, not only a verdict."""
    color, icon, words = LEVELS[choice.memory.level]
    st.markdown(f":{color}[:material/{icon}:] **{words}**")
    st.caption(plain(choice.memory.sentence))
    st.caption(
        f"Disk: {size(choice.missing_bytes)} to fetch, {size(max(0, looked.disk_free_bytes))} free. "
        f"{count(len(choice.variant.files), 'file')}."
    )
    with st.expander("Files"):
        rows = [
            {"File": file.path, "Size": size(file.size_bytes) if file.size_bytes else "?", "SHA-256": file.sha256[:16]}
            for file in choice.variant.files
        ]
        st.dataframe(rows, hide_index=True, key="files")
        if looked.detail.commit:
            st.caption(f"All taken from one version of the model: {plain(looked.detail.commit[:12])}.")


def _licence(looked: Any) -> None:
    _, icon, words = LIGHTS[looked.licence.light]
    st.markdown(f":material/{icon}: **{words}**: {plain(looked.licence.title)}")
    said = f" Said by {plain(looked.detail.licence_from)}." if looked.detail.licence_from else ""
    st.caption(f"{plain(looked.licence.words)}{said} This is no legal advice.")
