"""Expected answers of the text tasks, from transformers' own pipelines over tiny models with random weights.

Needs torch 2.13.0 (CPU), transformers 4.57.6 (the last with the question answering pipeline and with tokenizers written
in Python), tokenizers 0.22.2 and sentencepiece 0.2.3. Run from the project root: `python tests/reference/texts.py`.

Writes `expected/texts_files.json`: small vocabularies trained here, in the files of each family, and what the family's
own tokenizer makes of nasty texts: numbers from the tokenizers in Python and from sentencepiece, characters from those
in Rust. And `expected/texts_answers.json`: the numbers each model was fed, what it gave, and the pipeline's answer.
Training isn't the same each time, so the two belong together.
"""

from __future__ import annotations

import base64
import contextlib
import json
import tempfile
import unicodedata
from pathlib import Path

import numpy as np
import sentencepiece
import torch
import transformers
from tokenizers import BertWordPieceTokenizer, ByteLevelBPETokenizer
from transformers import pipeline
from transformers.pipelines.question_answering import select_starts_ends

OUT = Path(__file__).parent / "expected"
CORPUS = [
    "Angela Merkel visited Paris in June and met the head of Siemens near the river.",
    "The library in Harbour Street was opened in 1924 and designed by Ada Lindqvist, who had studied in Vienna.",
    "I was charged twice for one order and want my money back, please help me soon!",
    "The staff were friendly and the room was spotless; we would love to come back again.",
    "Don't stop believing: it's 3.14 o'clock somewhere, isn't it?",
    "Une naïve façon de dire café à la crème, très bon déjà vu.",
    "This example is about payment, delivery, politics or sports.",
]
NASTY = [
    "Hello  world",
    "Ünïcödé naïve café résumé",
    "日本語 のテキスト",
    "emoji 😀👍🏽 end",
    "שלום עולם and مرحبا",
    "tabs\tand\nlines",
    "  leading and trailing  ",
    "don't stop—it's 3.14!",
    "a\u00a0b",
    "e\u0301 combining",
    "MiXeD CaSe WORDS",
    "the [MASK] or <mask> here",
    "Angela Merkel visited Paris.",
    "x" * 120 + " y",
]
RULES = "".join(
    f"{' '.join(f'{ord(letter):X}' for letter in source)}\t{' '.join(f'{ord(letter):X}' for letter in target)}\n"
    for source, target in (("\t", " "), ("\n", " "), ("\u00a0", " "), ("\u200b", ""), ("ﬁ", "fi"), ("\uff21", "A"))
)
PEOPLE = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG"]
NER = "Angela Merkel visited Paris in June and met the head of Siemens near the river"
BEGINNINGS = [word[:2] for word in NER.split()]
"""So that no piece is only the blank before a word: the library in Rust would count that as a word of its own."""
LONG = " ".join(CORPUS[place] for place in (0, 3, 1, 2))


def main() -> None:
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        families = trained(Path(folder))
        files = {
            "versions": {"torch": torch.__version__, "transformers": transformers.__version__},
            "families": {name: family["files"] for name, family in families.items()},
            "cut": [case for name, family in families.items() for case in cuts(name, family)],
        }
        answers = {
            "classification": [*classification(families)],
            "tokens": [*tokens(families)],
            "answers": [*question_answers(families)],
            "zero_shot": [*zero_shot(families)],
        }
    write("texts_files.json", files)
    write("texts_answers.json", answers)


def write(name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=None, separators=(",", ":"))
    (OUT / name).write_text(text.replace('},{"', '},\n{"') + "\n", encoding="utf-8")


def trained(folder: Path) -> dict[str, dict]:
    """Small vocabularies: for each family its files, its tokenizer in Rust, and a function that gives the numbers."""
    families = {}
    for name, lower in (("bert", True), ("bert_cased", False)):
        made = BertWordPieceTokenizer(lowercase=lower)
        made.train_from_iterator(CORPUS, vocab_size=260, min_frequency=1, show_progress=False)
        place = folder / name
        place.mkdir()
        made.save_model(str(place))
        slow = transformers.BertTokenizer(str(place / "vocab.txt"), do_lower_case=lower)
        kind = transformers.BertTokenizerFast if lower else transformers.DistilBertTokenizerFast
        fast = kind(str(place / "vocab.txt"), do_lower_case=lower)
        texts = {"vocab.txt": (place / "vocab.txt").read_text("utf-8")}
        families[name] = family(texts, {"tokenizer_class": "BertTokenizer", "do_lower_case": lower}, slow, fast)
    place = folder / "roberta"
    place.mkdir()
    made = ByteLevelBPETokenizer()
    made.train_from_iterator(
        [*CORPUS, *(f"to {beginning}" for beginning in BEGINNINGS * 30)],
        vocab_size=420,
        min_frequency=2,
        special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"],
        show_progress=False,
    )
    made.save_model(str(place))
    paths = [str(place / "vocab.json"), str(place / "merges.txt")]
    texts = {Path(path).name: Path(path).read_text("utf-8") for path in paths}
    slow, fast = transformers.RobertaTokenizer(*paths), transformers.RobertaTokenizerFast(*paths)
    families["roberta"] = family(texts, {"tokenizer_class": "RobertaTokenizer"}, slow, fast)
    xlm = sentences(folder, "sentencepiece.bpe.model", "unigram")
    slow, fast = transformers.XLMRobertaTokenizer(xlm), transformers.XLMRobertaTokenizerFast(xlm)
    families["xlm_roberta"] = family(packed(xlm), {"tokenizer_class": "XLMRobertaTokenizer"}, slow, fast)
    marks = {"pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1, "control_symbols": ["[CLS]", "[SEP]", "[MASK]"]}
    albert = sentences(folder, "spiece.model", "unigram", pad_piece="<pad>", **marks)
    slow, fast = transformers.AlbertTokenizer(albert), transformers.AlbertTokenizerFast(albert)
    families["albert"] = family(
        packed(albert), {"tokenizer_class": "AlbertTokenizer", "do_lower_case": True}, slow, fast
    )
    for name, kind in (("t5", "unigram"), ("t5_ranked", "bpe")):
        place = folder / name
        place.mkdir()
        path = sentences(place, "spiece.model", kind, pad_id=0, eos_id=1, unk_id=2, bos_id=-1)
        bare = sentencepiece.SentencePieceProcessor(model_file=path)
        families[name] = family(packed(path), {"tokenizer_class": "T5Tokenizer"}, bare, None)
    return families


def family(files: dict, config: dict, slow: object, fast: object) -> dict:
    return {"files": {**files, "tokenizer_config.json": json.dumps(config)}, "slow": slow, "fast": fast}


def sentences(folder: Path, name: str, kind: str, **further: object) -> str:
    """Trained with its own small table of letters: the usual one takes 240 KB."""
    with contextlib.chdir(folder):  # the file names its table, so that is called the same each time
        Path("rules.tsv").write_text(RULES, "utf-8")
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter([unicodedata.normalize("NFC", line) for line in [*CORPUS, *BEGINNINGS * 30]]),
            model_prefix="made",
            vocab_size=300,
            model_type=kind,
            hard_vocab_limit=False,
            normalization_rule_tsv="rules.tsv",
            minloglevel=2,
            **further,
        )
    return str((folder / "made.model").rename(folder / name))


def packed(path: str) -> dict:
    return {Path(path).name: {"base64": base64.b64encode(Path(path).read_bytes()).decode()}}


def cuts(name: str, known: dict):
    """What each family makes of each nasty text: numbers, and the characters behind them."""
    for text in NASTY:
        if name.startswith("t5"):
            yield {"family": name, "text": text, "ids": [*known["slow"].encode(text), 1]}
            continue
        case = {"family": name, "text": text, "ids": known["slow"](text)["input_ids"]}
        found = known["fast"](text, return_offsets_mapping=True)
        if name == "bert_cased" and "\u0301" in text:
            case["ids"] = found["input_ids"]  # only the one in Python joins letters and accents; models have the other
        if found["input_ids"] == case["ids"]:
            case["offsets"] = found["offset_mapping"]
        yield case
    if not name.startswith("t5"):
        pair = known["slow"]("Angela Merkel", "visited Paris")
        yield {"family": name, "text": "Angela Merkel", "second": "visited Paris", "ids": pair["input_ids"]}
        if name in ("bert", "albert"):
            yield {
                "family": name,
                "text": "Angela",
                "second": "Paris",
                "types": known["slow"]("Angela", "Paris")["token_type_ids"],
            }


def model(kind: str, head: str, known: dict, seed: int = 0, **config: object) -> torch.nn.Module:
    """A tiny one with random weights, large enough to disagree with itself."""
    torch.manual_seed(len(kind) * 7 + len(head) + seed)
    size = len(known["fast"])
    shared = {"vocab_size": size, "initializer_range": 0.5, "pad_token_id": known["fast"].pad_token_id, **config}
    if kind == "DistilBert":
        shared |= {"dim": 32, "n_layers": 2, "n_heads": 4, "hidden_dim": 64, "max_position_embeddings": 512}
    else:
        shared |= {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 64}
        shared |= {"max_position_embeddings": 514, "type_vocab_size": 2 if kind == "Bert" else 1}
    described = getattr(transformers, f"{kind}Config")(**shared)
    return getattr(transformers, f"{kind}For{head}")(described).eval()


class Watched:
    """Notes what a model is fed and gives."""

    def __init__(self, made: torch.nn.Module) -> None:
        self.seen: list[dict] = []
        made.register_forward_hook(self.note, with_kwargs=True)

    def note(self, _module: object, _args: object, given: dict, found: object) -> None:
        names = ("start_logits", "end_logits") if "start_logits" in found else ("logits",)
        for row in range(len(given["input_ids"])):
            kept = int(given["attention_mask"][row].sum())
            outputs = {name: found[name][row].detach().numpy() for name in names}
            cut = {
                name: value if value.ndim == 1 and len(names) == 1 else value[:kept] for name, value in outputs.items()
            }
            self.seen.append(
                {
                    "ids": given["input_ids"][row, :kept].tolist(),
                    **{name: np.round(value.astype(float), 6).tolist() for name, value in cut.items()},
                }
            )


def classification(families: dict):
    for kind, name, config in (
        ("Bert", "bert", {"num_labels": 3, "problem_type": "single_label_classification"}),
        ("DistilBert", "bert_cased", {"num_labels": 4, "problem_type": "multi_label_classification"}),
        ("Roberta", "roberta", {"num_labels": 1, "problem_type": "regression"}),
        ("XLMRoberta", "xlm_roberta", {"num_labels": 7, "problem_type": "single_label_classification"}),
    ):
        labels = {place: f"kind {place}" for place in range(config["num_labels"])}
        made = model(kind, "SequenceClassification", families[name], id2label=labels, **config)
        watched = Watched(made)
        classify = pipeline("text-classification", made, tokenizer=families[name]["fast"], top_k=None)
        text = CORPUS[3]
        (rows,) = classify(text)
        yield {"family": name, **config, "text": text, "rows": rows, "seen": watched.seen}
        if kind == "Bert":
            watched.seen = []
            rows = classify({"text": CORPUS[2], "text_pair": CORPUS[6]})
            yield {"family": name, **config, "text": CORPUS[2], "second": CORPUS[6], "rows": rows, "seen": watched.seen}
            watched.seen = []
            yield {
                "family": name,
                **config,
                "text": LONG,
                **long_classification(made, families[name]),
                "seen": watched.seen,
            }


def windows(fast: object, text: str, most: int, stride: int) -> list[tuple[int, list[int]]]:
    """Where each part begins among the pieces of the text, and its pieces with both marks; plain arithmetic."""
    ids = fast(text, add_special_tokens=False)["input_ids"]
    room, parts, first = most - 2, [], 0
    while True:
        parts.append((first, [fast.cls_token_id, *ids[first : first + room], fast.sep_token_id]))
        if first + room >= len(ids):
            return parts
        first += room - stride


def long_classification(made: torch.nn.Module, known: dict) -> dict:
    """The mean of the shares over parts of 32 pieces that don't overlap."""
    shares = []
    for _, ids in windows(known["fast"], LONG, 32, 0):
        logits = made(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long)).logits
        shares.append(torch.softmax(logits[0].double(), -1).detach().numpy())
    mean = np.mean(shares, axis=0)
    rows = [{"label": f"kind {place}", "score": float(mean[place])} for place in np.argsort(-mean)]
    return {"max_tokens": 32, "rows": rows}


def tokens(families: dict):
    for kind, name in (
        ("Bert", "bert"),
        ("DistilBert", "bert_cased"),
        ("Roberta", "roberta"),
        ("XLMRoberta", "xlm_roberta"),
    ):
        made = telling(kind, families[name])
        watched = Watched(made)
        for strategy in ("none", "simple", "first", "average", "max"):
            find = pipeline(
                "token-classification", made, tokenizer=families[name]["fast"], aggregation_strategy=strategy
            )
            watched.seen = []
            spans = [shown(span) for span in find(NER)]
            yield {
                "family": name,
                "labels": PEOPLE,
                "text": NER,
                "merging": strategy,
                "spans": spans,
                "seen": once(watched, strategy == "none"),
            }
        if kind == "Bert":
            watched.seen = []
            yield {"family": name, "labels": PEOPLE, **long_tokens(find, made, families[name]), "seen": watched.seen}


def telling(kind: str, known: dict) -> torch.nn.Module:
    """The first with random weights that finds several kinds of names, word by word too."""
    for seed in range(200):
        made = model(kind, "TokenClassification", known, seed, id2label=dict(enumerate(PEOPLE)))
        find = pipeline("token-classification", made, tokenizer=known["fast"], aggregation_strategy="first")
        found = find(NER)
        if len(found) >= 5 and len({span["entity_group"] for span in found}) == 3:
            return made
    raise ValueError("none")


def shown(span: dict) -> dict:
    label = span.get("entity_group", span.get("entity"))
    return {"start": span["start"], "end": span["end"], "label": label, "score": float(span["score"])}


def long_tokens(find: object, made: torch.nn.Module, known: dict) -> dict:
    """Parts of 32 pieces that overlap by 8; each piece counts where it is furthest from the edge; then as always."""
    fast, best = known["fast"], {}
    for first, ids in windows(fast, LONG, 32, 8):
        logits = made(input_ids=torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long)).logits
        scores = torch.softmax(logits[0], -1).detach().numpy()[1:-1]
        for place, row in enumerate(scores):
            edge = min(place, len(scores) - 1 - place)
            if edge > best.get(first + place, (-1,))[0]:
                best[first + place] = (edge, row)
    whole = fast(LONG, add_special_tokens=False, return_offsets_mapping=True)
    scores = np.stack([best[place][1] for place in range(len(whole["input_ids"]))])
    special = np.zeros(len(scores), int)
    pieces = find.gather_pre_entities(
        LONG,
        whole["input_ids"],
        scores,
        whole["offset_mapping"],
        special,
        find._postprocess_params["aggregation_strategy"],
    )
    found = find.aggregate(pieces, find._postprocess_params["aggregation_strategy"])
    spans = [shown(span) for span in found if span["entity_group"] != "O"]
    return {"text": LONG, "merging": "max", "max_tokens": 32, "stride": 8, "spans": spans}


def question_answers(families: dict):
    question = "Who designed the library?"
    for kind, name in (
        ("Bert", "bert"),
        ("DistilBert", "bert_cased"),
        ("Roberta", "roberta"),
        ("XLMRoberta", "xlm_roberta"),
    ):
        made = (
            unsure(families[name], question)
            if kind == "DistilBert"
            else model(kind, "QuestionAnswering", families[name])
        )
        watched = Watched(made)
        ask = pipeline("question-answering", made, tokenizer=families[name]["fast"])
        for impossible in (False, True):
            watched.seen = []
            best = ask(question=question, context=CORPUS[1], handle_impossible_answer=impossible, max_answer_len=30)
            case = {"family": name, "question": question, "text": CORPUS[1], "may_miss": impossible}
            yield {
                **case,
                "best": {key: best[key] for key in ("start", "end", "score", "answer")},
                "seen": once(watched, not impossible),
            }
        if kind in ("Bert", "Roberta"):
            watched.seen = []
            yield {
                "family": name,
                "question": question,
                "text": LONG,
                "may_miss": False,
                **long_answer(ask, question),
                "seen": watched.seen,
            }


def unsure(known: dict, question: str) -> torch.nn.Module:
    """The first with random weights that would rather say nothing."""
    for seed in range(500):
        made = model("DistilBert", "QuestionAnswering", known, seed)
        ask = pipeline("question-answering", made, tokenizer=known["fast"])
        if not ask(question=question, context=CORPUS[1], handle_impossible_answer=True, max_answer_len=30)["answer"]:
            return made
    raise ValueError("none")


def long_answer(ask: object, question: str) -> dict:
    """The best of all parts of 40 pieces that overlap by 10, each judged as the pipeline does."""
    best: dict = {"score": -1.0}
    for part in ask.preprocess({"question": question, "context": LONG}, max_seq_len=40, doc_stride=10):
        given = {key: part[key] for key in ask.tokenizer.model_input_names}
        found = ask.model(**given)
        start, end = found["start_logits"].detach().numpy(), found["end_logits"].detach().numpy()
        starts, ends, scores, _ = select_starts_ends(
            start, end, part["p_mask"], part["attention_mask"].numpy(), top_k=12, max_answer_len=30
        )
        same: dict = {}
        for first, last, score in zip(starts, ends, scores, strict=True):
            begin, stop = ask.get_indices(part["encoding"], first, last, 1, align_to_words=True)
            answer = same.setdefault(LONG[begin:stop].lower(), {"start": begin, "end": stop, "score": 0.0})
            answer["score"] += float(score)
        best = max([best, *same.values()], key=lambda one: one["score"])
    return {"best": {**best, "answer": LONG[best["start"] : best["end"]]}, "max_tokens": 40, "stride": 10}


def zero_shot(families: dict):
    names = {0: "contradiction", 1: "neutral", 2: "entailment"}
    turned = {0: "entailment", 1: "not_entailment"}
    labels = ["payment", "delivery", "politics", "sports"]
    for kind, name, classes in (
        ("Bert", "bert", names),
        ("Roberta", "roberta", turned),
        ("XLMRoberta", "xlm_roberta", names),
    ):
        config = {"id2label": classes, "label2id": {label: place for place, label in classes.items()}}
        made = model(kind, "SequenceClassification", families[name], **config)
        watched = Watched(made)
        for several in (False, True):
            watched.seen = []
            sort = pipeline("zero-shot-classification", made, tokenizer=families[name]["fast"])
            found = sort(CORPUS[2], labels, multi_label=several)
            rows = [
                {"label": label, "score": score} for label, score in zip(found["labels"], found["scores"], strict=True)
            ]
            yield {
                "family": name,
                "names": list(classes.values()),
                "text": CORPUS[2],
                "labels": labels,
                "several": several,
                "rows": rows,
                "seen": once(watched, not several),
            }


def once(watched: Watched, wanted: bool) -> list[dict]:
    """Written down the first time only: the model gives the same for the same text."""
    return watched.seen if wanted else []


if __name__ == "__main__":
    main()
