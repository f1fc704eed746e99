"""Which files make which variant. The names of files are as on the hub."""

import pytest

from core.hub._variants import variants
from core.listings import RemoteFile

CONFIG = ("config.json", "preprocessor_config.json")


def of(*names, repo="", **sizes):
    return variants([RemoteFile(name, f"https://hub/{name}", sizes.get(name, 100)) for name in names], repo)


def paths(variant):
    return [file.path for file in variant.files]


def test_one_graph_in_several_kinds_of_numbers_is_one_model_the_fullest_first():
    kinds = ("", "_q4f16", "_uint8", "_bnb4", "_quantized", "_fp16", "_q4")
    found = of(*(f"onnx/model{kind}.onnx" for kind in kinds), *CONFIG)
    assert [variant.id for variant in found] == ["fp32", "fp16", "int8", "uint8", "q4", "q4f16", "bnb4"]
    assert [variant.numbers for variant in found] == ["fp32", "fp16", "int8", "uint8", "q4", "q4f16", "bnb4"]
    assert found[2].parts == {"model": "onnx/model_quantized.onnx"}
    assert paths(found[2]) == ["onnx/model_quantized.onnx", *CONFIG]
    assert found[2].size_bytes == 300


@pytest.mark.parametrize(
    ("names", "parts"),
    [
        (("onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx"), {"encoder": 0, "decoder": 1}),
        (("encoder_model.onnx", "decoder_model.onnx", "decoder_with_past_model.onnx"), {"encoder": 0, "decoder": 1}),
        (
            (
                "onnx/embed_tokens.onnx",
                "onnx/decoder_model_merged.onnx",
                "onnx/vision_encoder.onnx",
                "onnx/encoder_model.onnx",
            ),
            {"embed": 0, "decoder": 1, "vision": 2, "encoder": 3},
        ),
        (("onnx/vision_encoder.onnx", "onnx/prompt_encoder_mask_decoder.onnx"), {"vision": 0, "decoder": 1}),
        (("onnx/text_model.onnx", "onnx/vision_model.onnx"), {"text": 0, "vision": 1}),
        (("onnx/decoder_model_merged.onnx",), {"model": 0}),
        (("sam_vit_b_encoder.onnx", "sam_vit_b_decoder.onnx"), {"encoder": 0, "decoder": 1}),
        (
            ("ch_PP-OCRv4_det_infer.onnx", "ch_ppocr_mobile_v2.0_cls_infer.onnx", "ch_PP-OCRv4_rec_infer.onnx"),
            {"detect": 0, "classify": 1, "recognise": 2},
        ),
        (("det/inference.onnx", "rec/inference.onnx"), {"detect": 0, "recognise": 1}),
    ],
)
def test_graphs_that_work_together_are_one_model(names, parts):
    [variant] = of(*names)
    assert variant.parts == {role: names[place] for role, place in parts.items()}


def test_a_decoder_that_is_there_three_times_is_fetched_once():
    [variant] = of(
        *("onnx/encoder_model.onnx", "onnx/decoder_model.onnx"),
        *("onnx/decoder_with_past_model.onnx", "onnx/decoder_model_merged.onnx"),
    )
    assert paths(variant) == ["onnx/encoder_model.onnx", "onnx/decoder_model_merged.onnx"]


def test_a_part_that_is_missing_in_one_kind_comes_in_full_precision():
    found = of("encoder_model.onnx", "encoder_model_fp16.onnx", "decoder_model_merged.onnx")
    assert found[1].parts == {"encoder": "encoder_model_fp16.onnx", "decoder": "decoder_model_merged.onnx"}
    assert "Its decoder isn't there" in found[1].note


def test_models_that_only_share_a_repository_stay_apart():
    found = of("mosaic-9.onnx", "candy-9.onnx", "candy-9-int8.onnx")
    assert [variant.id for variant in found] == ["candy-9.fp32", "candy-9.int8", "mosaic-9.fp32"]
    assert [variant.title for variant in found][1] == "candy-9: 8-bit"


def test_a_pair_and_the_whole_in_one_folder_are_two_models():
    found = of("onnx/model.onnx", "onnx/text_model.onnx", "onnx/vision_model.onnx")
    assert [variant.id for variant in found] == ["model.fp32", "text-vision.fp32"]


def test_two_text_readers_of_different_years_are_two_chains():
    found = of("v4_det.onnx", "v4_rec.onnx", "v5_det.onnx", "v5_rec.onnx", "cls.onnx")
    assert [variant.parts["recognise"] for variant in found] == ["v4_rec.onnx", "v5_rec.onnx"]
    assert {variant.parts["classify"] for variant in found} == {"cls.onnx"}


def test_the_same_name_in_two_folders_is_two_models_with_ids_that_stay_unique():
    found = of("a/net.onnx", "b/net.onnx", "a-net.onnx")
    assert len({variant.id for variant in found}) == 3
    assert all(variant.id.replace(".", "").replace("-", "").isalnum() for variant in found)


def test_a_folder_called_after_numbers_is_no_other_model():
    found = of("fp32/model.onnx", "int8/model.onnx", "fp16/model.onnx")
    assert {variant.id: variant.parts["model"] for variant in found} == {
        "fp32": "fp32/model.onnx",
        "fp16": "fp16/model.onnx",
        "int8": "int8/model.onnx",
    }


def test_what_is_made_for_one_kind_of_processor_says_so():
    names = ("onnx/model.onnx", "onnx/model_O3.onnx", "onnx/model_qint8_avx512_vnni.onnx")
    found = of(*names, **{names[0]: 400})
    assert [(variant.id, variant.numbers) for variant in found] == [
        ("fp32", "fp32"),
        ("o3", "fp32"),
        ("int8-vnni", "int8"),
    ]
    assert "AVX-512" in found[2].note


@pytest.mark.parametrize(("repo", "numbers"), [("amd/net-INT8-onnx", "int8"), ("amd/net", "fp32")])
def test_a_graph_without_a_word_for_its_numbers_is_taken_by_the_name_of_its_repository(repo, numbers):
    [variant] = of("model.onnx", repo=repo)
    assert variant.numbers == numbers


def test_fewer_than_four_bits_are_not_offered():
    assert [variant.id for variant in of("model.onnx", "model_q1.onnx", "model_q2f16.onnx")] == ["fp32"]
    assert of("model_q2.onnx") == ()


@pytest.mark.parametrize(
    ("others", "taken"),
    [
        (["onnx/model.onnx_data"], ["onnx/model.onnx_data"]),
        (["onnx/model.onnx_data", "onnx/model.onnx_data_1"], ["onnx/model.onnx_data", "onnx/model.onnx_data_1"]),
        (["onnx/model.onnx.data"], ["onnx/model.onnx.data"]),
        (["onnx/model.data"], ["onnx/model.data"]),
        (["onnx/weights.pb"], ["onnx/weights.pb"]),
        (["onnx/model_fp16.onnx_data", "weights.pb", "model.onnx_data", "onnx/other.data"], []),
    ],
)
def test_weights_beside_a_graph_belong_to_it_by_name(others, taken):
    [variant] = of("onnx/model.onnx", *others)
    assert paths(variant)[1:] == taken


def test_weights_named_for_no_graph_belong_to_none_of_two():
    assert all("weights.pb" not in paths(variant) for variant in of("a.onnx", "b.onnx", "weights.pb"))


def test_companions_come_from_the_nearest_folder():
    [variant] = of("onnx/model.onnx", "onnx/config.json", "config.json", "tokenizer.json", "other/vocab.txt")
    assert paths(variant) == ["onnx/model.onnx", "onnx/config.json", "tokenizer.json"]


def test_what_is_no_companion_is_left_where_it_is():
    [variant] = of("model.onnx", "README.md", "model.safetensors", ".gitattributes", "pytorch_model.bin")
    assert paths(variant) == ["model.onnx"]


def test_the_letters_a_reader_knows_come_with_it():
    [variant] = of("ch_det.onnx", "ch_rec.onnx", "ppocr_keys_v1.txt", "notes.txt")
    assert paths(variant)[-1] == "ppocr_keys_v1.txt"


def test_a_kind_that_saves_nothing_says_so():
    """As mobilenetv4 and BERT on the hub: 15.1 and 15.1 MB, 436 and 150 and 111 MB."""
    net = of("model.onnx", "model_q4.onnx", **{"model.onnx": 15_100, "model_q4.onnx": 15_100})
    assert net[1].note == "No smaller than full precision, which is the better choice."
    sizes = {"model.onnx": 436, "model_q4.onnx": 150, "model_quantized.onnx": 111}
    assert of(*sizes, **sizes)[2].note == "Larger than 8-bit, which is faster here too."


def test_the_same_file_under_two_names_is_one_variant():
    same = [RemoteFile(f"model_{word}.onnx", "", 100, "a" * 64) for word in ("int8", "quantized")]
    assert [variant.id for variant in variants(same)] == ["int8"]
    other = [RemoteFile(f"model_{word}.onnx", "", 100, word[0] * 64) for word in ("int8", "quantized")]
    found = variants(other)
    assert found[0].parts == {"model": "model_quantized.onnx"}
    assert found[1].title == "8-bit (model_int8.onnx)"


def test_thousands_of_graphs_are_sorted_in_a_moment_and_cut():
    found = of(*(f"validated/{number}/model/net-{number}.onnx" for number in range(5_000)))
    assert len(found) == 200
    assert len({variant.id for variant in found}) == 200


def test_what_says_how_texts_become_numbers_comes_with_its_folder():
    [variant] = of("onnx/model.onnx", "modules.json", "1_Pooling/config.json", "config.json", "other/modules.json")
    assert paths(variant) == ["onnx/model.onnx", "config.json", "modules.json", "1_Pooling/config.json"]
