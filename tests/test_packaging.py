"""What `pip install .` brings: the whole app under one name, and nothing else at the top."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SHIPPED = ("app.py", "core", "pages", "assets", ".streamlit", "pyproject.toml", "README.md", "LICENSE")


def folders_with_code():
    files = [path.relative_to(ROOT) for top in ("core", "pages") for path in (ROOT / top).rglob("*.py")]
    return sorted({"onnx_playground", *(".".join(("onnx_playground", *file.parent.parts)) for file in files)})


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """Built from a copy, because building leaves folders behind; a test folder in it must not get in."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in SHIPPED:
        into = copy / name
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, into, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, into)
    (copy / "tests").mkdir()
    (copy / "tests" / "__init__.py").touch()
    build = "import sys; from setuptools import build_meta; build_meta.build_wheel(sys.argv[1])"
    words = [sys.executable, "-c", build, str(copy / "dist")]
    done = subprocess.run(words, cwd=copy, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return next((copy / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def names(wheel):
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_every_folder_with_code_is_listed_in_pyproject():
    assert sorted(PROJECT["tool"]["setuptools"]["packages"]) == folders_with_code(), (
        "bring `packages` under [tool.setuptools] in pyproject.toml up to date"
    )


def test_nothing_but_one_package_reaches_the_top_level(names):
    version = PROJECT["project"]["version"]
    assert {name.split("/")[0] for name in names} == {"onnx_playground", f"onnx_playground-{version}.dist-info"}


@pytest.mark.parametrize("folder", ["core", "pages"])
def test_the_wheel_has_every_file_of_code(names, folder):
    files = {f"onnx_playground/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / folder).rglob("*.py")}
    assert files == {name for name in names if name.startswith(f"onnx_playground/{folder}/")}


def test_the_wheel_has_the_frame_the_settings_and_the_assets(names):
    assets = [path for path in (ROOT / "assets").rglob("*") if path.is_file()]
    files = [ROOT / "app.py", ROOT / ".streamlit" / "config.toml", *assets]
    assert {f"onnx_playground/{path.relative_to(ROOT).as_posix()}" for path in files} <= names


def test_the_wheel_carries_no_tests_and_nothing_left_over_from_a_build(names):
    inside = {name.split("/")[1] for name in names if name.startswith("onnx_playground/")}
    assert inside == {"app.py", "core", "pages", "assets", ".streamlit"}


def test_the_installed_command_finds_its_own_files_from_any_folder(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site-packages")
    code = (
        "import sys; from onnx_playground.core.__main__ import main; sys.argv = ['onnx-playground', '--version']\n"
        "try: main()\n"
        "finally: import core; print(core.__file__)"
    )
    words = [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path / 'site-packages')!r}); {code}"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [
        PROJECT["project"]["version"],
        str(tmp_path / "site-packages" / "onnx_playground" / "core" / "__init__.py"),
    ], done.stderr
