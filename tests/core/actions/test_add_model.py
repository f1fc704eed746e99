from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from core import jobs, settings
from core.actions import _library, add_model, remove_model, try_model
from core.errors import MissingWeights, ModelError, ModelNotFound, NotOnnx
from core.fields import TensorSource
from core.store.uploads import plain_name
from tests.uploads import upload


def scaler(folder, weights="weights.bin"):
    """y = x * w with w in a file of its own; gives the two files as uploads."""
    w = numpy_helper.from_array(np.arange(64, dtype=np.float32).reshape(8, 8), "w")
    node = helper.make_node("Mul", ["x", "w"], ["y"])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [8, 8]) for name in "xy"]
    graph = helper.make_graph([node], "g", ports[:1], ports[1:], [w])
    model = helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)])
    path = folder / "scaler.onnx"
    (folder / weights).unlink(missing_ok=True)  # onnx adds to a file that is there
    onnx.save(model, path, save_as_external_data=True, location=weights, size_threshold=0)
    return upload("scaler.onnx", path.read_bytes()), upload(weights, (folder / weights).read_bytes())


def add(*files):
    return jobs.run("add_model", add_model.Request(files))


def leftovers():
    return [path.name for path in (settings.data_folder() / "models" / "owner").iterdir()]


@pytest.mark.usefixtures("home")
def test_a_model_with_its_weights_in_a_second_file_is_added_and_runs(tmp_path):
    info = add(*scaler(tmp_path))
    answer = jobs.run("try_model", try_model.Request(info.id, {"x": TensorSource("ones", (8, 8))}))
    assert np.array_equal(answer.result.outputs["y"], np.arange(64, dtype=np.float32).reshape(8, 8))
    assert leftovers() == [info.id]


@pytest.mark.usefixtures("home")
def test_without_its_weights_the_file_to_add_is_named_and_nothing_stays_behind(tmp_path):
    model, _weights = scaler(tmp_path)
    with pytest.raises(MissingWeights) as error:
        add(model)
    assert "weights.bin" in str(error.value)
    assert leftovers() == []
    assert _library.library().shelf.page("owner").total == 0


@pytest.mark.usefixtures("home")
def test_the_same_file_twice_is_one_entry(tmp_path):
    first, second = add(*scaler(tmp_path)), add(*scaler(tmp_path))
    assert first == second
    assert _library.library().shelf.page("owner").total == 1


@pytest.mark.usefixtures("home")
def test_a_removed_model_and_its_files_are_gone_and_can_be_added_again(tmp_path):
    info = add(*scaler(tmp_path))
    jobs.run("remove_model", remove_model.Request(info.id))
    assert leftovers() == []
    with pytest.raises(ModelNotFound):
        jobs.run("try_model", try_model.Request(info.id))
    assert add(*scaler(tmp_path)).id == info.id


@pytest.mark.usefixtures("home")
def test_a_model_called_like_another_gets_a_title_of_its_own(tmp_path):
    one = add(*scaler(tmp_path))
    model, weights = scaler(tmp_path, "other.bin")
    assert [one.title, add(model, weights).title] == ["scaler", "scaler (2)"]


@pytest.mark.usefixtures("home")
def test_names_that_try_to_leave_the_folder_stay_inside(tmp_path):
    model, weights = scaler(tmp_path)
    sly = upload("../../../../outside.bin", b"x")
    info = add(upload("..\\..\\sly.onnx", Path(model.path).read_bytes()), weights, sly)
    folder = settings.data_folder() / "models" / "owner" / info.id
    assert sorted(path.name for path in folder.iterdir()) == ["model.onnx", "outside.bin", "weights.bin"]
    assert not list(tmp_path.glob("**/sly.onnx"))


@pytest.mark.usefixtures("home")
def test_two_models_at_once_are_refused_and_named(tmp_path):
    model, weights = scaler(tmp_path)
    with pytest.raises(ModelError, match="more than one") as error:
        add(model, upload("b.onnx", Path(model.path).read_bytes()), weights)
    assert "b.onnx" in error.value.detail


@pytest.mark.usefixtures("home")
def test_no_file_at_all_is_a_sentence():
    with pytest.raises(NotOnnx, match="No file"):
        add()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a/b/c.onnx", "c.onnx"),
        ("a\\b.onnx", "b.onnx"),
        ("..", "file"),
        ("", "file"),
        ("a\0b.onnx", "ab.onnx"),
    ],
)
def test_only_the_last_part_of_a_name_is_kept(given, kept):
    assert plain_name(given) == kept


@pytest.mark.usefixtures("home")
def test_parts_of_one_model_become_one_entry_with_named_parts(tmp_path):
    encoder, weights = scaler(tmp_path)
    files = upload("encoder_model.onnx", Path(encoder.path).read_bytes()), upload("decoder_model_merged.onnx", relu())
    info = add(*files, weights)
    assert list(info.parts) == ["encoder", "decoder"]
    assert info.parts["encoder"].external_files == ("weights.bin",)


@pytest.mark.usefixtures("home")
def test_a_file_and_a_folder_on_this_computer_are_copied_with_their_weights(tmp_path):
    model, _ = scaler(tmp_path)
    path = tmp_path / "scaler.onnx"
    info = jobs.run("add_model", add_model.Request(path=str(path)))
    assert info.title == "scaler"
    assert {found.name for found in Path(info.parts["model"].path).parent.iterdir()} == {"model.onnx", "weights.bin"}
    same = jobs.run("add_model", add_model.Request(path=str(tmp_path)))
    assert same.id == info.id
    assert path.read_bytes() == Path(model.path).read_bytes()


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("visitor", ["owner", "ann"])
def test_a_path_that_is_not_there_or_not_for_visitors_is_a_sentence(tmp_path, visitor):
    path = tmp_path / "nothing"
    if visitor != "owner":
        scaler(tmp_path)
        path = tmp_path
    with pytest.raises(ModelNotFound, match="no such file"):
        jobs.run("add_model", add_model.Request(path=str(path)), visitor=visitor)


def relu():
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", ports[:1], ports[1:])
    return helper.make_model(graph, ir_version=10, opset_imports=[helper.make_opsetid("", 17)]).SerializeToString()
