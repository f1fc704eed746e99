"""The picture of a model as one SVG file that needs nothing else."""

from __future__ import annotations

from xml.sax.saxutils import escape

from core.scenes import Arrow, Box, Scene

_MARGIN = 20
_HEAD = (
    '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path d="M0 0L8 4L0 8z" fill="#6b7688"/></marker></defs>'
    "<style>text{font-family:system-ui,sans-serif;font-size:13px;fill:#1b2430;text-anchor:middle}"
    "rect{fill:#eef1f6;stroke:#8692a3;rx:7px}.open{fill:#fafbfd;stroke-dasharray:5 3}.second{font-size:11px}"
    "path{fill:none;stroke:#6b7688}.faint{stroke-dasharray:3 5;opacity:.5}.title{text-anchor:start}</style>"
)


def as_svg(scene: Scene, title: str) -> str:
    """Names from the model stand in it as text; nothing of them can become markup."""
    width, height = scene.width + 2 * _MARGIN, scene.height + 2 * _MARGIN
    opened = [_box(box) for box in scene.boxes if box.is_open]
    closed = [_box(box) for box in scene.boxes if not box.is_open]
    drawn = "\n".join([*opened, *map(_arrow, scene.arrows), *closed])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" role="img">'
        f"<title>{_text(title)}</title>{_HEAD}\n"
        f'<g transform="translate({_MARGIN} {_MARGIN})">\n{drawn}\n</g></svg>\n'
    )


def _box(box: Box) -> str:
    """An open one with its title at the left top, else in the middle."""
    shape = f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
    if box.is_open:
        title = f'<text class="title" x="{box.x + 12:g}" y="{box.y + 20:g}">{_text(box.title)}</text>'
        return f'{shape} class="open"/>{title}'
    middle, down = box.x + box.width / 2, box.y + (19 if box.second else box.height / 2 + 4.5)
    words = f'<text x="{middle:g}" y="{down:g}">{_text(box.title)}</text>'
    if box.second:
        words += f'<text class="second" x="{middle:g}" y="{box.y + 36:g}">{_text(box.second)}</text>'
    return f"{shape}/>{words}"


def _arrow(arrow: Arrow) -> str:
    points = " ".join(f"{'L' if place else 'M'}{x:g} {y:g}" for place, (x, y) in enumerate(arrow.points))
    faint = ' class="faint"' if arrow.faint else ""
    return f'<path d="{points}" marker-end="url(#end)"{faint}/>'


def _text(words: str) -> str:
    """Without what XML can't hold."""
    return escape("".join(letter if letter.isprintable() else " " for letter in words))
