"""How soon a click is answered: our server beside Gradio with the same toy app, in one run.

Two measurements, each in blocks that take turns while both servers are up:
- in Chromium: from the click until the page holds the new answer, one tab,
- at the socket: 20 open sessions, each clicking after a random pause of 1.5 s on average, from sending the click until
  the server says it is done. Gradio is spoken to as its own page does (join the queue, then read the events), over
  connections that stay open; it may answer all sessions at once.
And, for what it is worth on its own, the real page Try it: from Run until everything is redrawn, the model included.

Target: at most 0.8 of Gradio. Needs the extra `bench`. Run: python -m tests.bench.responsiveness
"""

import asyncio
import random
import re
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from tests.bench import clients
from tests.bench.serving import (
    ROOT,
    TOYS,
    free_port,
    in_words,
    ratio,
    started,
    streamlit_words,
    wait_until_listening,
)
from tests.browser import driving

ROUNDS = 5
CLICKS = 30
SESSIONS = 20
CLICKS_PER_SESSION = 8
PAUSE_S = 1.5
REAL_MODEL = "efficientnet_lite0"

CLICK_TO_ANSWER = """
([button, answer]) => new Promise((done, fail) => {
  const number = () => Number(document.querySelector(answer)?.textContent.match(/answer (\\d+)/)?.[1] ?? 0);
  const before = number();
  const watcher = new MutationObserver(() => {
    if (number() !== before + 1) return;
    watcher.disconnect();
    done(performance.now() - begun);
  });
  watcher.observe(document.body, {subtree: true, childList: true, characterData: true});
  setTimeout(() => fail(new Error("no answer in 10 s")), 10000);
  const begun = performance.now();
  document.querySelector(button).click();
})
"""

CLICK_TO_REST = """
(button) => new Promise((done, fail) => {
  const app = document.querySelector("[data-testid=stApp]");
  let ran = false;
  const watcher = new MutationObserver(() => {
    const rests = app.dataset.testScriptState === "notRunning";
    ran = ran || !rests;
    if (!ran || !rests) return;
    watcher.disconnect();
    done(performance.now() - begun);
  });
  watcher.observe(app, {attributes: true});
  setTimeout(() => fail(new Error("no rest in 20 s")), 20000);
  const begun = performance.now();
  button.click();
})
"""


def main() -> None:
    with ExitStack() as stack:
        ours, gradio, real = (stack.enter_context(served(words)) for words in servers())
        with driving.browser() as chromium:
            in_the_browser(chromium, ours, gradio)
            the_real_page(chromium, real)
        asyncio.run(at_the_socket(ours, gradio))


def servers() -> list[Callable[[int], list[str]]]:
    return [
        lambda port: streamlit_words(TOYS / "streamlit_app.py", port),
        lambda port: [sys.executable, str(TOYS / "gradio_app.py"), str(port)],
        lambda port: streamlit_words(ROOT / "app.py", port),
    ]


class served:  # noqa: N801  used like a function
    """The port of a running server."""

    def __init__(self, words: Callable[[int], list[str]]) -> None:
        self.port = free_port()
        self.process = started(words(self.port), ROOT)

    def __enter__(self) -> int:
        wait_until_listening(self.port, self.process.__enter__())
        return self.port

    def __exit__(self, *_: object) -> None:
        self.process.__exit__(None, None, None)


def in_the_browser(chromium, ours: int, gradio: int) -> None:
    times: dict[str, list[float]] = {"our server": [], "Gradio": []}
    apps = {"our server": (ours, ".st-key-run button", ".st-key-answer"), "Gradio": (gradio, "#run", "#answer")}
    pages = {}
    for name, (port, button, _) in apps.items():
        pages[name] = chromium.new_context().new_page()
        pages[name].goto(f"http://127.0.0.1:{port}")
        pages[name].locator(button).wait_for()
        pages[name].wait_for_timeout(5000)  # the background warm-up is over
    for round_ in range(ROUNDS + 1):
        for name, (_, button, answer) in apps.items():
            pages[name].bring_to_front()
            for _ in range(CLICKS if round_ else 5):
                took_ms = pages[name].evaluate(CLICK_TO_ANSWER, [button, answer])
                if round_:
                    times[name].append(took_ms)
                pages[name].wait_for_timeout(60)
    report("click to answer in the browser", times)


def the_real_page(chromium, port: int) -> None:
    page = chromium.new_context(viewport=driving.SIZES["desktop"]).new_page()
    page.goto(f"http://127.0.0.1:{port}/try?model={REAL_MODEL}")
    button = page.get_by_role("button", name=re.compile(r"\bRun\b")).first
    button.wait_for()
    page.wait_for_timeout(5000)
    handle = button.element_handle()
    times = []
    for count in range(CLICKS + 5):
        took_ms = page.evaluate(CLICK_TO_REST, handle)
        if count >= 5:
            times.append(took_ms)
        page.wait_for_timeout(100)
    print(in_words(f"Try it, {REAL_MODEL}", times))


async def at_the_socket(ours: int, gradio: int) -> None:
    sessions = {
        "our server": [clients.StreamlitSession(ours, "Run") for _ in range(SESSIONS)],
        "Gradio": [clients.GradioSession(gradio, ["The cat sleeps on the sofa.", 0.5, None]) for _ in range(SESSIONS)],
    }
    times: dict[str, list[float]] = {name: [] for name in sessions}
    for crowd in sessions.values():
        await asyncio.gather(*(session.open() for session in crowd))
        await asyncio.gather(*(session.click_ms() for session in crowd))
    for _ in range(2):
        for name, crowd in sessions.items():
            taken = await asyncio.gather(*(clicks_ms(session.click_ms) for session in crowd))
            times[name] += [took_ms for one in taken for took_ms in one]
    for crowd in sessions.values():
        await asyncio.gather(*(session.close() for session in crowd))
    report(f"{SESSIONS} open sessions at the socket", times)


async def clicks_ms(click_ms: Callable[[], Awaitable[float]]) -> list[float]:
    taken = []
    for _ in range(CLICKS_PER_SESSION):
        await asyncio.sleep(random.expovariate(1 / PAUSE_S))
        taken.append(await click_ms())
    return taken


def report(what: str, times: dict[str, list[float]]) -> None:
    print(f"\n{what}")
    for name, values in times.items():
        print(in_words(name, values))
    print(ratio(times["our server"], times["Gradio"]), "(target 0.8)", flush=True)


if __name__ == "__main__":
    main()
