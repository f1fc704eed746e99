"""How the reference prepares pictures: writes `expected/preparation.npz`. Run by hand: `python tests/reference/preparation.py`.

Needs transformers 5.24.0 with its PIL image processors, torch 2.13.0 (CPU), Pillow 12 or newer, NumPy. For timm its
`transforms_imagenet_eval` (timm 1.0) is written down again here with Pillow, for it needs torchvision: Resize and
CenterCrop as torchvision 0.2x does them.

`CONFIGS` are the files as they lie in the named repositories. Of what comes out, a grid of values is kept, and its shape.
"""

import json
import math
from pathlib import Path

import numpy as np

EXPECTED = Path(__file__).parent / "expected" / "preparation.npz"
GRID = 12
SIZES = ((613, 421), (337, 799), (187, 251))
"""Width and height: wide, narrow, and smaller than what most models want."""

IMAGENET = {"image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}
HALVES = {"image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}
BOTH = {"do_normalize": True, "do_resize": True}
RESCALED = {"do_rescale": True, "rescale_factor": 0.00392156862745098}
CLIP = {
    "image_mean": [0.48145466, 0.4578275, 0.40821073],
    "image_std": [0.26862954, 0.26130258, 0.27577711],
}


def square(side):
    return {"height": side, "width": side}


CONFIGS = {
    "google/vit-base-patch16-224": (
        "ViTImageProcessor",
        {**BOTH, **HALVES, "feature_extractor_type": "ViTFeatureExtractor", "resample": 2, "size": 224},
    ),
    "facebook/convnext-tiny-224": (
        "ConvNextImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            "crop_pct": 0.875,
            "feature_extractor_type": "ConvNextFeatureExtractor",
            "resample": 3,
            "size": 224,
        },
    ),
    "facebook/convnext-base-384": (
        "ConvNextImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            "crop_pct": 0.875,
            "feature_extractor_type": "ConvNextFeatureExtractor",
            "resample": 3,
            "size": 384,
        },
    ),
    "facebook/deit-base-distilled-patch16-224": (
        "DeiTImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            "crop_size": 224,
            "do_center_crop": True,
            "feature_extractor_type": "DeiTFeatureExtractor",
            "resample": 3,
            "size": 256,
        },
    ),
    "microsoft/beit-base-patch16-224": (
        "BeitImageProcessor",
        {
            **BOTH,
            **HALVES,
            "crop_size": 224,
            "do_center_crop": False,
            "feature_extractor_type": "BeitFeatureExtractor",
            "resample": 2,
            "size": 224,
        },
    ),
    "google/mobilenet_v2_1.0_224": (
        "MobileNetV2ImageProcessor",
        {
            **BOTH,
            **HALVES,
            **RESCALED,
            "crop_size": square(224),
            "do_center_crop": True,
            "image_processor_type": "MobileNetV2ImageProcessor",
            "resample": 2,
            "size": {"shortest_edge": 256},
        },
    ),
    "apple/mobilevit-small": (
        "MobileViTImageProcessor",
        {
            "crop_size": square(256),
            "do_center_crop": True,
            "do_flip_channel_order": True,
            "do_resize": True,
            "feature_extractor_type": "MobileViTFeatureExtractor",
            "resample": 2,
            "size": {"shortest_edge": 288},
        },
    ),
    "google/efficientnet-b0": (
        "EfficientNetImageProcessor",
        {
            **BOTH,
            **RESCALED,
            "crop_size": square(289),
            "do_center_crop": False,
            "image_mean": [0.485, 0.456, 0.406],
            "image_processor_type": "EfficientNetImageProcessor",
            "image_std": [0.47853944, 0.4732864, 0.47434163],
            "include_top": True,
            "resample": 0,
            "rescale_offset": False,
            "size": square(224),
        },
    ),
    "facebook/dinov2-small": (
        "BitImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            **RESCALED,
            "crop_size": square(224),
            "do_center_crop": True,
            "do_convert_rgb": True,
            "image_processor_type": "BitImageProcessor",
            "resample": 3,
            "size": {"shortest_edge": 256},
        },
    ),
    "nvidia/segformer-b0-finetuned-ade-512-512": (
        "SegformerImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            "feature_extractor_type": "SegformerFeatureExtractor",
            "reduce_labels": True,
            "size": 512,
        },
    ),
    "Intel/dpt-large": (
        "DPTImageProcessor",
        {
            **BOTH,
            **HALVES,
            "ensure_multiple_of": 1,
            "feature_extractor_type": "DPTFeatureExtractor",
            "keep_aspect_ratio": False,
            "resample": 2,
            "size": 384,
        },
    ),
    "depth-anything/Depth-Anything-V2-Small-hf": (
        "DPTImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            **RESCALED,
            "do_pad": False,
            "ensure_multiple_of": 14,
            "image_processor_type": "DPTImageProcessor",
            "keep_aspect_ratio": True,
            "resample": 3,
            "size": square(518),
            "size_divisor": None,
        },
    ),
    "facebook/detr-resnet-50": (
        "DetrImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            "feature_extractor_type": "DetrFeatureExtractor",
            "format": "coco_detection",
            "max_size": 1333,
            "size": 800,
        },
    ),
    "PekingU/rtdetr_r50vd": (
        "RTDetrImageProcessor",
        {
            **IMAGENET,
            **RESCALED,
            "do_normalize": False,
            "do_pad": False,
            "do_resize": True,
            "image_processor_type": "RTDetrImageProcessor",
            "pad_size": None,
            "resample": 2,
            "size": square(640),
        },
    ),
    "hustvl/yolos-tiny": (
        "YolosImageProcessor",
        {
            **BOTH,
            **IMAGENET,
            "feature_extractor_type": "YolosFeatureExtractor",
            "format": "coco_detection",
            "max_size": 864,
            "size": 512,
        },
    ),
    "openai/clip-vit-base-patch32": (
        "CLIPImageProcessor",
        {
            **BOTH,
            **CLIP,
            "crop_size": 224,
            "do_center_crop": True,
            "feature_extractor_type": "CLIPFeatureExtractor",
            "resample": 3,
            "size": 224,
        },
    ),
    "google/siglip-base-patch16-224": (
        "SiglipImageProcessor",
        {
            **BOTH,
            **HALVES,
            **RESCALED,
            "image_processor_type": "SiglipImageProcessor",
            "resample": 3,
            "size": square(224),
        },
    ),
    "vinvino02/glpn-kitti": (
        "GLPNImageProcessor",
        {
            "do_rescale": True,
            "do_resize": True,
            "feature_extractor_type": "GLPNFeatureExtractor",
            "resample": 2,
            "size_divisor": 32,
        },
    ),
    "caidas/swin2SR-classical-sr-x2-64": (
        "Swin2SRImageProcessor",
        {**RESCALED, "do_pad": True, "image_processor_type": "Swin2SRImageProcessor", "pad_size": 8},
    ),
}
TIMM = {
    "timm/mobilenetv3_small_100.lamb_in1k": {
        "input_size": [3, 224, 224],
        "interpolation": "bicubic",
        "crop_pct": 0.875,
        "crop_mode": "center",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
    },
    "timm/vit_base_patch16_clip_384.openai_ft_in1k": {
        "input_size": [3, 384, 384],
        "interpolation": "bicubic",
        "crop_pct": 1.0,
        "crop_mode": "squash",
        **{name.removeprefix("image_"): value for name, value in CLIP.items()},
    },
    "timm/mobilenetv4_conv_small.e2400_r224_in1k": {
        "input_size": [3, 224, 224],
        "interpolation": "bicubic",
        "crop_pct": 0.95,
        "crop_mode": "center",
        "mean": [0.485, 0.456, 0.406],
        "std": [0.229, 0.224, 0.225],
    },
}


def picture(width, height):
    """Colours that run, with edges and grain, the same everywhere: uint8 (height, width, 3)."""
    y, x, c = np.indices((height, width, 3)).astype(np.int64)
    grain = (x * 2654435761 + y * 40503 + c * 97) ** 2 // 8191 % 64
    runs = (x * (3 + c) // 7 + y * (5 - c) // 9) % 192
    return np.where((x // 41 + y // 53) % 3 == 0, 255 - runs, runs + grain % 48).astype(np.uint8)


def cropped_size(config):
    """Swin2SR only mirrors at the edges: it is compared on a picture whose sides are multiples, without them."""
    return [(width // 8 * 8, height // 8 * 8) for width, height in SIZES] if "pad_size" in config else SIZES


def grid(values):
    """(C, H, W) -> (C, GRID, GRID)"""
    rows, columns = (np.linspace(0, side - 1, GRID).round().astype(int) for side in values.shape[1:])
    return values[:, rows][:, :, columns].astype(np.float32)


def by_transformers(kind, config, pixels):
    import transformers
    from PIL import Image

    processor = getattr(transformers, f"{kind}Pil")(**config)
    values = np.asarray(processor(Image.fromarray(pixels), return_tensors="np")["pixel_values"][0])
    if kind == "Swin2SRImageProcessor":
        values = values[:, : pixels.shape[0], : pixels.shape[1]]
    return values


def by_timm(config, pixels):
    from PIL import Image

    side = config["input_size"][1]
    scaled = math.floor(side / config["crop_pct"])
    height, width = pixels.shape[:2]
    if config["crop_mode"] == "squash":
        size = (scaled, scaled)
    elif width <= height:
        size = (scaled, int(scaled * height / width))
    else:
        size = (int(scaled * width / height), scaled)
    image = Image.fromarray(pixels).resize(size, Image.Resampling[config["interpolation"].upper()])
    left, top = round((size[0] - side) / 2), round((size[1] - side) / 2)
    cut = np.asarray(image.crop((left, top, left + side, top + side)), np.float64) / 255
    return ((cut - config["mean"]) / config["std"]).transpose(2, 0, 1)


def main():
    found = {}
    for name, (kind, config) in CONFIGS.items():
        for place, size in enumerate(cropped_size(config)):
            found[f"{name} {place}"] = by_transformers(kind, json.loads(json.dumps(config)), picture(*size))
    for name, config in TIMM.items():
        for place, size in enumerate(SIZES):
            found[f"{name} {place}"] = by_timm(config, picture(*size))
    saved = {f"grid {name}": grid(values) for name, values in found.items()}
    saved |= {f"shape {name}": np.array(values.shape) for name, values in found.items()}
    saved |= {f"mean {name}": values.mean((1, 2)).astype(np.float32) for name, values in found.items()}
    np.savez_compressed(EXPECTED, **saved)
    for name, values in found.items():
        print(name, values.shape, values.mean())


if __name__ == "__main__":
    main()
