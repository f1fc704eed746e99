"""Takes the README's screenshot, or with --all a picture of every page to look at.

python -m tests.browser.screenshots [--all FOLDER]
"""

import argparse
import tempfile
from pathlib import Path

from core import settings
from tests.browser import driving
from tests.core import examples

COLOURS = ("light", "dark")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        driving.app(Path(folder) / "log.txt") as address,
        driving.browser() as chromium,
    ):
        if given.all:
            every_page(chromium, address, given.all)
        else:
            readme(chromium, address)


def readme(chromium, address) -> None:
    with driving.tab(chromium, address) as page:
        open_page(page, "/try?model=efficientnet_lite0")
        page.screenshot(path=settings.ASSETS / "screenshot.png")


def every_page(chromium, address, folder) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"models": "/", "about": "/about"}
    pages |= {f"{name}-{task}": f"/try?model={name}&task={task}" for name, task in examples.pairs()}
    for size in driving.SIZES:
        for colours in COLOURS:
            with driving.tab(chromium, address, size, colours) as page:
                for name, place in pages.items():
                    open_page(page, place)
                    whole_page(page, folder / f"{name}-{size}-{colours}.png")


def open_page(page, place) -> None:
    page.goto(place)
    page.get_by_role("heading", level=1).first.wait_for()
    driving.settled(page)
    page.wait_for_function("[...document.images].every((image) => image.complete)")
    page.wait_for_timeout(600)


def whole_page(page, path) -> None:
    """The page scrolls inside a container, so the window is made as tall as what is in it."""
    size = page.viewport_size
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": min(height + 80, 6000)})
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    page.set_viewport_size(size)


if __name__ == "__main__":
    main()
