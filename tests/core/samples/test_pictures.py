import sys

import pytest

from core.errors import BadPicture
from core.readers.picture import read_picture
from core.samples import pictures

ALL = pictures.samples("try") + pictures.samples("calibrate")


def test_there_are_about_twenty():
    assert 10 <= len(pictures.samples("try")) <= 16
    assert 6 <= len(pictures.samples("calibrate")) <= 12


def test_a_picture_to_try_is_never_one_to_calibrate_with():
    files = [(sample.file or sample.name) for sample in ALL]
    assert len(files) == len(set(files))
    assert len({sample.name for sample in ALL}) == len(ALL)


@pytest.mark.parametrize("sample", ALL, ids=lambda sample: sample.name)
def test_each_opens_and_names_its_licence_and_source(sample):
    assert min(read_picture(pictures.read(sample.name)).shape[:2]) >= 100
    assert sample.licence in {"CC0-1.0", "CC-BY-2.0", "public domain", "BSD-3-Clause"}
    assert sample.source
    assert sample.title


def test_the_cat_comes_first():
    assert pictures.samples("try")[0].name == "chelsea"


def test_photographs_by_attribution_name_their_author():
    for sample in ALL:
        if sample.licence == "CC-BY-2.0":
            assert "on Flickr" in sample.source


def test_drawings_are_the_same_every_time():
    assert pictures.read("sign") == pictures.read("sign")


def test_no_package_is_imported_to_read_one():
    for name in [name for name in sys.modules if name.split(".")[0] == "skimage"]:
        del sys.modules[name]
    pictures.read("coffee")
    assert "skimage" not in sys.modules


def test_an_unknown_name_is_an_error_in_words():
    with pytest.raises(BadPicture, match="no sample called"):
        pictures.read("../../etc/passwd")
