"""The encoder of the bundle: texts in, one normalised [CLS] vector each out; and the head's input made of them."""
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

HIDDEN = 384  # width of the encoder's vectors
PAGES = 5  # pages per site
LENGTHS = {"page_text": 256, "page_title": 16, "domain": 8, "business_name": 10}  # tokens at most, [CLS] and [SEP] included
EXTENSIONS = ["com", "org", "net", "co.uk", "ca", "com.au", "de", "io", "co", "us"]  # public suffixes with a flag of their own
SEGMENTS = ["page_text"] * PAGES + ["page_title"] * PAGES + ["domain", "business_name"]  # kind of each, in the head's order
WIDTH = len(SEGMENTS) * HIDDEN + len(EXTENSIONS)  # of the head's input
TOKENS_PER_RUN = 4096  # texts of one run have the same number of tokens, so nothing is padded
THREADS = 2  # of one run


class Encoder:
    def __init__(self, folder):
        folder = Path(folder)
        for name in ("encoder.onnx", "tokenizer.json"):
            if not (folder / name).is_file():
                raise SystemExit(f"no {name} in {folder}: unpack the encoder first (mvn -pl model-export pre-integration-test)")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = THREADS
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self.session = onnxruntime.InferenceSession(str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"])
        width = self.session.get_outputs()[0].shape[-1]
        if width != HIDDEN:
            raise SystemExit(f"the encoder in {folder} gives vectors of width {width}, the bundle wants {HIDDEN}")
        self.inputs = {i.name for i in self.session.get_inputs()}
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()

    def tokens(self, text, length):
        """Token ids of a text, cut to `length`, [CLS] and [SEP] included."""
        self.tokenizer.enable_truncation(length)
        return self.tokenizer.encode(text).ids

    def vectors(self, texts, length):
        """One row per text, each encoded once."""
        ids_of = {text: tuple(self.tokens(text, length)) for text in dict.fromkeys(texts)}
        by_size = {}
        for ids in dict.fromkeys(ids_of.values()):
            by_size.setdefault(len(ids), []).append(ids)
        found = {}
        for size, group in sorted(by_size.items()):
            step = max(1, TOKENS_PER_RUN // size)
            for start in range(0, len(group), step):
                part = group[start:start + step]
                found.update(zip(part, self.run(np.array(part, np.int64))))
        return np.array([found[ids_of[text]] for text in texts], np.float32).reshape(len(texts), HIDDEN)

    def run(self, ids):
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden = self.session.run(None, {name: feed[name] for name in feed if name in self.inputs})[0]
        first = hidden[:, 0, :]
        return first / np.linalg.norm(first, axis=1, keepdims=True)


def features(encoder, observations):
    """The head's input: a row per observation {"texts": up to 5, "titles": up to 5, "domain", "name", "extension"}."""
    rows = np.zeros((len(observations), WIDTH), np.float32)
    texts = [segments(observation) for observation in observations]
    for kind, length in LENGTHS.items():
        places = [place for place, of in enumerate(SEGMENTS) if of == kind]
        found = encoder.vectors([of[place] for of in texts for place in places], length)
        found = found.reshape(len(observations), len(places), HIDDEN)
        for column, place in enumerate(places):
            rows[:, place * HIDDEN:(place + 1) * HIDDEN] = found[:, column]
    for row, observation in zip(rows, observations):
        if observation["extension"] in EXTENSIONS:
            row[len(SEGMENTS) * HIDDEN + EXTENSIONS.index(observation["extension"])] = 1
    return rows


def segments(observation):
    """The twelve texts of an observation, empty where there is none."""
    texts, titles = observation["texts"], observation["titles"]
    if max(len(texts), len(titles)) > PAGES:
        raise ValueError(f"an observation has at most {PAGES} pages, this one has {max(len(texts), len(titles))}")
    return (texts + [""] * PAGES)[:PAGES] + (titles + [""] * PAGES)[:PAGES] + [observation["domain"], observation["name"]]
