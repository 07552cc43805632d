"""Write a small BERT with random weights as a Hugging Face folder, to try the whole path of training on any machine.

    tiny_bert.py --output FOLDER [--tokenizer FILE] [--hidden N] [--layers N] [--heads N] [--seed N]

Writes config.json, model.safetensors and tokenizer.json.
"""
import argparse
import shutil
from pathlib import Path

import torch
from transformers import BertConfig, BertModel
from transformers.utils import logging

from bundle import EMBEDDED_ENCODER
from segments import LENGTHS, SegmentTokenizer

HIDDEN = 64  # width of a vector
LAYERS = 2  # of the transformer
HEADS = 2  # of the attention
SEED = 0  # of the random weights


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--output", type=Path, required=True, help="folder to write")
    options.add_argument("--tokenizer", type=Path, default=EMBEDDED_ENCODER / "tokenizer.json", help="tokenizer.json; the embedded encoder's")
    options.add_argument("--hidden", type=int, default=HIDDEN, help=f"width of a vector; {HIDDEN}")
    options.add_argument("--layers", type=int, default=LAYERS, help=f"of the transformer; {LAYERS}")
    options.add_argument("--heads", type=int, default=HEADS, help=f"of the attention; {HEADS}")
    options.add_argument("--seed", type=int, default=SEED, help=f"of the random weights; {SEED}")
    chosen = options.parse_args(arguments)
    if chosen.hidden % chosen.heads:
        raise SystemExit(f"--hidden {chosen.hidden} is no multiple of --heads {chosen.heads}: each head takes an equal part of a vector")
    if not chosen.tokenizer.is_file():
        raise SystemExit(f"no file {chosen.tokenizer}: unpack the embedded encoder first (mvn -pl model-export pre-integration-test) or give --tokenizer")

    logging.disable_progress_bar()
    torch.manual_seed(chosen.seed)
    bert = BertModel(BertConfig(
        vocab_size=SegmentTokenizer(chosen.tokenizer).vocabulary,
        hidden_size=chosen.hidden,
        num_hidden_layers=chosen.layers,
        num_attention_heads=chosen.heads,
        intermediate_size=4 * chosen.hidden,
        max_position_embeddings=max(LENGTHS.values()),
        initializer_range=chosen.hidden**-0.5,  # or tokens hardly reach the pooled vector
    ))
    bert.save_pretrained(chosen.output)
    shutil.copyfile(chosen.tokenizer, chosen.output / "tokenizer.json")
    print(f"{chosen.output}: {sum(p.numel() for p in bert.parameters()):,} random weights")


if __name__ == "__main__":
    main()
