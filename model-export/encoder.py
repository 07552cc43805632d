"""The shared encoder of a bundle: texts or tokens in, one vector each out."""
from pathlib import Path

import numpy as np
import onnxruntime

from segments import SegmentTokenizer

TOKENS_PER_RUN = 4096  # texts of one run have the same number of tokens, so nothing is padded
THREADS = 2  # of one run


class Encoder:
    """`encoder.onnx` and `tokenizer.json` of a folder; `pooling` is cls, mean or none, as model.json says."""

    def __init__(self, folder, pooling="cls", normalize=True):
        self.folder = folder = Path(folder)
        for name in ("encoder.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise SystemExit(f"no {name} in {folder}: unpack the embedded encoder first (mvn -pl model-export pre-integration-test) or export a bundle")
        self.session = session(folder / "encoder.onnx")
        self.width = self.session.get_outputs()[0].shape[-1]
        self.inputs = {i.name for i in self.session.get_inputs()}
        self.pooling, self.normalize = pooling, normalize
        self.tokenizer = SegmentTokenizer(folder / "tokenizer.json")

    def vectors(self, texts, length):
        """One row per text, cut to `length` tokens; equal texts are encoded once."""
        return self.encode(self.tokenizer.tokens(texts, length))

    def encode(self, tokens):
        """One row per list of token ids; equal lists are encoded once."""
        tokens = [tuple(ids) for ids in tokens]
        by_size = {}
        for ids in dict.fromkeys(tokens):
            by_size.setdefault(len(ids), []).append(ids)
        found = {}
        for size, group in sorted(by_size.items()):
            step = max(1, TOKENS_PER_RUN // size)
            for start in range(0, len(group), step):
                part = group[start:start + step]
                found.update(zip(part, self.run(np.array(part, np.int64))))
        return np.array([found[ids] for ids in tokens], np.float32).reshape(len(tokens), -1)

    def check_reach(self, length):
        """That the graph knows every token of the tokenizer and reads segments of `length` tokens."""
        highest = self.tokenizer.highest
        tried = {f"the highest token of tokenizer.json, {highest}": [highest] * 2, f"a segment of {length} tokens": self.tokenizer.empty[:1] * length}
        for found, ids in tried.items():
            try:
                self.run(np.array([ids], np.int64))
            except Exception as e:  # whatever the runtime calls it
                raise SystemExit(f"encoder.onnx in {self.folder} does not read {found}: take tokenizer and segment lengths of its own training ({one_line(e)})") from None

    def run(self, ids):
        """Rows of equal length, as an array of ids [n, tokens]."""
        rows = self.session.run(None, feed(ids, self.inputs))[0]
        if self.pooling != "none":
            rows = rows[:, 0] if self.pooling == "cls" else rows.mean(axis=1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if self.normalize else rows


def feed(ids, inputs):
    """What a graph with these inputs takes for rows of token ids [n, tokens] without padding."""
    known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    return {name: known[name] for name in known if name in inputs}


def one_line(error, most=200):
    return " ".join(str(error).split())[:most]


def session(file):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 4  # what fails is raised
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
