"""Time from `streamlit run` to the first page drawn: our app beside an empty Streamlit app, in turn, in one run.

From the start of the process until Chromium, with an empty cache each time, shows the page's heading. Target: at most
1.3 times the empty app. The first round of each isn't counted. Run: python -m tests.bench.startup [--rounds 7]
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from tests.bench.serving import ROOT, TOYS, free_port, started, streamlit_words, wait_until_listening
from tests.browser import driving

TARGET = 1.3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    ours, empty = [], []
    with driving.browser() as chromium, tempfile.TemporaryDirectory() as elsewhere:
        for _ in range(rounds + 1):
            ours.append(first_page_s(chromium, ROOT / "app.py", ROOT))
            empty.append(first_page_s(chromium, TOYS / "empty_app.py", Path(elsewhere)))
    for name, values in (("our app", ours), ("empty Streamlit app", empty)):
        print(f"{name:22} median {statistics.median(values[1:]):.2f} s   ", *(f"{value:.2f}" for value in values[1:]))
    print(f"ratio of the medians {statistics.median(ours[1:]) / statistics.median(empty[1:]):.2f} (target {TARGET})")


def first_page_s(chromium, script: Path, folder: Path) -> float:
    port = free_port()
    context = chromium.new_context()
    page = context.new_page()
    begun = time.perf_counter()
    with started(streamlit_words(script, port), folder) as server:
        wait_until_listening(port, server)
        page.goto(f"http://127.0.0.1:{port}", wait_until="commit")
        page.locator("h1").first.wait_for(state="visible")
        seconds = time.perf_counter() - begun
        context.close()
    return seconds


if __name__ == "__main__":
    main()
