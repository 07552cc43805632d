"""Turn the embedded encoder back into a Hugging Face BERT folder, so that it can be trained further.

    hugging_face.py --output FOLDER [--encoder DIR]

Writes config.json, model.safetensors and tokenizer.json, without a pooler: the graph has none (`train.py --pooling cls`). Most weights
of the graph have their names; a matrix [in, out] has none and is known by the bias that is added to its product.
Ends by comparing the folder's token vectors [n, tokens, hidden] with the graph's.
"""
import argparse
import re
import shutil
from pathlib import Path

import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel
from transformers.utils import logging

from bundle import EMBEDDED_ENCODER
from encoder import Encoder

HEADS = 12  # of the attention; the graph does not say, and a wrong number does not pass the comparison
ALLOWED = 1e-4  # difference of a token vector's number from the graph's
TEXTS = [  # that both have to encode alike
    "",
    "Plumbers since 1985. Boilers and leaks.",
    "Fresh bread, cakes and croissants, baked at four every morning.",
    "We audit accounts and file tax returns for small companies. " * 20,
]
TOKENS = 128  # of a text, at most


def weights_of(graph):
    """Weights by their names in transformers' BertModel."""
    held = {tensor.name: tensor for tensor in graph.initializer}
    found = {name: numpy_helper.to_array(tensor) for name, tensor in held.items() if not name.startswith("onnx::")}
    products = {node.output[0]: node.input[1] for node in graph.node if node.op_type == "MatMul" and node.input[1] in held}
    for node in graph.node:
        if node.op_type == "Add":
            product, bias = sorted(node.input, key=lambda name: name in held)
            if product in products and bias.endswith(".bias"):
                found[bias.removesuffix("bias") + "weight"] = numpy_helper.to_array(held[products[product]]).T
    return {name: torch.tensor(array) for name, array in found.items()}


def bert_with(weights):
    """A BERT of the weights' own sizes."""
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    layers = {int(found[1]) for found in map(re.compile(r"encoder\.layer\.(\d+)\.").match, weights) if found}
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=len(layers),
        num_attention_heads=HEADS,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(weights["embeddings.position_embeddings.weight"]),
        type_vocab_size=len(weights["embeddings.token_type_embeddings.weight"]),
    )
    bert = BertModel(config, add_pooling_layer=False).eval()
    bert.load_state_dict(weights)
    return bert


def largest_difference(folder, encoder):
    """Between the token vectors of a folder and those of a graph, each text by itself and all as one padded batch."""
    bert = BertModel.from_pretrained(folder, add_pooling_layer=False, local_files_only=True).eval()
    tokens = [torch.tensor(ids) for ids in encoder.tokenizer.tokens(TEXTS, TOKENS)]
    wanted = [torch.tensor(encoder.run(ids[None].numpy())[0]) for ids in tokens]
    padded = torch.nn.utils.rnn.pad_sequence(tokens, batch_first=True)
    with torch.no_grad():
        alone = [bert(ids[None]).last_hidden_state[0] for ids in tokens]
        batch = bert(padded, attention_mask=(padded != 0).long()).last_hidden_state
    found = [*alone, *(rows[:len(ids)] for rows, ids in zip(batch, tokens))]
    return max(float((rows - other).abs().max()) for rows, other in zip(found, wanted * 2))


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--output", type=Path, required=True, help="folder to write")
    options.add_argument("--encoder", type=Path, default=EMBEDDED_ENCODER, help="folder of encoder.onnx and tokenizer.json; the embedded encoder's")
    chosen = options.parse_args(arguments)

    logging.disable_progress_bar()
    encoder = Encoder(chosen.encoder, pooling="none", normalize=False)
    try:
        bert = bert_with(weights_of(onnx.load(chosen.encoder / "encoder.onnx").graph))
    except (KeyError, RuntimeError) as e:
        raise SystemExit(f"{chosen.encoder / 'encoder.onnx'} is no BERT exported by torch with its weights' names: {str(e).splitlines()[0]}") from None
    bert.save_pretrained(chosen.output)
    shutil.copyfile(chosen.encoder / "tokenizer.json", chosen.output / "tokenizer.json")

    difference = largest_difference(chosen.output, encoder)
    if not difference <= ALLOWED:
        raise SystemExit(f"{chosen.output} differs from {chosen.encoder / 'encoder.onnx'} by {difference:.2g} where {ALLOWED} is allowed: not to be used")
    print(f"{chosen.output}: {sum(p.numel() for p in bert.parameters()):,} weights, largest difference from the graph {difference:.2g}")


if __name__ == "__main__":
    main()
