"""What a licence means is known or left open; nothing is ever guessed to be free."""

import itertools
import json

import pytest

from core import settings
from core.licences import licence

# By hand, from the texts of the licences; the names are those the hub offers to authors.
FREE = (
    *("apache-2.0", "mit", "bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "isc", "zlib", "bsl-1.0"),
    *("ms-pl", "ncsa", "postgresql", "artistic-2.0", "afl-3.0", "ecl-2.0", "unlicense", "wtfpl", "pddl", "cc0-1.0"),
    *("cc-by-2.0", "cc-by-2.5", "cc-by-3.0", "cc-by-4.0", "odc-by", "cdla-permissive-1.0", "cdla-permissive-2.0"),
)
CONDITIONS = (
    *("cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nd-4.0", "odbl", "cdla-sharing-1.0", "gpl", "gpl-2.0", "gpl-3.0"),
    *("agpl-3.0", "lgpl", "lgpl-2.1", "lgpl-3.0", "lgpl-lr", "mpl-2.0", "epl-1.0", "epl-2.0", "eupl-1.1", "eupl-1.2"),
    *("osl-3.0", "openrail", "openrail++", "creativeml-openrail-m", "bigscience-openrail-m", "bigcode-openrail-m"),
    *("bigscience-bloom-rail-1.0", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "gemma"),
)
NOT_FOR_BUSINESS = (
    *("cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nc-nd-3.0", "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0"),
    *("cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "fair-noncommercial-research-license", "apple-amlr", "h-research"),
    *("intel-research", "deepfloyd-if-license", "bria-rmbg-1.4"),
)
UNKNOWN = ("", " ", "unknown", "other", "cc", "grok2-community", "my-own-terms", "Free!", "0", "open source")
LIGHTS = {"free": FREE, "conditions": CONDITIONS, "non-commercial": NOT_FOR_BUSINESS, "unknown": UNKNOWN}
FROM_LAX_TO_STRICT = ("free", "conditions", "non-commercial")


@pytest.mark.parametrize(("light", "name"), [(light, name) for light, names in LIGHTS.items() for name in names])
def test_each_name_the_hub_offers_has_its_light(light, name):
    assert licence(name).light == light


@pytest.mark.parametrize("name", ["MIT", "Apache-2.0", "  mit \n", "CC0-1.0"])
def test_capitals_and_spaces_around_it_change_nothing(name):
    assert licence(name) == licence(name.strip().lower())
    assert licence(name).light == "free"


@pytest.mark.parametrize("name", [name for names in LIGHTS.values() for name in names])
def test_every_light_has_words(name):
    found = licence(name)
    assert found.title
    assert found.words.endswith((".", ": ask the author."))


@pytest.mark.parametrize(
    "name",
    [
        *("mit, but not for commercial use", "apache-2.0 non-commercial", "mit (noncommercial)", "MIT NonCommercial"),
        *("mit and cc-by-nc-4.0", "apache-2.0/cc-by-nc-sa-4.0", "mit; research only", "academic use, mit", "mit-nc"),
        *("no commercial use", "NOT FOR COMMERCIAL PURPOSES", "license: CC BY NC"),
    ],
)
def test_words_against_business_win_wherever_they_stand(name):
    assert licence(name).light == "non-commercial"


@pytest.mark.parametrize(
    "name",
    [
        *("not mit", "no apache-2.0", "mit except for companies", "mit-like", "mit2", "apache-2", "apache 2.0"),
        *("mit for research", "mit under conditions", "mit, ask me", "mit and other", "mit; unknown", "mit & secret"),
        *("mit and llama9", "mit+gpl-3.0", "mit without warranty for students", "cc-by", "cc by 4.0", "mit."),
        *("m\u200bit", "\uff2d\uff29\uff34", "mi\u0442", "mit\u0000"),
    ],
)
def test_a_word_we_do_not_know_leaves_the_whole_open(name):
    assert licence(name).light == "unknown"


def test_of_several_the_strictest_counts_in_any_order():
    known = [(name, light) for light in FROM_LAX_TO_STRICT for name in LIGHTS[light]]
    for (one, light), (other, other_light) in itertools.product(known, known):
        strictest = max(light, other_light, key=FROM_LAX_TO_STRICT.index)
        assert licence(f"{one} (card), {other} (the readme)").light == strictest


def test_of_several_what_was_said_is_shown_with_the_strictest():
    found = licence("Apache-2.0 (card); GPL-3.0 (README)")
    assert found.title == "GPL 3, with a remark"
    assert "Apache-2.0 (card); GPL-3.0 (README)" in found.words


@pytest.mark.parametrize(
    ("end", "light"), [("cc-by-nc-4.0", "non-commercial"), ("gpl-3.0", "conditions"), ("secret", "unknown")]
)
def test_what_is_too_long_to_show_counts_all_the_same(end, light):
    found = licence("mit and " * 15 + end)
    assert found.light == light
    assert len(found.title) <= 120


def test_the_academic_free_license_is_not_for_academics_only():
    assert licence("Academic Free License v3.0").light == "unknown"
    assert licence("academic license").light == "non-commercial"


def test_every_licence_of_our_catalogue_has_a_light_that_tells_something():
    models = json.loads((settings.ASSETS / "catalogue.json").read_text(encoding="utf-8"))["models"]
    assert {name: licence(name).light for name in {model["licence"]["name"] for model in models}} == {
        "apache-2.0": "free",
        "mit": "free",
        "bsd-3-clause": "free",
        "bria-rmbg-1.4": "non-commercial",
        "cc-by-nc-4.0": "non-commercial",
    }
