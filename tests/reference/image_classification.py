"""How scores become probabilities: writes `expected/image_classification.json`.

Run by hand: `python tests/reference/image_classification.py`. Needs torch 2.13.0 and transformers 5.24.0, whose image
classification pipeline does the reading: softmax where one class is right, sigmoid where each is judged on its own or
there is only one, nothing for numbers.
"""

import json
from pathlib import Path

EXPECTED = Path(__file__).parent / "expected" / "image_classification.json"
LOGITS = (
    [2.5, -1.25, 0.0, 7.75, -30.0, 3.5, 1.0],
    [-0.5, 0.25, 4.0, -8.0, 1.5, -2.0, 0.125],
    [88.0, 89.0, -700.0, 87.5, 0.0, 1.0, 2.0],
)
PROBLEMS = ("single_label_classification", "multi_label_classification", "regression")


def read(problem, logits):
    from types import SimpleNamespace

    import torch
    from transformers import ImageClassificationPipeline

    names = {number: f"class {number}" for number in range(len(logits))}
    config = SimpleNamespace(problem_type=problem, num_labels=len(logits), id2label=names)
    pipeline = object.__new__(ImageClassificationPipeline)
    pipeline.model = SimpleNamespace(config=config)
    pipeline.framework = "pt"
    found = pipeline.postprocess({"logits": torch.tensor([logits], dtype=torch.float64)}, top_k=5)
    return [[entry["label"], entry["score"]] for entry in found]


def main():
    cases = [(problem, logits) for problem in PROBLEMS for logits in LOGITS]
    cases += [("single_label_classification", [0.75]), ("multi_label_classification", [-2.0])]
    written = [{"problem": problem, "logits": logits, "rows": read(problem, logits)} for problem, logits in cases]
    EXPECTED.write_text(json.dumps(written, indent=1) + "\n")
    print(*written, sep="\n")


if __name__ == "__main__":
    main()
