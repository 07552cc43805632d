"""Build the bundle's head from texts and made-up sites that were written about the industries: no real site is learned from.

    build_zero_shot.py [--encoder DIR] [--texts DIR] [--sites DIR] [--bundle DIR] [--fixtures DIR]

An industry's prototype is the normalised mean of its texts' vectors; the directions in which texts of one industry differ among
themselves are damped; the direction of an empty segment is taken out, so that what a site lacks moves nothing. Softmax
regressions, started at the prototypes, find rows that tell the texts and sites apart: one for page texts, mixed with the prototypes, one for
titles, names and domains. Rows times the segments' weights are one linear layer.
"""
import argparse
import json
import sys
from pathlib import Path

import numpy as np
import yaml
from scipy.optimize import minimize
from scipy.special import log_softmax

from bundle import EMBEDDED, EMBEDDED_ENCODER, HERE, Bundle, read_industries, write_bundle
from encoder import Encoder
from segments import COUNTS, EXTENSIONS, LENGTHS, cut, domain_of
from tricky_texts import SITES, TOKENS
from written_sites import LEARN, read_written

VERSION = "zero-shot-2"  # what a prediction names
KIND_WEIGHTS = {"names": 2, "offers": 1, "pages": 1, "titles": 1, "lists": 1, "companies": 0}  # of the kinds of text in a prototype; all show its spread
LISTS = 3  # an industry's offers are also read as so many running texts, since home pages begin with menus
DAMPING = 10.0  # added to the texts' covariance, in units of its mean eigenvalue: more damps less
TEXTS = {"pages": 1, "hints": 1, "lists": 1, "offers": 0.5, "homes": 1, "inner": 1, "nothing": 0.5}  # what each kind counts for in the regression for page texts
TITLES = {"titles": 1, "site_titles": 1, "names": 1, "companies": 1, "site_names": 0.5, "nothing": 2}  # the same for titles, names and domains
PENALTY = 1e-3  # of the regression, on how far its rows move from the prototypes
SHARPNESS = 0.16  # what logits are divided by in the regression
TEXT_SHARE = 0.75  # of the regression's rows in those for page texts; the others are the prototypes
TITLE_SHARE = 1.0  # the same for titles, names and domains
SEGMENT_WEIGHTS = {  # of each segment in the logits, page 1 first
    "page_text": [4, 1, 1, 0.5, 0.5],
    "page_title": [1, 0.25, 0.25, 0.125, 0.125],
    "domain": [0.1],
    "business_name": [0.5],
}
TEMPERATURE = 0.13  # logits are divided by it; between the likeliest (0.16) and the best calibrated (0.1) on the crawl
ABSTAIN = 0.2  # below this probability a site is not classified; a cookie banner alone stays below
LANGUAGES = ["en"]  # that the encoder was trained on
TRAINED = (
    "Not trained on real sites. Prototypes of 135 industries and a softmax regression from texts and 945 made-up sites written for this project, "
    "encoded by BAAI bge-small-en-v1.5; the weights of segments and the temperature chosen on 178 labelled sites (model-export/README.md)."
)
QUALITY = {  # printed by evaluate.py, and on what
    "date": "2026-11-22",
    "on": "178 recorded web sites of small businesses, crawled by this project; up to five pages each; settings above chosen on the same sites",
    "sites": 178,
    "top1": 0.9607,
    "top3": 0.9888,
    "calibration_error": 0.0246,
    "nll": 0.2191,
    "classified": 1.0,
    "precision": 0.9607,
}
URL_EXTENSIONS = ["com", "org", "net", "co.uk", "ca", "com.au", "de", "io", "co", "us"]  # with a flag of their own
LICENCE = "Apache-2.0 (head, texts); MIT (encoder BAAI/bge-small-en-v1.5)"

FIXTURES = HERE.parent / "operators/src/test/resources/dev/tradewind"
KINDS = ["names", "offers", "pages", "hints", "titles", "companies"]  # of texts in a file of industries/


def read_texts(folder, industries):
    """Texts by industry and kind, in the order of the industries; what is missing, unknown or shared stops the build."""
    found = {}
    for file in sorted(Path(folder).glob("*.yaml")):
        for industry, kinds in yaml.load(file.read_bytes(), yaml.CSafeLoader).items():
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


def vectors_by_kind(encoder, texts, sites):
    """Per kind the vectors of all its texts and each one's industry by number."""
    written = {kind: [kinds[kind] for kinds in texts.values()] for kind in KINDS}
    written["lists"] = [lists(kinds) for kinds in texts.values()]
    of = [sites.get(industry, []) for industry in texts]
    written["homes"] = [[site.pages[0][2] for site in some] for some in of]
    written["inner"] = [[text for site in some for _, _, text in site.pages[1:]] for some in of]
    written["site_titles"] = [[title for site in some for _, title, _ in site.pages] for some in of]
    written["site_names"] = [[name for site in some for name in (site.name, domain_of(site.url)[0])] for some in of]
    return {
        kind: (encoder.vectors([text for some in by_industry for text in some], LENGTHS["page_text"]), np.repeat(np.arange(len(texts)), list(map(len, by_industry))))
        for kind, by_industry in written.items()
    }


def read_nothing():
    """Texts, titles and names that tell nothing of any industry."""
    return yaml.safe_load((HERE / "nothing.yaml").read_text(encoding="utf-8"))


def lists(kinds):
    return [f"{kinds['names'][part]}. {', '.join(kinds['offers'][part::LISTS])}." for part in range(LISTS)]


def prototypes(by_kind, empty, kind_weights, damping):
    """A row per industry, at right angles to the empty segment's vector."""
    means, spread = {}, []
    for kind in kind_weights:
        vectors, industries = by_kind[kind]
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


def learned(by_kind, nothing, empty, start, kinds):
    """The prototypes moved by a softmax regression that is to tell the texts apart, and to say nothing of those that tell nothing.

    Each industry counts alike within a kind. The rows have the prototypes' size and stand at right angles to the empty segment's vector.
    """
    parts = [(*by_kind[kind], weight) for kind, weight in kinds.items() if kind != "nothing"]
    classes = np.arange(len(start))
    vectors = np.concatenate([vectors for vectors, _, _ in parts] + [nothing]).astype(np.float64) - empty
    truth = np.concatenate([industries[:, None] == classes for _, industries, _ in parts] + [np.full((len(nothing), len(start)), 1 / len(start))])
    weights = [weight / np.bincount(industries)[industries] / len(start) for _, industries, weight in parts] + [np.full(len(nothing), kinds["nothing"] / len(nothing))]
    weights = np.concatenate(weights)[:, None] / sum(kinds.values())
    empty = unit(empty.astype(np.float64))
    vectors -= np.outer(vectors @ empty, empty)

    def loss(move):
        shares = log_softmax(vectors @ (start + move.reshape(start.shape)).T / SHARPNESS, axis=1)
        slope = ((np.exp(shares) - truth) * weights).T @ vectors / SHARPNESS
        return PENALTY * (move @ move) - (weights * truth * shares).sum(), 2 * PENALTY * move + slope.ravel()

    found = minimize(loss, np.zeros(start.size), jac=True, method="L-BFGS-B", options={"maxiter": 300, "ftol": 1e-9, "gtol": 1e-6})
    rows = start + found.x.reshape(start.shape)
    return rows / np.sqrt((rows ** 2).sum() / len(rows))


def unit(rows):
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)


def rows_by_kind(by_kind, encoder):
    """The industries' rows [industries, hidden] for each kind of segment, twice: the prototypes and those of the regressions."""
    nothing, empty = read_nothing(), encoder.encode([encoder.tokenizer.empty])[0]
    prototype = prototypes(by_kind, empty, KIND_WEIGHTS, DAMPING)
    text = learned(by_kind, encoder.vectors(nothing["texts"], LENGTHS["page_text"]), empty, prototype, TEXTS)
    title = learned(by_kind, encoder.vectors(nothing["titles"] + nothing["names"], LENGTHS["page_title"]), empty, prototype, TITLES)
    return dict.fromkeys(COUNTS, prototype), {kind: text if kind == "page_text" else title for kind in COUNTS}


def head_weights(prototype, learned, text_share=TEXT_SHARE, title_share=TITLE_SHARE, segment_weights=SEGMENT_WEIGHTS):
    """The linear layer, [12 * hidden + 10, industries]; url extensions move nothing."""
    shares = {kind: text_share if kind == "page_text" else title_share for kind in COUNTS}
    rows = {kind: (shares[kind] * learned[kind] + (1 - shares[kind]) * prototype[kind]).T for kind in COUNTS}
    parts = [weight * rows[kind] for kind in COUNTS for weight in segment_weights[kind]]
    return np.concatenate([*parts, np.zeros((EXTENSIONS, parts[0].shape[1]))]).astype(np.float32)


def build(encoder_folder, texts_folder, sites_folder, bundle):
    """Writes model.json, head.onnx and industries.csv; returns the head's weights."""
    industries = read_industries(HERE / "industries.csv")
    encoder = Encoder(encoder_folder)
    by_kind = vectors_by_kind(encoder, read_texts(texts_folder, industries), read_written(sites_folder, industries))
    weights = head_weights(*rows_by_kind(by_kind, encoder))
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
    options.add_argument("--sites", type=Path, default=LEARN, help="folder of the made-up sites")
    options.add_argument("--bundle", type=Path, default=EMBEDDED, help="folder to write")
    options.add_argument("--fixtures", type=Path, default=FIXTURES, help="folder for the Java tests")
    chosen = options.parse_args(arguments)

    weights = build(chosen.encoder, chosen.texts, chosen.sites, chosen.bundle)
    bundle = Bundle(chosen.bundle)
    write_fixtures(bundle, chosen.fixtures)

    rows = bundle.features(SITES)
    difference = np.abs(bundle.logits(rows) - rows @ weights).max()
    print(f"{chosen.bundle}: {weights.shape[1]} industries, head against numpy: largest difference {difference:.1e}")
    if difference > 1e-5:
        sys.exit("the head does not compute what it was built from")


if __name__ == "__main__":
    main()
