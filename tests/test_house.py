"""The architecture, said as tests: who may import whom, read from the source and not from what happens to load."""

import ast
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted([ROOT / "app.py", *(ROOT / "core").rglob("*.py"), *(ROOT / "pages").rglob("*.py")])
PARSED = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}

ROOMS = {path.name for path in (ROOT / "core").iterdir() if (path / "__init__.py").exists()}
SHARED = (
    *(
        "types",
        "results",
        "fields",
        "listings",
        "fit",
        "scenes",
        "scene_svg",
        "licences",
        "packed",
        "quantities",
        "roles",
        "errors",
        "settings",
        "limits",
        "registry",
        "caller",
        "beside",
    ),
    *("preparation", "files", "pieces", "shapes", "script", "draw", "plain", "in_words", "png", "notes"),
)
"""What every room may import; none of these imports a room."""
ENTRANCES = ("command_line", "bootstrap", "__main__")
"""They may call jobs and actions; no room imports them."""
OPENERS = {"model", "run", "readers", "graph"}
"""They parse and run what strangers give, so only `core.inside` may call them, in a locked-up process of its own."""
INTRODUCES = {
    "commands": {"jobs", "actions"},
    "actions": ROOMS - OPENERS - {"commands"},
    "jobs": {"actions", "store", "workers"},
    "server": {"jobs", "actions", "store", "workers"},
    "inside": OPENERS | {"tasks", "starter", "hub", "guard", "why", "evidence"},
    "workers": {"inside"},
}
"""Rooms that may know other rooms. All others are strangers to each other."""

DOORS = {
    "streamlit": ("app.py", "pages/"),
    "onnxruntime": ("core/run/", "core/compress/"),
    "onnx": ("core/model/", "core/graph/", "core/compress/", "core/starter/"),
    "huggingface_hub": ("core/hub/",),
    "sqlite3": ("core/store/",),
    "pickle": ("core/starter/_torch_weights.py",),
    "torch": (),
    "dill": (),
    "joblib": (),
    "marshal": (),
    "shelve": (),
}
INSTEAD = {
    "streamlit": "what a page shows belongs into pages/, what is true without a screen into core/",
    "onnxruntime": "take an open graph as a value (core.types.Graph); an action opens it with core.run",
    "onnx": "take a core.types.GraphInfo; an action gets it from core.model.describe",
    "huggingface_hub": "take the bytes or the path as a value; an action fetches it with core.hub",
    "sqlite3": "add a method to core.store.store.Store, and let an action call it",
}
NEVER = "it runs whatever a file says; read plain data with json, msgspec or numpy (allow_pickle=False)"

IN_A_WORKER = ("core/workers/child.py", "core/workers/nursery.py")
"""What these do is done in a worker's process, or in the one that workers are split off from."""
SOURCE_ONLY = {("core/actions/show_code.py", "core.readers.picture.upright_rgb")}
"""Not called: its source is copied into a script."""


class Import(NamedTuple):
    place: str
    """`core/tasks/tensors.py:12`"""
    path: str
    module: str
    """Dotted; for `from core import settings` it is `core.settings`."""


def imports(path):
    for node in ast.walk(PARSED[path]):
        if isinstance(node, ast.Import):
            modules = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno} imports with dots; write the whole name"
            modules = [f"{node.module}.{name.name}" for name in node.names]
        else:
            continue
        yield from (Import(f"{path}:{node.lineno}", path, module) for module in modules)


def calls(path):
    """Each call as it is written, such as `pickle.load`, with its keywords and its line."""
    for node in ast.walk(PARSED[path]):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.keywords, f"{path}:{node.lineno}"


def room_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "core" and len(parts) > 2 else ""


def room_in(module):
    parts = module.split(".")
    return parts[1] if parts[0] == "core" and len(parts) > 1 and parts[1] in ROOMS else ""


every_file = pytest.mark.parametrize("path", PARSED)
every_core_file = pytest.mark.parametrize("path", [path for path in PARSED if path.startswith("core/")])


@every_file
def test_each_dangerous_library_has_one_door(path):
    for found in imports(path):
        library = found.module.split(".")[0]
        if library in DOORS and not path.startswith(DOORS[library] or ("nowhere",)):
            where = " and ".join(DOORS[library]) or "no file"
            pytest.fail(
                f"{found.place} imports {library}, but only {where} may. Instead: {INSTEAD.get(library, NEVER)}."
            )


@every_core_file
def test_rooms_are_strangers_and_only_an_action_introduces_them(path):
    room = room_of(path)
    if not room:
        return
    for found in imports(path):
        other = room_in(found.module)
        if other and other != room and other not in INTRODUCES.get(room, ()) and found[1:] not in SOURCE_ONLY:
            pytest.fail(
                f"{found.place}: the room {room} imports the room {other}. Instead: take what it needs as a value or "
                "a function, and let a file in core/actions bring the two together."
            )


@every_core_file
def test_no_room_imports_an_entrance(path):
    if path.removeprefix("core/").removesuffix(".py") in ENTRANCES:
        return
    for found in imports(path):
        name = found.module.removeprefix("core.").split(".")[0]
        if found.module.startswith("core.") and name in ENTRANCES:
            pytest.fail(
                f"{found.place} imports core.{name}, which stands above the rooms. Instead: move what it needs."
            )


@pytest.mark.parametrize("name", SHARED)
def test_what_all_rooms_share_imports_no_room(name):
    path = f"core/{name}.py"
    assert path in PARSED, f"there is no {path}; take it off the list SHARED"
    for found in imports(path):
        if room_in(found.module):
            pytest.fail(
                f"{found.place} imports {found.module}. Instead: move the function into the room that needs it."
            )


def test_every_file_beside_the_rooms_is_known_here():
    names = {path.stem for path in (ROOT / "core").glob("*.py")} - {"__init__"}
    assert names <= {*SHARED, *ENTRANCES}, (
        f"say in tests/test_house.py what core/{names - {*SHARED, *ENTRANCES}} is: shared by all rooms, or an entrance"
    )


@every_core_file
def test_core_knows_neither_the_pages_nor_the_frame(path):
    for found in imports(path):
        if found.module.split(".")[0] in ("pages", "app", "tests", "onnx_playground"):
            pytest.fail(
                f"{found.place} imports {found.module}: arrows point down only. Instead: give it back as a value."
            )


def test_what_installs_everything_needs_nothing_installed():
    import sys

    for found in imports("core/bootstrap.py"):
        assert found.module.split(".")[0] in sys.stdlib_module_names, (
            f"{found.place} imports {found.module}: this file runs before anything is installed, so it has only what "
            "comes with Python"
        )


def test_no_page_lies_directly_in_pages():
    found = [path.name for path in (ROOT / "pages").glob("*.py")]
    assert not found, (
        f"pages/{found[0]}: Streamlit then makes its own menu, and a bookmark opened on a fresh server skips app.py. "
        "Instead: put the file one folder down, such as pages/use/"
    )


@pytest.mark.parametrize("path", [path for path in PARSED if path.startswith(("pages/", "app.py", "core/server/"))])
def test_nothing_a_stranger_gives_is_opened_in_the_process_of_the_page(path):
    for found in imports(path):
        if room_in(found.module) in {*OPENERS, "inside"}:
            pytest.fail(
                f"{found.place} imports {found.module}, which parses or runs what strangers give. Instead: press a button "
                "(core/actions), whose worker does it in a process of its own."
            )


def test_only_a_worker_runs_what_is_inside():
    for path in PARSED:
        for found in imports(path):
            if room_in(found.module) == "inside" and room_of(path) != "inside" and path not in IN_A_WORKER:
                name = found.module.rsplit(".", 1)[-1]
                assert name[0].isupper(), f"{found.place}: outside a worker only the types of answers may be known"


@every_file
def test_nothing_runs_what_it_reads(path):
    for name, keywords, place in calls(path):
        if name in ("eval", "exec", "compile", "os.system", "os.popen", "pickle.load", "pickle.loads", "__import__"):
            pytest.fail(f"{place} calls {name}: {NEVER}.")
        for keyword in keywords:
            if keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False":
                pytest.fail(f"{place} allows pickle: {NEVER}.")
            if keyword.arg == "shell" and ast.unparse(keyword.value) != "False":
                pytest.fail(f"{place} starts a shell: give the words of the command as a list.")


@every_file
def test_no_page_writes_raw_html_around_what_users_give(path):
    for name, keywords, place in calls(path):
        if any(keyword.arg == "unsafe_allow_html" for keyword in keywords):
            pytest.fail(
                f"{place} calls {name} with unsafe_allow_html: a model's label could then carry a script. "
                "Instead: use st.container(key=...) and assets/style.css."
            )


def test_what_only_speaks_to_the_hub_is_loaded_by_nobody_else():
    """Neither the page's process nor the workers that run models have use for its client, which takes 14 MB."""
    import subprocess
    import sys

    program = (
        "import sys; from core import registry; from core.actions import find_models, get_model; "
        "registry.load('core.inside'); print({'huggingface_hub', 'httpx2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
