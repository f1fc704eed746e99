import io
import stat
from pathlib import Path

import pytest

from core import settings
from core.errors import Full
from core.store import uploads

pytestmark = pytest.mark.usefixtures("home")


def test_the_name_is_kept_for_showing_and_never_becomes_a_path():
    kept = uploads.keep(b"abc", "../../etc/cron.d/sly.onnx", "owner")
    assert kept.name == "sly.onnx"
    assert Path(kept.path).parent == settings.data_folder() / "uploads" / "owner"
    assert "sly" not in kept.path
    assert Path(kept.path).read_bytes() == b"abc"


def test_nobody_else_on_this_computer_may_read_it():
    kept = uploads.keep(io.BytesIO(b"abc"), "a.png", "owner")
    assert stat.S_IMODE(Path(kept.path).stat().st_mode) == 0o600
    assert stat.S_IMODE(Path(kept.path).parent.stat().st_mode) == 0o700


def test_a_visitor_whose_share_is_used_up_is_told_with_numbers_and_the_others_are_not(monkeypatch):
    monkeypatch.setattr(settings, "upload_share_bytes", lambda: 10)
    uploads.keep(b"12345678", "a", "ann")
    with pytest.raises(Full, match="no room") as error:
        uploads.keep(b"12345678", "b", "ann")
    assert "MB" in error.value.detail
    uploads.keep(b"12345678", "a", "bob")


def test_the_disk_is_never_filled_up(monkeypatch):
    monkeypatch.setattr(settings, "DISK_LEFT_BYTES", 2**60)
    with pytest.raises(Full):
        uploads.keep(b"1", "a", "ann")


def test_what_an_earlier_run_left_is_swept_away_but_not_what_a_job_still_needs():
    left, needed = uploads.keep(b"1", "a", "ann"), uploads.keep(b"2", "b", "bob")
    assert uploads.sweep({needed.path}) == 1
    assert not Path(left.path).exists()
    assert Path(needed.path).exists()


def test_dropping_twice_is_harmless():
    kept = uploads.keep(b"1", "a", "ann")
    uploads.drop(kept)
    uploads.drop(kept)
    assert not Path(kept.path).exists()
