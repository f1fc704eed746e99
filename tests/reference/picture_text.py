"""Expected values for models that compare words with pictures: CLIP and SigLIP as transformers runs them.

Needs torch 2.13.0, transformers 5.24.0, tokenizers 0.23.3, pillow 13.0.0, numpy. Run from the project root:
`python tests/reference/picture_text.py`. Writes `expected/picture_text_*.json` and `expected/picture_text.npz`.

The models have the real classes and the real input size, random weights and few numbers per layer. Beside them a tiny
model (average colour and average word, both through one matrix) is computed with torch; its weights are written too, so
that a test can build the same thing as an ONNX graph and compare from the picture file to the percentages.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import CLIPConfig, CLIPModel, CLIPTokenizer, PreTrainedTokenizerFast, SiglipConfig, SiglipModel
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil

HERE = Path(__file__).parent / "expected"
LABELS = ["cat", "dog", "a cup of coffee", "naïve café 3"]
TEMPLATE = "This is a photo of {}."
LONG = "word " * 90
SIZES = [(301, 400), (260, 199)]
SMALL = {"hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2, "num_hidden_layers": 2}
VISION = {**SMALL, "image_size": 224, "patch_size": 32}


def picture(number):
    """Waves of colour: uint8 (H, W, 3). The tests draw the same."""
    height, width = SIZES[number]
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / (17 + 5 * c) + number + c) * np.cos(y / (23 - 3 * c)) for c in range(3)]
    return np.round(127.5 + 120 * np.stack(waves, axis=2)).astype(np.uint8)


def clip_tokenizer():
    """CLIP's own rules over single bytes and two joined words."""
    letters = pre_tokenizers.ByteLevel.alphabet()
    pieces = [*sorted(letters), *(letter + "</w>" for letter in sorted(letters))]
    merges = [("c", "a"), ("ca", "t</w>"), ("o", "f</w>")]
    pieces += ["".join(pair) for pair in merges] + ["<|startoftext|>", "<|endoftext|>"]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    return CLIPTokenizer(vocab=vocabulary, merges=merges, model_max_length=77)


def siglip_tokenizer():
    """As the tokenizer.json of SigLIP models does it: small letters, no punctuation, pieces by likelihood, `</s>`."""
    words = ["</s>", "<unk>", "▁", "▁this", "▁is", "▁a", "▁photo", "▁of", "▁cat", "▁dog", "▁cup", "▁coffee"]
    scores = [(word, 0.0 if number < 2 else -2.0) for number, word in enumerate(words)]
    scores += [(letter, -6.0) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"]
    made = Tokenizer(models.Unigram(scores, unk_id=1, byte_fallback=False))
    made.normalizer = normalizers.Sequence(
        [
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"[!-/:-@\[-`{-~]"), ""),
            normalizers.Replace(Regex(r"\s+"), " "),
            normalizers.Strip(),
        ]
    )
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", 0)])
    made.add_special_tokens([AddedToken("</s>", special=True), AddedToken("<unk>", special=True)])
    return PreTrainedTokenizerFast(
        tokenizer_object=made, eos_token="</s>", pad_token="</s>", unk_token="<unk>", model_max_length=64
    )


def grid(pixels):
    """Every seventh pixel: enough to see any other resizing, cutting, order or scale."""
    return pixels[:, :, ::7, ::7].astype(np.float32)


def tiny(pixels, ids, mask, weights, siglip):
    """The model of two averages, in torch: logits (pictures, texts)."""
    seen = torch.nn.functional.normalize(
        torch.tensor(pixels).mean(dim=(2, 3)) @ torch.tensor(weights["colours"]), dim=1
    )
    rows = torch.nn.functional.embedding(torch.tensor(ids), torch.tensor(weights["pieces"]))
    if siglip:
        read = rows.mean(dim=1)
    else:
        share = torch.tensor(mask, dtype=torch.float32)[:, :, None]
        read = (rows * share).sum(dim=1) / share.sum(dim=1)
    read = torch.nn.functional.normalize(read, dim=1)
    return seen, read, seen @ read.T * 20.0 - (3.0 if siglip else 0.0)


def written(name, model, tokenizer, processor, arrays):
    siglip = name == "siglip"
    pictures = [Image.fromarray(picture(number)) for number in range(len(SIZES))]
    pixels = processor(pictures, return_tensors="np")["pixel_values"].astype(np.float32)
    padding = {"padding": "max_length"} if siglip else {"padding": True}
    words = tokenizer([TEMPLATE.format(label) for label in LABELS], truncation=True, return_tensors="np", **padding)
    long = tokenizer([LONG], truncation=True, return_tensors="np", **padding)["input_ids"]
    fed = {"pixel_values": torch.tensor(pixels), "input_ids": torch.tensor(words["input_ids"])}
    if not siglip:
        fed["attention_mask"] = torch.tensor(words["attention_mask"])
    with torch.no_grad():
        found = model.eval()(**fed)
    logits = found.logits_per_image
    shares = torch.sigmoid(logits) if siglip else logits.softmax(dim=1)

    random = np.random.RandomState(3)
    weights = {
        "colours": random.randn(3, 8).astype(np.float32),
        "pieces": random.randn(len(tokenizer), 8).astype(np.float32),
    }
    seen, read, tiny_logits = tiny(pixels, words["input_ids"], words["attention_mask"], weights, siglip)
    tiny_shares = torch.sigmoid(tiny_logits) if siglip else tiny_logits.softmax(dim=1)
    apart = (seen @ read.T * 100.0).softmax(dim=1)
    arrays |= {
        f"{name}_pixels": grid(pixels),
        f"{name}_ids": words["input_ids"].astype(np.int64),
        f"{name}_long": long.astype(np.int64),
        f"{name}_logits": logits.numpy(),
        f"{name}_image_embeds": found.image_embeds.numpy(),
        f"{name}_text_embeds": found.text_embeds.numpy(),
        f"{name}_probabilities": shares.numpy(),
        f"{name}_cosines": (found.image_embeds @ found.text_embeds.T).numpy(),
        f"{name}_alike": torch.nn.functional.cosine_similarity(
            found.image_embeds[:, None], found.image_embeds[None], dim=2
        ).numpy(),
        f"{name}_colours": weights["colours"],
        f"{name}_pieces": weights["pieces"],
        f"{name}_tiny_probabilities": tiny_shares.numpy(),
        f"{name}_tiny_apart": apart.numpy(),
        f"{name}_tiny_cosines": (seen @ read.T).numpy(),
    }
    text = json.dumps(json.loads(tokenizer.backend_tokenizer.to_str()), ensure_ascii=True, separators=(",", ":"))
    (HERE / f"picture_text_{name}_tokenizer.json").write_text(text + "\n", encoding="utf-8")


def main():
    torch.manual_seed(0)
    HERE.mkdir(exist_ok=True)
    arrays = {}
    words = clip_tokenizer()
    text = {**SMALL, "vocab_size": len(words), "bos_token_id": words.bos_token_id, "eos_token_id": words.eos_token_id}
    clip = CLIPModel(CLIPConfig(text_config=text, vision_config=VISION, projection_dim=8))
    written("clip", clip, words, CLIPImageProcessorPil(), arrays)
    words = siglip_tokenizer()
    text = {**SMALL, "vocab_size": len(words), "max_position_embeddings": 64, "projection_size": 16}
    siglip = SiglipModel(SiglipConfig(text_config=text, vision_config=VISION))
    siglip.logit_scale.data.fill_(2.0)
    siglip.logit_bias.data.fill_(-1.0)
    written("siglip", siglip, words, SiglipImageProcessorPil(), arrays)
    np.savez_compressed(HERE / "picture_text.npz", **arrays)


if __name__ == "__main__":
    main()
