"""Write the bundle of a trained run that the Java tests open: a tiny BERT of random weights with a tokenizer of its own, exported by export.py.

    python.sh tests/trained_bundle.py

Writes fp32/ and int8/ under operators/src/test/resources/dev/tradewind/classify/trained-bundle, each with parity.json, what it says of some sites.
"""
import json
import re
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import export
from build_zero_shot import FIXTURES, URL_EXTENSIONS, write_parity
from bundle import HERE, Bundle
from model import BertWebsiteClassifier
from segments import LENGTHS
from tricky_texts import SITES

FOLDER = FIXTURES / "classify" / "trained-bundle"
INDUSTRIES = ["bakery", "plumber", "hotel", "dentist", "law-firm", "veterinarian"]
HIDDEN = 16
MARKS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def write_run(folder, pooling="pooler", normalize=False, classes=len(INDUSTRIES)):
    """What train.py leaves, of random weights."""
    folder.mkdir()
    vocabulary = write_tokenizer(folder / "tokenizer.json")
    torch.manual_seed(7)
    bert = BertModel(BertConfig(vocab_size=vocabulary, hidden_size=HIDDEN, num_hidden_layers=1, num_attention_heads=2, intermediate_size=4 * HIDDEN,
                                max_position_embeddings=max(LENGTHS.values()), initializer_range=HIDDEN**-0.5), add_pooling_layer=pooling == "pooler")
    classifier = BertWebsiteClassifier(bert, classes, pooling, normalize)
    for parameters in classifier.head.parameters():
        torch.nn.init.normal_(parameters)
    torch.save({"model": classifier.state_dict()}, folder / "best.pt")
    bert.config.to_json_file(folder / "config.json")
    settings = {"encoder": "tiny", "classes": classes, "pooling": pooling, "normalize": normalize, "dropout": 0.1,
                "segment_lengths": LENGTHS, "url_extensions": URL_EXTENSIONS}
    (folder / "settings.json").write_text(json.dumps(settings))
    header, *rows = (HERE / "industries.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "industries.csv").write_text(header + "".join(row for row in rows if row.split(",")[0] in INDUSTRIES), encoding="utf-8")
    return folder


def write_tokenizer(file):
    words = {word for site in SITES for text in (site.name, *(part for page in site.pages for part in page)) for word in re.findall("[a-z]+", text.lower())}
    pieces = [*MARKS, *CHARACTERS, *(f"##{character}" for character in CHARACTERS), *".,!?&'-|:", *sorted(words - set(CHARACTERS))]
    tokenizer = Tokenizer(models.WordPiece({piece: number for number, piece in enumerate(pieces)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.add_special_tokens(MARKS)
    marks = [(mark, pieces.index(mark)) for mark in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=marks)
    tokenizer.save(str(file), pretty=False)
    return len(pieces)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        run = write_run(Path(folder) / "trained")
        for precision in ("fp32", "int8"):
            export.main(["--run", str(run), "--output", str(FOLDER / precision), "--precision", precision, "--languages", "", "--licence", "Apache-2.0"])
            write_parity(Bundle(FOLDER / precision), FOLDER / precision / "parity.json")


if __name__ == "__main__":
    main()
