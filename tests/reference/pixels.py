"""Writes expected/pixels.npz: what published post-processing makes of tiny networks with random weights.

Needs Python packages (nothing of ours): torch 2.13.0, transformers 5.24.0, numpy 2.4.6, pillow 13.0.0.
Run from the project root: python tests/reference/pixels.py

Sources: the PIL image processors of transformers and their post_process_* (SegFormer, DPT, Swin2SR);
torch.nn.functional.interpolate; the published steps of ZoeDepth and DepthPro (their processors need torchvision, so the
few lines are repeated with torch); rembg's `normalize` and `predict` (MIT) written down again for masks; the README of
the sub-pixel model (Y of YCbCr) and of fast neural style (0 to 255) in the ONNX model zoo.
Results are thinned out (every n-th pixel), so that the file stays small.
"""

import math
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812, as everybody writes it
from PIL import Image
from transformers.models.dpt.image_processing_pil_dpt import DPTImageProcessorPil
from transformers.models.segformer.image_processing_pil_segformer import SegformerImageProcessorPil
from transformers.models.swin2sr.image_processing_pil_swin2sr import Swin2SRImageProcessorPil

TARGET = Path(__file__).parent / "expected" / "pixels.npz"
RANDOM = np.random.default_rng(5)
IMAGENET = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
saved = {}


def scene(width, height):
    """A picture with edges, gradients and fine texture; the same in tests/core/tasks/pixel_models.py."""
    y, x = np.mgrid[:height, :width].astype(np.float64)
    red = 255 * x / width
    green = 127 + 100 * np.sin(x / 7) * np.cos(y / 11)
    blue = np.where((x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2, 220, 40)
    return np.stack([red, green, blue], axis=2).clip(0, 255).astype(np.uint8)


def weights(name, *shape, scale=1.0):
    values = (RANDOM.standard_normal(shape) * scale / math.sqrt(math.prod(shape[1:]))).astype(np.float32)
    saved[name] = values
    return torch.from_numpy(values)


def maps():
    for number, (height, width, high, wide) in enumerate(((5, 7, 11, 9), (16, 16, 45, 61), (20, 30, 7, 13))):
        one = RANDOM.standard_normal((height, width)).astype(np.float32)
        saved[f"map_{number}"] = one
        for mode in ("bilinear", "bicubic"):
            large = F.interpolate(torch.from_numpy(one)[None, None], size=(high, wide), mode=mode, align_corners=False)
            saved[f"map_{number}_{mode}"] = large[0, 0].numpy()


def segformer():
    picture = scene(300, 201)
    processor = SegformerImageProcessorPil(size={"height": 512, "width": 512}, do_reduce_labels=False)
    fed = processor(Image.fromarray(picture), return_tensors="pt")["pixel_values"]
    logits = F.conv2d(fed, weights("segformer", 7, 3, 4, 4), stride=4)
    found = processor.post_process_semantic_segmentation(SimpleNamespace(logits=logits), target_sizes=[(201, 300)])
    saved["segformer_fed"] = fed[0, :, ::37, ::37].numpy()
    saved["segformer_areas"] = found[0].numpy().astype(np.uint8)[::2, ::2]


def one_score():
    """transformers' rule for a single channel: sigmoid of the enlarged logit above one half."""
    logits = RANDOM.standard_normal((1, 1, 24, 32)).astype(np.float32) * 3
    large = F.interpolate(torch.from_numpy(logits), size=(60, 80), mode="bilinear", align_corners=False)
    saved["one_score"], saved["one_score_areas"] = logits, (large.sigmoid() > 0.5)[0, 0].numpy()


def depth_anything():
    picture = scene(300, 201)
    processor = DPTImageProcessorPil(
        size={"height": 518, "width": 518},
        keep_aspect_ratio=True,
        ensure_multiple_of=14,
        resample=3,
        image_mean=IMAGENET[0],
        image_std=IMAGENET[1],
    )
    fed = processor(Image.fromarray(picture), return_tensors="pt")["pixel_values"]
    depth = F.conv2d(fed, weights("depth", 1, 3, 5, 5), padding=2)[:, 0]
    found = processor.post_process_depth_estimation(SimpleNamespace(predicted_depth=depth), target_sizes=[(201, 300)])
    saved["depth_shape"] = np.array(depth.shape[1:])
    saved["depth_values"] = found[0]["predicted_depth"].numpy()[::4, ::4]


def zoe_and_depth_pro():
    high, wide = 90, 120
    one = torch.from_numpy(RANDOM.uniform(1, 9, (48, 64)).astype(np.float32))
    saved["metres"] = one.numpy()
    down, across = int(np.sqrt(high / 2) * 3), int(np.sqrt(wide / 2) * 3)
    size = (high + 2 * down, wide + 2 * across)
    whole = F.interpolate(one[None, None], size=size, mode="bicubic", align_corners=False)
    saved["zoe_metres"] = whole[0, 0, down:-down, across:-across].numpy()[::3, ::3]
    field = torch.tensor(55.0)
    focal = 0.5 * wide / torch.tan(0.5 * torch.deg2rad(field))
    enlarged = F.interpolate((one / 10 * wide / focal)[None, None], size=(high, wide), mode="bilinear")[0, 0]
    saved["depth_pro_metres"] = (1.0 / torch.clamp(enlarged, min=1e-4, max=1e4)).numpy()[::3, ::3]


def swin2sr():
    picture = scene(301, 203)
    fed = Swin2SRImageProcessorPil(size_divisor=8)(Image.fromarray(picture), return_tensors="pt")["pixel_values"]
    first = F.conv2d(fed, weights("sr_first", 8, 3, 5, 5), padding=2).relu()
    kernel = weights("sr_second", 12, 8, 3, 3, scale=0.3)
    made = F.pixel_shuffle(F.conv2d(first, kernel, padding=1) + 0.5, 2)[0, :, : 203 * 2, : 301 * 2]
    saved["sr_pixels"] = (made.clamp(0, 1) * 255.0).round().permute(1, 2, 0).numpy().astype(np.uint8)[::6, ::6]


def sub_pixel():
    picture = scene(224, 224)
    y, cb, cr = Image.fromarray(picture).convert("YCbCr").split()
    fed = torch.from_numpy(np.asarray(y, np.float32)[None, None] / 255.0)
    kernel = weights("sub_pixel", 9, 1, 5, 5, scale=0.2) + 1 / 25
    saved["sub_pixel"] = kernel.numpy()
    made = F.pixel_shuffle(F.conv2d(fed, kernel, padding=2), 3)[0, 0].numpy()
    out_y = Image.fromarray(np.uint8((made * 255.0).clip(0, 255)), mode="L")
    larger = [one.resize(out_y.size, Image.Resampling.BICUBIC) for one in (cb, cr)]
    saved["sub_pixel_pixels"] = np.asarray(Image.merge("YCbCr", [out_y, *larger]).convert("RGB"))[::12, ::12]


def fast_neural_style():
    picture = scene(224, 224)
    fed = torch.from_numpy(picture.astype(np.float32).transpose(2, 0, 1)[None])
    mixed = F.conv2d(F.pad(fed, (1, 1, 1, 1), mode="reflect"), weights("style_first", 6, 3, 3, 3))
    normed = F.instance_norm(mixed, eps=1e-5).relu()
    made = F.conv2d(normed, weights("style_second", 3, 6, 1, 1, scale=60)) + 120
    saved["style_pixels"] = made[0].clamp(0, 255).permute(1, 2, 0).numpy().astype(np.uint8)[::6, ::6]


def rembg_mask(name, side, mean, std, sigmoid):
    picture = Image.fromarray(scene(300, 201))
    pixels = np.array(picture.resize((side, side), Image.Resampling.LANCZOS))
    scaled = pixels / max(np.max(pixels), 1e-6)
    fed = np.stack([(scaled[:, :, one] - mean[one]) / std[one] for one in range(3)])[None].astype(np.float32)
    values = F.conv2d(torch.from_numpy(fed), weights(name, 1, 3, 3, 3, scale=2), padding=1).numpy()
    prediction = values[:, 0, :, :]
    if sigmoid:
        prediction = 1 / (1 + np.exp(-prediction))
    low, high = np.min(prediction), np.max(prediction)
    prediction = np.squeeze((prediction - low) / (high - low))
    mask = Image.fromarray((prediction * 255).astype("uint8"), mode="L")
    saved[f"{name}_mask"] = np.asarray(mask.resize(picture.size, Image.Resampling.LANCZOS))[::3, ::3]


if __name__ == "__main__":
    maps()
    segformer()
    one_score()
    depth_anything()
    zoe_and_depth_pro()
    swin2sr()
    sub_pixel()
    fast_neural_style()
    rembg_mask("u2net", 320, *IMAGENET, sigmoid=True)
    rembg_mask("isnet", 1024, (0.5, 0.5, 0.5), (1.0, 1.0, 1.0), sigmoid=True)
    rembg_mask("birefnet", 1024, *IMAGENET, sigmoid=True)
    TARGET.parent.mkdir(exist_ok=True)
    np.savez_compressed(TARGET, **saved)
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
