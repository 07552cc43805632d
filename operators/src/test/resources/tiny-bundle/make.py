"""Writes the tiny bundle beside this file: a real tokenizer, encoder and head, small enough for fast tests.

The encoder is one attention layer over word vectors in which a word of a trade points along that trade's axis, so its
judgements can be told by reading. Needs: pip install onnx numpy onnxruntime tokenizers. Same output each time.
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer

HERE = Path(__file__).parent
HIDDEN = 8  # four axes for the trades, four for everything else
POSITIONS = 64  # more than the longest segment
LENGTHS = {"page_text": 32, "page_title": 16, "domain": 8, "business_name": 10}
EXTENSIONS = ["com", "org", "net", "co.uk", "ca", "com.au", "de", "io", "co", "us"]
WEIGHTS = [1.0, 0.8, 0.7, 0.6, 0.5] + [0.6, 0.5, 0.4, 0.3, 0.2] + [0.9, 0.9]  # of the twelve segments in the head
TRADES = {
    "plumber": ("Plumber", "Construction & Trades", "238220", "accept", "plumber plumbing pipe pipes drain drains leak leaks"),
    "bakery": ("Bakery", "Food & Drink", "311811", "accept", "bakery baker bread cake cakes croissant flour oven"),
    "dentist": ("Dentist", "Health", "621210", "accept", "dentist dental tooth teeth crown crowns braces smile"),
    "law-firm": ("Law Firm", "Professional Services", "541110", "review", "law lawyer lawyers court attorney legal divorce trial"),
}
PLAIN = "the and of our we you your in a for to family since home about contact services with on is"


def vocabulary():
    letters = "abcdefghijklmnopqrstuvwxyz0123456789"
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *("##" + c for c in letters), *".,!?&'-"]
    words += [w for w in PLAIN.split() if w not in words]
    for *_, trade in TRADES.values():
        words += trade.split()
    return {word: index for index, word in enumerate(words)}


def write_tokenizer(vocab):
    special = [{"id": vocab[t], "content": t, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
               for t in ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")]
    cls, sep = ({"SpecialToken": {"id": t, "type_id": 0}} for t in ("[CLS]", "[SEP]"))
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": special,
        "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
        "pre_tokenizer": {"type": "BertPreTokenizer"},
        "post_processor": {
            "type": "TemplateProcessing",
            "single": [cls, {"Sequence": {"id": "A", "type_id": 0}}, sep],
            "pair": [cls, {"Sequence": {"id": "A", "type_id": 0}}, sep, {"Sequence": {"id": "B", "type_id": 1}}, {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
            "special_tokens": {t: {"id": t, "ids": [vocab[t]], "tokens": [t]} for t in ("[CLS]", "[SEP]")},
        },
        "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
        "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
    }
    (HERE / "tokenizer.json").write_text(json.dumps(tokenizer, indent=1) + "\n")


def write_encoder(vocab, random):
    words = random.normal(0, 0.3, (len(vocab), HIDDEN)).astype(np.float32)
    words[:, :4] *= 0.1
    for axis, (*_, trade) in enumerate(TRADES.values()):
        for word in trade.split():
            words[vocab[word], axis] = 3
    constants = {
        "words": words,
        "positions": random.normal(0, 0.05, (POSITIONS, HIDDEN)).astype(np.float32),
        "types": random.normal(0, 0.05, (2, HIDDEN)).astype(np.float32),
        "query": random.normal(0, 0.2, (HIDDEN, HIDDEN)).astype(np.float32),
        "key": random.normal(0, 0.2, (HIDDEN, HIDDEN)).astype(np.float32),
        "zero": np.array(0, np.int64), "one": np.array(1, np.int64), "axis_one": np.array([1], np.int64),
        "hide": np.array(10000, np.float32), "shown": np.array(1, np.float32),
    }
    node = helper.make_node
    nodes = [
        node("Gather", ["words", "input_ids"], ["word"]),
        node("Gather", ["types", "token_type_ids"], ["type"]),
        node("Shape", ["input_ids"], ["shape"]),
        node("Gather", ["shape", "one"], ["length"]),
        node("Range", ["zero", "length", "one"], ["places"]),
        node("Gather", ["positions", "places"], ["position"]),
        node("Add", ["word", "type"], ["typed"]),
        node("Add", ["typed", "position"], ["x"]),
        node("MatMul", ["x", "query"], ["q"]),
        node("MatMul", ["x", "key"], ["k"]),
        node("Transpose", ["k"], ["kt"], perm=[0, 2, 1]),
        node("MatMul", ["q", "kt"], ["scores"]),
        node("Cast", ["attention_mask"], ["mask"], to=TensorProto.FLOAT),
        node("Sub", ["mask", "shown"], ["gone"]),
        node("Mul", ["gone", "hide"], ["hidden_by"]),
        node("Unsqueeze", ["hidden_by", "axis_one"], ["bias"]),
        node("Add", ["scores", "bias"], ["masked"]),
        node("Softmax", ["masked"], ["attention"], axis=-1),
        node("MatMul", ["attention", "x"], ["seen"]),
        node("Add", ["x", "seen"], ["last_hidden_state"]),
    ]
    inputs = [helper.make_tensor_value_info(n, TensorProto.INT64, ["n", "tokens"]) for n in ("input_ids", "attention_mask", "token_type_ids")]
    outputs = [helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["n", "tokens", HIDDEN])]
    save("encoder.onnx", nodes, inputs, outputs, constants)


def write_head(name, hidden, random):
    weights = random.normal(0, 0.02, (12 * hidden + len(EXTENSIONS), len(TRADES))).astype(np.float32)
    for segment, weight in enumerate(WEIGHTS):
        for trade in range(len(TRADES)):
            weights[segment * hidden + trade, trade] += 3 * weight
    constants = {"weights": weights, "bias": np.array([0.1, -0.1, 0.05, 0], np.float32)}
    save(name, [helper.make_node("Gemm", ["features", "weights", "bias"], ["logits"])],
         [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", weights.shape[0]])],
         [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", len(TRADES)])], constants)


def save(name, nodes, inputs, outputs, constants):
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, HERE / name)


def write_card():
    rows = [f"{key},{name},{sector},{naics},{policy}" for key, (name, sector, naics, policy, _) in TRADES.items()]
    (HERE / "industries.csv").write_text("\n".join(["industry_id,name,sector,naics_2022,policy", *rows]) + "\n")
    card = {
        "version": "tiny-1", "hidden": HIDDEN, "pooling": "cls", "normalize": True, "segment_lengths": LENGTHS, "pages": 5,
        "url_extensions": EXTENSIONS, "temperature": 1.5, "abstain_threshold": 0.4,
        "sha256": {n: hashlib.sha256((HERE / n).read_bytes()).hexdigest() for n in ("encoder.onnx", "head.onnx", "tokenizer.json", "industries.csv")},
        "trained": {"how": "not trained: written by make.py"}, "quality": {}, "licence": "Apache-2.0",
    }
    (HERE / "model.json").write_text(json.dumps(card, indent=2) + "\n")


def check():
    """One segment alone and in a batch gives the same vector, and a word of a trade points along its axis."""
    tokenizer = Tokenizer.from_file(str(HERE / "tokenizer.json"))
    session = onnxruntime.InferenceSession(HERE / "encoder.onnx", providers=["CPUExecutionProvider"])

    def vectors(texts):
        ids = np.array([tokenizer.encode(t).ids for t in texts], np.int64)
        first = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)})[0][:, 0]
        return first / np.linalg.norm(first, axis=1, keepdims=True)

    for axis, (key, (*_, trade)) in enumerate(TRADES.items()):
        texts = [f"the {word} services" for word in trade.split()]
        assert all(len(tokenizer.encode(t).ids) == 5 for t in texts), key
        together = vectors(texts)
        assert (together[:, :4].argmax(axis=1) == axis).all(), key
        print(key, "largest difference alone against in a batch:", np.abs(together - np.vstack([vectors([t]) for t in texts])).max())


if __name__ == "__main__":
    random = np.random.default_rng(7)
    vocab = vocabulary()
    write_tokenizer(vocab)
    write_encoder(vocab, random)
    write_head("head.onnx", HIDDEN, random)
    write_head("head-of-another-encoder.onnx", 2 * HIDDEN, random)
    write_card()
    check()
