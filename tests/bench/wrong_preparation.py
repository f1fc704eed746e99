"""How often a wrong preparation comes to light: the guard speaks up, or the doctor puts the right one first.

Every model at hand with real weights whose pictures are prepared is fed wrongly, in the ways people do it, with every
photograph at hand. The doctor is asked with everything open: it isn't told what is wrong. It is harmless where the
answer stays what it was (same first name or same text, score within 0.05), and counted apart. `refused`: the model says
itself that it can't be fed so. `doctor`: the right preparation comes first. `as good`: what comes first gives the right
answer for this picture, be it the right one or not. `either`: refused, guard or doctor, as the target means it. Also
counted is how often the guard speaks up about the right preparation, which it shouldn't. Everything runs in this process, with the code that
runs in a worker; what a graph gave once is remembered. Run: python -m tests.bench.wrong_preparation [--only NAME]
"""

from __future__ import annotations

import argparse
import hashlib
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.bench import made

TARGET = 0.90
SAME_SCORE = 0.05
TEXTS = ("page.png", "text.png")
DRAWN = ("sign", "receipt", "chart")
WRONG = {
    "other colour order": lambda how: {"colour": {"RGB": "BGR", "BGR": "RGB"}[how["colour"]]},
    "fed 0 to 255": lambda _how: {"mean": [0.0] * 3, "std": [1.0] * 3},
    "fed 0 to 1": lambda _how: {"mean": [0.0] * 3, "std": [255.0] * 3},
    "fed -1 to 1": lambda _how: {"mean": [127.5] * 3, "std": [127.5] * 3},
    "fed as ImageNet": lambda _how: {"mean": [123.675, 116.28, 103.53], "std": [58.395, 57.12, 57.375]},
    "scaled twice": lambda how: {name: [255 * number for number in how[name]] for name in ("mean", "std")},
    "mean left out": lambda how: {"mean": [0.0] * 3, "std": how["std"]},
    "stretched": lambda _how: {"resize": "stretch"},
    "in a frame": lambda _how: {"resize": "fit"},
    "middle too small": lambda how: {"resize_px": how["width_px"] * 2},
    "wrong size": lambda how: {"width_px": how["width_px"] + 32, "height_px": how["height_px"] + 32},
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="one starter, such as efficientnet_lite0")
    only = parser.parse_args().only
    with made.own_home():
        totals = [measure(name, task) for name, task in starters() if only in ("", name)]
    known = [total for total in totals if total]
    harmful, seen = (sum(total[place] for total in known) for place in (0, 1))
    print(f"\nall models: {seen} of {harmful} = {seen / max(harmful, 1):.0%} (target: {TARGET:.0%})")


def starters() -> Iterator[tuple[str, str]]:
    """Those whose pictures can be prepared in several ways."""
    from core import registry
    from core.actions import _library

    for name, starter in registry.load("core.starter").items():
        for task in starter.TASKS:
            if task in ("image_classification", "text_reading") and _library.is_installed(starter):
                yield name, task


def measure(name: str, task_id: str) -> tuple[int, int]:
    """Prints a table; gives how many wrong preparations did harm, and how many of these came to light."""
    patient = Patient(name, task_id)
    print(f"\n{name}, {task_id}: {len(patient.pictures)} pictures, {len(patient.ours)} of ours beside")
    loud = [given for given in patient.pictures if patient.answer(given, {}).doubts]
    print(f"the guard about the right preparation: {len(loud)} of {len(patient.pictures)} {loud or ''}")
    print(
        f"{'':20}{'harmless':>9}{'refused':>9}{'guard':>7}{'doctor':>8}{'among 3':>9}{'as good':>9}{'either':>8}{'of':>5}"
    )
    totals = [0, 0]
    for kind, change in WRONG.items():
        facts = patient.changed(change)
        if facts is None:
            continue
        row = [patient.try_wrong(given, facts) for given in patient.pictures]
        harmful = [one for one in row if one["harm"]]
        either = [one for one in harmful if one["refused"] or one["guard"] or one["place"] == 1]
        totals = [totals[0] + len(harmful), totals[1] + len(either)]
        counts = [
            len(row) - len(harmful),
            *(sum(one[what] for one in harmful) for what in ("refused", "guard")),
            sum(one["place"] == 1 for one in harmful),
            sum(one["place"] <= 3 for one in harmful),
            sum(one["as good"] for one in harmful),
            len(either),
            len(harmful),
        ]
        widths = (9, 9, 7, 8, 9, 9, 8, 5)
        print(f"{kind:20}" + "".join(f"{n:{w}}" for n, w in zip(counts, widths, strict=True)), flush=True)
    print(f"{name}: {totals[1]} of {totals[0]} = {totals[1] / max(totals[0], 1):.0%}")
    return totals[0], totals[1]


class Patient:
    """A model that is fed wrongly on purpose."""

    def __init__(self, name: str, task_id: str) -> None:
        from core.actions import _library, find_preparation
        from core.caller import Caller
        from core.run.session import open_graph

        known = _library.with_task(_library.find(name, Caller()), task_id, Caller())
        self.info, self.task_id = known.info, task_id
        self.how = {fact: found.value for fact, found in known.info.preparation.items()}
        self.ours = find_preparation._photographs(known)
        self.pictures = photographs(texts=task_id == "text_reading")
        self.graphs = {role: opened(open_graph(graph)) for role, graph in known.info.parts.items()}
        known.task.answer = Remembered(known.task).answer
        self.answers: dict[str, Any] = {}

    def changed(self, change: Any) -> dict[str, Any] | None:
        """The facts that make it wrong; None where they would be right, or this model has no such facts."""
        try:
            facts = change(self.how)
        except KeyError:
            return None
        alike = all(near(self.how.get(name), value) for name, value in facts.items())
        return None if alike or not set(facts) <= set(self.how) else facts

    def answer(self, given: str, facts: dict[str, Any]) -> Any:
        """Of `core.inside.answer`, with these facts instead of the right ones. Raises UserError."""
        from core.inside import answer

        return answer.do(*self._asked(given, facts))

    def try_wrong(self, given: str, facts: dict[str, Any]) -> dict[str, Any]:
        from core.errors import UserError
        from core.inside import try_preparations

        right = self.answers[given] = self.answers.get(given) or self.answer(given, {}).result
        try:
            found = self.answer(given, facts)
        except UserError:  # in words, before any answer
            return {"harm": True, "refused": True, "guard": False, "place": 99, "as good": False}
        harm, doubted = not same(right, found.result), bool(found.doubts)
        outcome = {"harm": harm, "refused": False, "guard": doubted, "place": 99, "as good": False}
        if outcome["harm"]:
            request, desk = self._asked(given, facts)
            search = try_preparations.do({**request, "open_all": True, "photographs": self.ours, "budget_s": 1e9}, desk)
            places = [place for place, one in enumerate(search.found, 1) if self._is_right(one.facts)]
            outcome["place"] = min(places, default=99)
            outcome["as good"] = same(right, search.found[0].result)
        return outcome

    def _is_right(self, facts: dict[str, Any]) -> bool:
        size = () if facts.get("resize") == "crop" else ("resize_px",)
        return all(near(self.how[name], value) for name, value in facts.items() if name not in size)

    def _asked(self, given: str, facts: dict[str, Any]) -> tuple[dict[str, Any], Any]:
        from core.inside._desk import Desk
        from core.types import Fact

        changed = {name: Fact(value, "wrong on purpose") for name, value in facts.items()}
        info = replace(self.info, preparation={**self.info.preparation, **changed})
        desk = Desk(lambda _share, _words: None, {}, lambda _names: [], {"info": {"": info}, "graphs": self.graphs})
        picture = {"picture": self.pictures[given]}
        return {"mark": "", "info": None, "task": self.task_id, "given": picture, "threads": 1}, desk


def near(right: Any, value: Any) -> bool:
    """Equal, or a mean or deviation that is off by less than can be seen."""
    if isinstance(value, list):
        return all(abs(one - other) <= 1 for one, other in zip(right, value, strict=True))
    return bool(right == value)


def same(right: Any, found: Any) -> bool:
    if right.kind == "ranking":
        best, other = right.rows[0], found.rows[0]
        return best.label == other.label and abs(best.score - other.score) <= SAME_SCORE
    texts = [[line.text for line in result.lines] for result in (right, found)]
    pairs = zip(right.lines, found.lines, strict=False)
    return texts[0] == texts[1] and all(abs(one.score - other.score) <= SAME_SCORE for one, other in pairs)


def photographs(texts: bool) -> dict[str, bytes]:
    """Files by name: every still picture of scikit-image and scikit-learn, or those with something to read on them."""
    from pathlib import Path

    import skimage
    import sklearn
    from PIL import Image

    from core.samples import pictures

    skimage_data = Path(skimage.__file__).parent / "data"
    folders = (skimage_data, Path(sklearn.__file__).parent / "datasets" / "images")
    files = sorted(path for folder in folders for path in folder.iterdir() if path.suffix in (".png", ".jpg"))
    if texts:
        return {name: (skimage_data / name).read_bytes() for name in TEXTS} | {n: pictures.read(n) for n in DRAWN}
    found = {}
    for path in files:
        data = path.read_bytes()
        with Image.open(io.BytesIO(data)) as image:
            if getattr(image, "n_frames", 1) == 1:
                found[path.name] = data
    return found


class Remembered:
    """A task that answers once for the same picture and facts, and then gives its graphs what they gave to be seen."""

    def __init__(self, task: Any) -> None:
        self._answer = task.answer
        self._known: dict[bytes, Any] = {}

    def answer(self, inputs: Any, parts: Any, info: Any, say: Any) -> Any:
        from core.inside._clock import Clock

        pixels = inputs["picture"]
        facts = {name: fact.value for name, fact in info.preparation.items() if name not in ("labels", "alphabet")}
        digest = hashlib.blake2b(f"{pixels.shape} {facts}".encode(), digest_size=16)
        digest.update(pixels[::5, ::3].tobytes())
        key = digest.digest()
        if key not in self._known:
            clock = Clock()
            result = self._answer(inputs, clock.timed(parts), info, say)
            self._known[key] = (result, {role: kept(found) for role, found in clock.outputs.items()})
        else:
            for role, found in self._known[key][1].items():
                parts[role]({GIVEN: found})
        return self._known[key][0]


GIVEN = "what it gave before"


def opened(graph: Any) -> Any:
    return lambda feeds: feeds[GIVEN] if GIVEN in feeds else graph(feeds)


def kept(found: Any) -> Any:
    """Large outputs are let go; the guard and the doctor look at rows of scores."""
    return {name: value for name, value in found.items() if value.nbytes < 2**16}


if __name__ == "__main__":
    main()
