"""Choose the few global settings of build_zero_shot.py on a crawl of labelled sites, and measure them and the built bundle.

    tune.py --archive DIR --labels CSV [--texts DIR] [--bundle DIR] [--folds N]

DIR holds clean records as JSON Lines, as `tradewind crawl` writes them to archive/pages; the labels have the columns id and
industry (several ids joined by '|': any of them is right). Settings are chosen by likelihood. The cross-validated line chooses
settings and temperature on some folds and measures on the one left out. A labelled site with no page read, or too unsure to
be classified, is a miss. Nothing is written but a cache of the encoded crawl; a person copies the chosen
settings.
"""
import argparse
import itertools
import json
from pathlib import Path

import numpy as np

from build_zero_shot import ABSTAIN, DAMPING, KIND_WEIGHTS, SEGMENT_WEIGHTS, prototypes, read_texts, vectors_by_kind
from bundle import EMBEDDED, HERE, Bundle, read_industries, softmax
from measure import answers, from_archive, point
from segments import COUNTS, SEGMENTS

DAMPINGS = [3, 10, 30]  # tried
HOMES = [1, 2, 3, 4, 5]  # weights tried of the home page; pages 2 and 3 weigh 1
LATERS = [0.5, 0.7, 1]  # weights tried of pages 4 and 5
TITLES = [0.5, 0.7, 1]  # weights tried of a title beside its text
NAMES = [0, 0.5, 1]  # weights tried of the business name
DOMAINS = [0, 0.25]  # weights tried of the domain
TEMPERATURES = np.round(np.geomspace(0.05, 0.6, 26), 3)  # tried
FIGURES = ["top1", "top3", "calibration_error", "nll", "classified"]  # printed


def weights_of(home, later, title, name, domain):
    text = [home, 1, 1, later, later]
    return {"page_text": text, "page_title": [round(weight * title, 3) for weight in text], "domain": [domain], "business_name": [name]}


def flat(weights):
    return np.array([weight for kind in COUNTS for weight in weights[kind]])


def losses(logits, right):
    """Negative log likelihood of what is right, per temperature and site."""
    return np.stack([-np.log((softmax(logits, temperature) * right).sum(axis=1)) for temperature in TEMPERATURES])


def line(words, temperature, figures):
    return f"{words:58s} {temperature:11}" + "".join(f"{figure:8.3f}" for figure in figures.values())


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--archive", type=Path, required=True, help="folder of clean records")
    options.add_argument("--labels", type=Path, required=True, help="CSV file with the columns id and industry")
    options.add_argument("--texts", type=Path, default=HERE / "industries", help="folder of the texts")
    options.add_argument("--bundle", type=Path, default=EMBEDDED, help="the built bundle")
    options.add_argument("--folds", type=int, default=5, help="of the cross-validation; 5")
    chosen = options.parse_args(arguments)

    bundle = Bundle(chosen.bundle)
    rows, right, without_page, on = from_archive(bundle, chosen.archive, chosen.labels)
    texts = read_texts(chosen.texts, read_industries(HERE / "industries.csv"))
    by_kind, empty = vectors_by_kind(bundle.encoder, texts), bundle.empty()

    vectors = rows[:, :len(SEGMENTS) * bundle.encoder.width].reshape(len(rows), len(SEGMENTS), -1)

    def measured(shares):
        found = point(answers(shares, right, without_page), ABSTAIN)
        return {name: round(found[name], 4) for name in FIGURES}

    tried = []  # settings in words, segment weights, logits, losses
    for damping in DAMPINGS:
        moved = vectors @ prototypes(by_kind, empty, KIND_WEIGHTS, damping).T.astype(np.float32)
        for home, later, title, name, domain in itertools.product(HOMES, LATERS, TITLES, NAMES, DOMAINS):
            words = f"damping {damping} home {home} later {later} title {title} name {name} domain {domain}"
            weights = weights_of(home, later, title, name, domain)
            logits = np.einsum("nsc,s->nc", moved, flat(weights), optimize=True)
            tried.append((words, weights, logits, losses(logits, right)))

    def likeliest(some):
        at = np.stack([loss[:, some].mean(axis=1) for _, _, _, loss in tried])
        number, temperature = np.unravel_index(at.argmin(), at.shape)
        return tried[number], TEMPERATURES[temperature]

    print(f"{on}; {len(tried)} settings\n")
    print(f"{'':58s} temperature   top-1   top-3   calib     nll   classified")
    (best, weights, logits, _), temperature = likeliest(np.ones(len(rows), bool))
    for words, _, other, loss in tried:
        if sum(a != b for a, b in zip(words.split(), best.split())) == 1:
            own = TEMPERATURES[loss.mean(axis=1).argmin()]
            print(line(words, own, measured(softmax(other, own))))
    print(line(best, temperature, measured(softmax(logits, temperature))), " <- likeliest")

    fold = np.random.default_rng(0).permutation(len(rows)) % chosen.folds
    held_out = np.zeros(right.shape)
    for number in range(chosen.folds):
        (words, _, other, _), own = likeliest(fold != number)
        held_out[fold == number] = softmax(other[fold == number], own)
        print(f"  without fold {number}: {words}, temperature {own}")
    print(line(f"likeliest, cross-validated in {chosen.folds} folds", "", measured(held_out)))

    moved = vectors @ prototypes(by_kind, empty, KIND_WEIGHTS, DAMPING).T.astype(np.float32)
    logits = np.einsum("nsc,s->nc", moved, flat(SEGMENT_WEIGHTS), optimize=True)
    loss = losses(logits, right)
    own = TEMPERATURES[loss.mean(axis=1).argmin()]
    print(line("settings of build_zero_shot.py, their best temperature", own, measured(softmax(logits, own))))
    for number in range(chosen.folds):
        its = TEMPERATURES[loss[:, fold != number].mean(axis=1).argmin()]
        held_out[fold == number] = softmax(logits[fold == number], its)
    figures = measured(held_out)
    print(line(f"the same, temperature cross-validated in {chosen.folds} folds", "", figures))

    print(line(f"built bundle {bundle.card['version']}", bundle.card["temperature"], measured(bundle.probabilities(rows))))

    print(f"\nlikeliest: SEGMENT_WEIGHTS = {json.dumps(weights)} with the damping above")
    print(f"settings of build_zero_shot.py: TEMPERATURE = {own}, QUALITY = {json.dumps({'sites': len(right) + len(without_page), **figures})}")


if __name__ == "__main__":
    main()
