"""Every command on the shelf keeps the contract. A new file gets these tests by existing."""

import inspect
import subprocess
import sys

import pytest

from core import command_line, registry, settings
from core.commands._contract import Command

COMMANDS = registry.load("core.commands")


@pytest.mark.parametrize("name", COMMANDS)
def test_it_offers_what_the_contract_lists(name):
    command = COMMANDS[name]
    assert command.__doc__
    assert command.NAME.replace("-", "").isalpha()
    assert command.NAME.islower()
    assert command.HELP[0].islower()
    assert not command.HELP.endswith(".")
    for function in ("arguments", "run"):
        promised = list(inspect.signature(getattr(Command, function)).parameters)[
            1:
        ]  # a Protocol's methods have a self
        assert list(inspect.signature(getattr(command, function)).parameters) == promised


def test_no_two_commands_have_one_name():
    assert len({command.NAME for command in COMMANDS.values()}) == len(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_its_help_is_printed_and_each_option_has_a_place_in_it(name, capsys):
    with pytest.raises(SystemExit) as ended:
        command_line.run([COMMANDS[name].NAME, "--help"])
    assert ended.value.code == 0
    assert "--json" in capsys.readouterr().out


def test_all_commands_are_listed_with_what_they_do():
    words = [sys.executable, "-m", "core", "--help"]
    shown = subprocess.run(words, cwd=settings.ROOT, capture_output=True, text=True, check=True).stdout
    shown = " ".join(shown.split())
    for command in COMMANDS.values():
        assert f"{command.NAME} {command.HELP}" in shown


def test_the_version_is_said_before_any_command_or_heavy_library_is_loaded():
    program = (
        "import sys; from core.command_line import run; run(['--version']); "
        "print({'core.commands.try_model', 'msgspec', 'numpy', 'core.actions', 'core.server'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{settings.VERSION}\nset()\n"


def test_the_help_of_a_command_loads_no_heavy_library():
    program = (
        "import sys, contextlib\nfrom core.command_line import run\n"
        "with contextlib.suppress(SystemExit): run(['try', '--help'])\n"
        "print({'numpy', 'onnx', 'PIL', 'core.actions'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=settings.ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "set()"
