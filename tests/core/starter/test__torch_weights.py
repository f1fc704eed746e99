import pickle
from collections import OrderedDict

import numpy as np
import pytest

from core.errors import DamagedModel
from core.starter._torch_weights import read_tensors
from core.starter.efficientnet_lite0 import _WEIGHTS, PACKAGES, locate

MAGIC = 0x1950A86A20F9469CFC6C


class Touch:
    """A pickle that would make a file if anything in it were called."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return (open, (self.path, "w"))


def write(path, tensors):
    with path.open("wb") as file:
        for value in (MAGIC, 1001, {}, tensors, []):
            pickle.dump(value, file, 2)
    return path


def test_nothing_in_a_hostile_file_is_called(tmp_path):
    trace = tmp_path / "was_here"
    hostile = write(tmp_path / "hostile.pth", OrderedDict(weight=Touch(trace)))
    with pytest.raises(DamagedModel) as error:
        read_tensors(hostile)
    assert not trace.exists()
    assert "open" in error.value.technical


@pytest.mark.parametrize(
    "name", [("os", "system"), ("torch", "load"), ("collections", "Counter"), ("builtins", "eval")]
)
def test_names_outside_the_short_list_are_refused(tmp_path, name):
    path = tmp_path / "odd.pth"
    path.write_bytes(b"c" + name[0].encode() + b"\n" + name[1].encode() + b"\n.")
    with pytest.raises(DamagedModel, match="nothing in it was used"):
        read_tensors(path)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x80\x02K\x01.", b"PK\x03\x04"])
def test_other_files_are_refused(tmp_path, data):
    path = tmp_path / "other.pth"
    path.write_bytes(data)
    with pytest.raises(DamagedModel):
        read_tensors(path)


def test_a_file_cut_short_is_refused(tmp_path):
    whole = (locate(PACKAGES[0]) / _WEIGHTS).read_bytes()
    path = tmp_path / "short.pth"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DamagedModel):
        read_tensors(path)


def test_the_tensors_are_those_pytorch_reads():
    tensors = read_tensors(locate(PACKAGES[0]) / _WEIGHTS)
    # counted and summed with torch 2.13: torch.load(...), float64 sums
    assert len(tensors) == TORCH["count"]
    for name, (shape, total) in TORCH["sums"].items():
        assert tensors[name].shape == shape
        assert tensors[name].sum(dtype=np.float64) == pytest.approx(total, rel=1e-6)


TORCH = {
    "count": 296,
    "sums": {
        "_blocks.7._depthwise_conv.weight": ((480, 1, 3, 3), 67.5069812447764),
        "_bn1.running_var": ((1280,), 13721.746045589447),
        "_conv_stem.weight": ((32, 3, 3, 3), -26.811376610887237),
        "_fc.bias": ((1000,), -0.04981697298353538),
        "_fc.weight": ((1000, 1280), -470.63256730128705),
    },
}
