"""A loopback hub laid out like our whole catalogue: every repository with every path, small graphs inside.

Their SHA-256 can't be those of the real files. So `copy_of_app` makes a copy of the app whose catalogue knows the
hashes of these files instead, and everything else as it is; the real catalogue must refuse them.
`python -m tests.hub.catalogue_repos ROOT [--only ID ...]` builds one and runs check-catalogue against it.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from core import settings
from core.hub._entries import catalogue
from tests.core.families import tokenizer
from tests.hub import catalogue_graphs, graphs
from tests.hub.loopback import LoopbackHub
from tests.hub.repos import make

BARE = "onnxmodelzoo/"
"""Repositories without a task and without settings."""


def make_repos(root, entries=()):
    """The entries' repositories in a folder; those that share one share it."""
    together = {}
    for entry in entries or catalogue().models:
        together.setdefault(entry.repo, []).append(entry)
    for repo, same in together.items():
        files = {path: content for entry in same for path, content in _files(entry).items()}
        make(root, repo, files, **_meta(same[0]))


def _files(entry):
    parts = {path: role for way in entry.variants for role, path in way.parts.items()}
    made = {path: stamped(entry, role, path) for path, role in parts.items()}
    for path in [path for path in made if f"{path}_data" in entry.files]:
        made[path], made[f"{path}_data"] = graphs.with_weights_beside(made[path], f"{Path(path).name}_data")
    beside = {path: tokenizer() if path.endswith("tokenizer.json") else {} for path in entry.companions}
    return {**made, **beside, "README.md": f"# {entry.title}"}


def stamped(entry, role, path):
    return catalogue_graphs.stamped(catalogue_graphs.of(entry, role), path)


def _meta(entry):
    if entry.repo.startswith(BARE):
        return {"tags": ["onnx", "validated"], "cardData": {"license": "apache-2.0"}}
    licence = {"license": entry.licence.name} if entry.licence.known_from == "its own card" else {}
    base = {"base_model": entry.base_model} if entry.base_model else {}
    return {"tags": ["onnx", "transformers.js"], "pipeline_tag": entry.task, "cardData": {**licence, **base}}


def copy_of_app(folder, root):
    """A copy of the app in `folder`; its catalogue has the hash of each file in `root` where the real one has any."""
    skip = shutil.ignore_patterns("__pycache__")
    shutil.copytree(settings.ROOT / "core", folder / "core", ignore=skip)
    shutil.copytree(settings.ASSETS, folder / "assets", ignore=skip)
    path = folder / "assets" / "catalogue.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    for model in told["models"]:
        for name, file in model["files"].items():
            here = Path(root) / model["repo"] / name
            if "sha256" in file and here.is_file():
                file["sha256"] = hashlib.sha256(here.read_bytes()).hexdigest()
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return folder


def check(app, url, home, *words):
    """`check-catalogue` as a program of its own, on this copy of the app and this hub."""
    run = "import sys; from core.command_line import run; sys.exit(run(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", run, "check-catalogue", *words],
        cwd=app,
        env={**os.environ, "HF_ENDPOINT": url, settings.HOME_VARIABLE: str(home), "PYTHONPATH": str(app)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def main():
    asked = argparse.ArgumentParser()
    asked.add_argument("root", type=Path)
    asked.add_argument("--only", nargs="*", default=[])
    given = asked.parse_args()
    make_repos(given.root / "hub")
    app = copy_of_app(given.root / "app", given.root / "hub")
    with LoopbackHub(given.root / "hub") as hub:
        done = check(app, hub.url, given.root / "home", *(["--only", *given.only] if given.only else []))
    print(done.stdout, done.stderr[-2000:], sep="\n")


if __name__ == "__main__":
    main()
