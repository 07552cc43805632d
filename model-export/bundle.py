"""A model bundle: its description, its graphs, and what they say of sites."""
import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from encoder import Encoder, session
from segments import EXTENSIONS, NAMES, PAGES, SEGMENTS, cut

FILES = ["encoder.onnx", "head.onnx", "tokenizer.json", "industries.csv"]  # beside model.json
CARD = ["version", "hidden", "pooling", "normalize", "segment_lengths", "pages", "url_extensions", "temperature", "abstain_threshold", "languages",
        "sha256", "trained", "quality", "licence"]  # fields of model.json
OPTIONAL = {"languages", "trained", "quality", "licence"}  # of these, what a bundle may do without
IR, OPSET = 8, 17  # of the head's graph, which any ONNX Runtime of the last years reads
OF_ENCODER = {"encoder.onnx", "tokenizer.json"}  # of these, what the embedded bundle has elsewhere
HERE = Path(__file__).resolve().parent
EMBEDDED = HERE.parent / "operators/src/main/resources/dev/tradewind/model"  # without the encoder, which the build unpacks
EMBEDDED_ENCODER = HERE / "target" / "encoder"


class Bundle:
    """An opened bundle; files that do not belong together end in one line. Without encoder.onnx of its own it is the embedded one."""

    def __init__(self, folder=EMBEDDED):
        self.folder = Path(folder)
        if not (self.folder / "model.json").is_file():
            raise SystemExit(f"no model.json in {self.folder}: give the folder of a model bundle")
        self.card = read_card(self.folder / "model.json")
        self.encoder_folder = self.folder if (self.folder / "encoder.onnx").is_file() else EMBEDDED_ENCODER
        for name in FILES:
            if not self.file(name).is_file():
                raise SystemExit(f"no {name} in {self.file(name).parent}: take all files from one export, or unpack the embedded encoder (mvn -pl model-export pre-integration-test)")
            found = sha256(self.file(name))
            if found != self.card["sha256"].get(name):
                raise SystemExit(f"{self.file(name)} has sha256 {found} where model.json says {self.card['sha256'].get(name)}: take all files from one export")
        self.encoder = Encoder(self.encoder_folder, self.card["pooling"], self.card["normalize"])
        if self.encoder.width != self.card["hidden"]:
            raise SystemExit(f"{self.file('encoder.onnx')} gives vectors of width {self.encoder.width} where model.json says hidden {self.card['hidden']}")
        self.encoder.check_reach(max(self.card["segment_lengths"].values()))
        self.industries = read_industries(self.file("industries.csv"))
        self.head = session(self.file("head.onnx"))
        found = [self.head.get_inputs()[0].shape[-1], self.head.get_outputs()[0].shape[-1]]
        wanted = [len(SEGMENTS) * self.encoder.width + EXTENSIONS, len(self.industries)]
        if found != wanted:
            made, needed = (f"{logits} logits of {values} values" for values, logits in (found, wanted))
            raise SystemExit(f"{self.file('head.onnx')} makes {made} where {needed} are wanted: take all files from one export")

    def file(self, name):
        return (self.encoder_folder if name in OF_ENCODER else self.folder) / name

    def features(self, sites):
        """The head's input for sites as `archive.read_sites` gives them: [n, 12 * hidden + 10]."""
        texts, extensions = zip(*(cut(site) for site in sites))
        vectors = self.segment_vectors([[of[place] for of in texts] for place in range(len(SEGMENTS))])
        return with_extensions(vectors, extensions, self.card["url_extensions"])

    def features_of(self, split):
        """The head's input for a split as `dataset.open_split` gives it; one that was not made for this bundle is refused."""
        own = {"tokenizer_sha256": self.card["sha256"]["tokenizer.json"], "segment_lengths": self.card["segment_lengths"], "industries": self.industries}
        for name, value in own.items():
            if split.described[name] != value:
                raise SystemExit(f"the dataset was made with other {name} than the bundle {self.card['version']} has: make it anew with the bundle's files")
        vectors = self.encoder.encode([ids for of in split.segments() for ids in of])
        flagged = split.described["url_extensions"]
        extensions = [flagged[row.argmax()] if row.any() else "" for row in split.extensions]
        return with_extensions(vectors.reshape(len(split.ids), len(SEGMENTS), -1), extensions, self.card["url_extensions"])

    def segment_vectors(self, texts):
        """Vectors [n, 12, hidden] of the texts of each of the twelve segments."""
        tokens = [self.encoder.tokenizer.tokens(of, self.card["segment_lengths"][kind]) for kind, of in zip(SEGMENTS, texts)]
        rows = self.encoder.encode([ids for of in tokens for ids in of])
        return rows.reshape(len(SEGMENTS), -1, self.encoder.width).transpose(1, 0, 2)

    def empty(self):
        """The vector of a segment that is not there."""
        return self.encoder.encode([self.encoder.tokenizer.empty])[0]

    def hidden_away(self, features, segments):
        """The same features with segments, by their names in the evidence, replaced by the empty one."""
        features, width = features.copy(), self.encoder.width
        for name in segments:
            features[:, NAMES.index(name) * width:(NAMES.index(name) + 1) * width] = self.empty()
        return features

    def logits(self, features):
        return self.head.run(None, {self.head.get_inputs()[0].name: features})[0]

    def probabilities(self, features):
        return softmax(self.logits(features), self.card["temperature"])


def write_bundle(folder, weights, bias, card, industries, encoder_folder):
    """Writes head.onnx (weights [12 * hidden + 10, industries], bias [industries] or None), industries.csv and model.json: `card` and what follows
    from the rest. The encoder is in `encoder_folder`, which may be the bundle's own."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "industries.csv").write_bytes(industries.read_bytes())
    write_head(weights, bias, folder / "head.onnx")
    written = {
        **card,
        "hidden": (len(weights) - EXTENSIONS) // len(SEGMENTS),
        "pages": PAGES,
        "sha256": {name: sha256((encoder_folder if name in OF_ENCODER else folder) / name) for name in FILES},
    }
    (folder / "model.json").write_text(json.dumps({field: written[field] for field in CARD}, indent=2) + "\n", encoding="utf-8")


def write_head(weights, bias, file):
    width, classes = weights.shape
    nodes, constants = [helper.make_node("MatMul", ["features", "weights"], ["logits"])], [numpy_helper.from_array(weights, "weights")]
    if bias is not None:
        nodes = [helper.make_node("MatMul", ["features", "weights"], ["moved"]), helper.make_node("Add", ["moved", "bias"], ["logits"])]
        constants.append(numpy_helper.from_array(bias, "bias"))
    graph = helper.make_graph(
        nodes,
        "head",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["n", width])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["n", classes])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="tradewind")
    onnx.checker.check_model(model)
    onnx.save(model, file)


def with_extensions(vectors, extensions, flagged):
    """Segment vectors [n, 12, hidden] and public suffixes as the head's input."""
    flags = np.array([[extension == other for other in flagged] for extension in extensions], np.float32).reshape(-1, EXTENSIONS)
    return np.concatenate([vectors.reshape(len(vectors), -1), flags], axis=1)


def softmax(logits, temperature):
    scaled = logits.astype(np.float64) / temperature
    shares = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return shares / shares.sum(axis=-1, keepdims=True)


def read_card(file):
    """The fields of model.json."""
    try:
        card = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as e:
        raise SystemExit(f"{file} is not the JSON of a model's description ({e}): export the bundle again") from None
    missing = [field for field in CARD if field not in card and field not in OPTIONAL]
    if missing:
        raise SystemExit(f"{file} has no {', '.join(missing)}: export the bundle again")
    return card


def read_industries(file):
    """Ids in the order of the logits."""
    if not Path(file).is_file():
        raise SystemExit(f"no file {file}: a CSV with the column industry_id is wanted")
    with open(file, encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source)
        if "industry_id" not in (rows.fieldnames or []):
            raise SystemExit(f"{file} has no column industry_id: it is no taxonomy")
        return [row["industry_id"] for row in rows]


def sha256(file):
    with open(file, "rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
