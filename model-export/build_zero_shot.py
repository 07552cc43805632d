"""Build the bundle's head from written texts about the industries: no site is learned from.

    build_zero_shot.py [--encoder DIR] [--texts DIR] [--bundle DIR] [--fixtures DIR]

An industry's prototype is the normalised mean of its texts' vectors; the directions in which texts of one industry differ among
themselves are damped; the direction of an empty segment is taken out, so that what a site lacks moves nothing. Prototypes times
the segments' weights are the rows of one linear layer.
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np
import yaml

from bundle import EMBEDDED, EMBEDDED_ENCODER, HERE, Bundle, read_industries, write_bundle
from encoder import Encoder
from segments import COUNTS, EXTENSIONS, LENGTHS, cut
from tricky_texts import SITES, TOKENS

VERSION = "zero-shot-1"  # what a prediction names
KIND_WEIGHTS = {"names": 2, "offers": 1, "pages": 1, "titles": 1, "lists": 1}  # of the kinds of text in a prototype
LISTS = 3  # an industry's offers are also read as so many running texts, since home pages begin with menus
DAMPING = 10.0  # added to the texts' covariance, in units of its mean eigenvalue: more damps less
SEGMENT_WEIGHTS = {  # of each segment in the logits, page 1 first
    "page_text": [4, 1, 1, 0.5, 0.5],
    "page_title": [2, 0.5, 0.5, 0.25, 0.25],
    "domain": [0.25],
    "business_name": [0.5],
}
TEMPERATURE = 0.182  # logits are divided by it; chosen by likelihood (tune.py)
ABSTAIN = 0.15  # below this probability a site is not classified; cookie banners and filler texts alone stay below
LANGUAGES = ["en"]  # that the encoder was trained on
TRAINED = (
    "Not trained on sites. Prototypes of 135 industries from texts written for this project, encoded by BAAI bge-small-en-v1.5; "
    "the weights of segments and the temperature chosen on 178 labelled sites (model-export/README.md)."
)
QUALITY = {  # printed by tune.py, and on what
    "date": "2026-11-22",
    "on": "178 recorded web sites of small businesses, crawled by this project; up to five pages each; settings above chosen on the same sites",
    "sites": 178,
    "top1": 0.9438,
    "top3": 0.9831,
    "calibration_error": 0.035,
    "nll": 0.2384,
    "classified": 1.0,
}
URL_EXTENSIONS = ["com", "org", "net", "co.uk", "ca", "com.au", "de", "io", "co", "us"]  # with a flag of their own
LICENCE = "Apache-2.0 (head, texts); MIT (encoder BAAI/bge-small-en-v1.5)"

FIXTURES = HERE.parent / "operators/src/test/resources/dev/tradewind"
KINDS = ["names", "offers", "pages", "titles", "companies"]  # of texts in a file of industries/
TEXT_TOKENS = 128  # of a written text, at most


def read_texts(folder, industries):
    """Texts by industry and kind, in the order of the industries; what is missing, unknown or shared stops the build."""
    found = {}
    for file in sorted(Path(folder).glob("*.yaml")):
        for industry, kinds in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            if industry not in industries:
                raise SystemExit(f"{file.name}: there is no industry '{industry}' in industries.csv")
            if industry in found:
                raise SystemExit(f"{file.name}: the texts of '{industry}' are there twice")
            if set(kinds) != set(KINDS) or not all(kinds.values()):
                raise SystemExit(f"{file.name}: '{industry}' needs the keys {', '.join(KINDS)}, each with texts")
            found[industry] = kinds
    missing = [industry for industry in industries if industry not in found]
    if missing:
        raise SystemExit(f"no texts in {folder} for {', '.join(missing[:5])}{' …' if len(missing) > 5 else ''}")
    owner = {}
    for industry in industries:
        for text in (text for kind in KINDS for text in found[industry][kind]):
            other = owner.setdefault(" ".join(text.lower().split()), industry)
            if other != industry:
                raise SystemExit(f"'{text}' tells '{other}' and '{industry}' not apart: keep it for one of them")
    return {industry: found[industry] for industry in industries}


def vectors_by_kind(encoder, texts):
    """Per kind the vectors of all its texts and each one's industry by number."""
    found = {}
    for kind in [*KINDS, "lists"]:
        written = [(number, text) for number, kinds in enumerate(texts.values()) for text in (lists(kinds) if kind == "lists" else kinds[kind])]
        found[kind] = encoder.vectors([text for _, text in written], TEXT_TOKENS), np.array([number for number, _ in written])
    return found


def lists(kinds):
    return [f"{kinds['names'][part]}. {', '.join(kinds['offers'][part::LISTS])}." for part in range(LISTS)]


def prototypes(by_kind, empty, kind_weights, damping):
    """A row per industry, at right angles to the empty segment's vector."""
    means, spread = {}, []
    for kind, (vectors, industries) in by_kind.items():
        vectors = vectors.astype(np.float64)
        mean = np.stack([vectors[industries == number].mean(axis=0) for number in range(industries.max() + 1)])
        spread.append(vectors - mean[industries])
        means[kind] = unit(mean)
    centres = unit(sum(weight * means[kind] for kind, weight in kind_weights.items()))
    spread = np.concatenate(spread)
    covariance = spread.T @ spread / len(spread)
    covariance /= np.trace(covariance) / len(covariance)
    told_apart = np.linalg.solve(covariance + damping * np.eye(len(covariance)), (centres - centres.mean(axis=0)).T).T
    empty = unit(empty.astype(np.float64))
    return unit(told_apart - np.outer(told_apart @ empty, empty))


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def head_weights(rows, segment_weights):
    """The linear layer, [12 * hidden + 10, industries]; url extensions move nothing."""
    flat = [weight for kind in COUNTS for weight in segment_weights[kind]]
    return np.concatenate([*(weight * rows.T for weight in flat), np.zeros((EXTENSIONS, len(rows)))]).astype(np.float32)


def build(encoder_folder, texts_folder, bundle):
    """Writes model.json, head.onnx and industries.csv; returns the head's weights."""
    texts = read_texts(texts_folder, read_industries(HERE / "industries.csv"))
    encoder = Encoder(encoder_folder)
    by_kind = vectors_by_kind(encoder, texts)
    weights = head_weights(prototypes(by_kind, encoder.vectors([""], 2)[0], KIND_WEIGHTS, DAMPING), SEGMENT_WEIGHTS)
    card = {
        "version": VERSION,
        "pooling": "cls",
        "normalize": True,
        "segment_lengths": LENGTHS,
        "url_extensions": URL_EXTENSIONS,
        "temperature": TEMPERATURE,
        "abstain_threshold": ABSTAIN,
        "languages": LANGUAGES,
        "trained": TRAINED,
        "quality": QUALITY,
        "licence": LICENCE,
    }
    write_bundle(bundle, weights, None, card, HERE / "industries.csv", encoder_folder)
    return weights


def write_fixtures(bundle, folder):
    """What the Java side is to find too: token ids, and texts, logits and probabilities of whole sites."""
    tokens = [{"text": text, "max": most, "ids": bundle.encoder.tokenizer.tokens([text], most)[0]} for text, most in TOKENS]
    write_lines(folder / "encode" / "tokens.json", tokens)
    write_parity(bundle, folder / "classify" / "parity.json")


def write_parity(bundle, file):
    features = bundle.features(SITES)
    parity = [
        {**site._asdict(), "texts": texts, "extension": extension, "logits": [round(float(x), 7) for x in row], "probabilities": [round(float(x), 9) for x in share]}
        for site, (texts, extension), row, share in zip(SITES, map(cut, SITES), bundle.logits(features), bundle.probabilities(features))
    ]
    write_lines(file, parity)


def write_lines(file, values):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("[\n" + ",\n".join(json.dumps(value) for value in values) + "\n]\n", encoding="utf-8")


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--encoder", type=Path, default=EMBEDDED_ENCODER, help="folder of encoder.onnx and tokenizer.json")
    options.add_argument("--texts", type=Path, default=HERE / "industries", help="folder of the texts")
    options.add_argument("--bundle", type=Path, default=EMBEDDED, help="folder to write")
    options.add_argument("--fixtures", type=Path, default=FIXTURES, help="folder for the Java tests")
    chosen = options.parse_args(arguments)

    weights = build(chosen.encoder, chosen.texts, chosen.bundle)
    bundle = Bundle(chosen.bundle)
    write_fixtures(bundle, chosen.fixtures)

    rows = bundle.features(SITES)
    difference = np.abs(bundle.logits(rows) - rows @ weights).max()
    print(f"{chosen.bundle}: {weights.shape[1]} industries, head against numpy: largest difference {difference:.1e}")
    if difference > 1e-5:
        sys.exit("the head does not compute what it was built from")


if __name__ == "__main__":
    main()
