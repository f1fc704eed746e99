"""Numbers in units a person knows."""

from __future__ import annotations


def size(size_bytes: float) -> str:
    """`17.8 MB`, in steps of a thousand as file managers show it."""
    for unit in ("bytes", "KB", "MB", "GB"):
        if size_bytes < 1000 or unit == "GB":
            break
        size_bytes /= 1000
    return f"{size_bytes:.0f} {unit}" if unit == "bytes" or size_bytes >= 100 else f"{size_bytes:.1f} {unit}"
