"""What was read out of a model's file before it was fetched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.parts.words import count, plain, size


def show(found: Mapping[str, Any]) -> None:
    """`found`: a `core.listings.Preview` by the role of its graph."""
    for role, seen in found.items():
        if len(found) > 1:
            st.subheader(plain(role), anchor=False)
        st.markdown(
            f"{count(seen.parameter_count, 'learned number')}, {count(sum(seen.operators.values()), 'step')}, "
            f"made with {plain(seen.producer) or 'an unknown program'}."
        )
        rows = [
            {"": word, "Name": port.name, "Kind": port.type, "Shape": _shape(port.shape)}
            for word, ports in (("takes", seen.inputs), ("gives", seen.outputs))
            for port in ports
        ]
        st.dataframe(rows, hide_index=True, key=f"ports {role}")
        if seen.unknown_operators:
            names = ", ".join(plain(name) for name in seen.unknown_operators[:8])
            st.error(f"**It won't run here.** It has steps this app doesn't know: {names}.", icon=":material/block:")
        else:
            st.markdown(":green[:material/check_circle:] Every step of it is known here.")
        st.caption(f"Learned from {size(seen.bytes_read)} of the file, in {count(seen.requests, 'request')}.")


def _shape(shape: tuple[int | str | None, ...] | None) -> str:
    return "any" if shape is None else " × ".join("?" if side is None else str(side) for side in shape)
