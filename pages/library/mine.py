"""My library: every model of one's own, found again next week, with or without the internet."""

from typing import Any

import streamlit as st

from core import licences
from core.actions import list_library
from pages.parts import act, bring, entry, offer
from pages.parts.frame import FIND, TRY_IT
from pages.parts.words import count, plain, size

PER_PAGE = 24
SORTS = {"used": "Last used", "added": "Newest", "title": "Name", "size": "Largest"}


def shelf() -> None:
    st.title("My library", anchor=False)
    left, middle, right = st.columns([3, 2, 1])
    words = left.text_input("Search", placeholder="name, note, tag", key="library words", persist_state="session")
    request = list_library.Request(words=words, sort=_sort(right))
    found: list_library.Shelf = act.run("list_library", request)
    tags = [tag for tag, _ in found.tags]
    tag = middle.selectbox("Tag", ["", *tags], format_func=lambda tag: tag or "Any", key="library tag") if tags else ""
    start = PER_PAGE * _page_number(words, tag, found.page.total)
    if tag or start:
        found = act.run("list_library", list_library.Request(words, tag, request.sort, start, PER_PAGE))
    total = found.page.total
    if not total:
        nothing_yet(bool(words or tag))
        return
    st.caption(f"{count(total, 'model')}, {size(found.page.size_bytes)} on this computer's disk")
    with st.grid("auto", min_column_width=300, gap="small"):
        for one in found.page.entries:
            row(one)
    if total > PER_PAGE:
        st.pagination(-(-total // PER_PAGE), key="library page") if hasattr(st, "pagination") else _turn(total)


def _sort(place: Any) -> Any:
    return place.selectbox("Order", list(SORTS), format_func=lambda sort: SORTS[sort], key="library sort")


def _page_number(words: str, tag: str, total: int) -> int:
    """Counted from 0; back to the first when something else is searched for."""
    asked = (words, tag)
    if st.session_state.get("library asked") != asked:
        st.session_state["library asked"] = asked
        st.session_state["library page"] = 1
    return min(int(st.session_state.get("library page") or 1), max(1, -(-total // PER_PAGE))) - 1


def _turn(total: int) -> None:
    pages = -(-total // PER_PAGE)
    st.number_input(f"Page (of {pages})", 1, pages, key="library page", width=160)


def nothing_yet(searched: bool) -> None:
    if searched:
        st.info("Nothing in your library matches.", icon=":material/search_off:")
        return
    st.info("Your library is empty. Find a model, or add a file of your own.", icon=":material/inventory_2:")
    st.page_link(FIND, label="Find a model", icon=":material/search:")


def row(one: Any) -> None:
    with st.container(border=True, height="stretch", gap="xsmall", key=f"entry {one.info.id}"):
        st.markdown(f"**{plain(one.info.title)}**")
        st.caption(plain(one.note or one.info.summary))
        with st.container(horizontal=True, gap="xsmall"):
            st.badge(size(one.size_bytes), color="gray", help="Space on disk.")
            offer.licence_badge(licences.licence(one.info.licence))
            for tag in one.tags:
                st.badge(plain(tag), icon=":material/label:", color="blue")
        st.caption(f"Last used {one.used_at[:10]}" if one.used_at else f"Added {one.added_at[:10]}, not used yet")
        st.space("stretch")
        with st.container(horizontal=True):
            if st.button("Open", key=f"open {one.info.id}", type="primary", icon=":material/play_circle:"):
                st.switch_page(TRY_IT, query_params={"model": one.info.id})
            st.button("Details", key=f"details {one.info.id}", on_click=entry.open_, args=(one.info.id,))


if st.query_params.get("entry"):
    entry.show(st.query_params["entry"])
else:
    shelf()
    with st.expander("Add from this computer", icon=":material/upload_file:"):
        bring.box(with_path=True)
