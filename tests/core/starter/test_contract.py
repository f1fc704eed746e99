"""Every starter model keeps the contract. A new file gets these tests by existing."""

import pytest

from core import jobs, registry, settings
from core.actions import _library, open_model
from core.errors import NotInstalled

STARTERS = registry.load("core.starter")
INSTALLED = [name for name, starter in STARTERS.items() if _library.is_installed(starter)]


@pytest.mark.parametrize("name", STARTERS)
def test_its_card_can_be_drawn(name):
    starter = STARTERS[name]
    assert starter.__doc__
    assert starter.SUMMARY.endswith(".")
    assert starter.LICENCE != "unknown"
    assert starter.SOURCE
    assert (settings.ASSETS / "cards" / f"{name}.svg").is_file()


@pytest.mark.parametrize("name", STARTERS)
def test_its_tasks_are_on_the_shelf(name):
    assert set(STARTERS[name].TASKS) <= set(registry.load("core.tasks"))


@pytest.mark.parametrize("name", INSTALLED)
def test_the_size_on_its_card_is_the_size_of_its_files(name):
    info = jobs.run("open_model", open_model.Request(name)).info
    assert sum(graph.size_bytes for graph in info.parts.values()) == pytest.approx(STARTERS[name].SIZE_BYTES, rel=0.01)


@pytest.mark.parametrize("name", [name for name in STARTERS if name not in INSTALLED])
def test_without_its_packages_it_says_what_to_install(name):
    with pytest.raises(NotInstalled) as error:
        jobs.run("open_model", open_model.Request(name))
    assert STARTERS[name].EXTRA in error.value.fix
