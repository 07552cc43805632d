"""Fit a bundle's temperature and abstain threshold on labelled sites that it was not trained on.

    calibrate.py --bundle DIR (--data DATA [--split validation] | --archive DIR --labels CSV)
                 [--precision 0.95] [--folds 5] [--on WORDS] [--dry-run]

The temperature is the likeliest one. The threshold is the smallest at which the precision of what is classified is at least the
wanted one, by its lower confidence bound; it is never below the least sure site measured. Where the precision cannot be reached the
bundle stays as it is. The figures that are printed and stored are cross-validated: both are fitted on all folds but one and
measured on that one. Only model.json is written: temperature, abstain_threshold and quality.
"""
import argparse
import datetime
import json
import math
import os
from pathlib import Path

import numpy as np
from scipy.optimize import minimize_scalar

from bundle import Bundle, softmax
from measure import SEED, answers, from_archive, from_split, point

PRECISION = 0.95  # wanted of what is classified
FOLDS = 5  # of the cross-validation
TEMPERATURES = (1e-3, 1e3)  # within which the likeliest is sought
DEVIATIONS = 0.8416  # of the normal distribution: four precisions of five lie above a bound so far below what was measured
DIGITS = 4  # of a temperature and a threshold
NOTHING = 2.0  # a threshold that no probability reaches


def likeliest_temperature(logits, right):
    """None where any extreme one is likelier still: every site is right by far, or the logits say nothing."""
    bounds = np.log(TEMPERATURES).tolist()

    def loss(log):
        return answers(softmax(logits, np.exp(log)), right, right[:0]).loss.mean()

    found = minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-4}).x
    return float(np.exp(found)) if loss(found) < min(map(loss, bounds)) - 1e-6 else None


def thresholds(sure, hit):
    """Each threshold that tells sites apart, ascending, with how many are classified at it and the lower bound of their precision."""
    order = np.argsort(sure)
    tried = np.unique(np.floor(sure * 10**DIGITS) / 10**DIGITS)
    below = np.searchsorted(sure[order], tried)
    hits = np.cumsum(hit[order][::-1])[::-1][below]
    return tried, len(sure) - below, lower_bound(hits, len(sure) - below)


def lower_bound(hits, number):
    """Wilson's, of the share that hits are."""
    share, square = hits / number, DEVIATIONS**2
    middle = share + square / (2 * number)
    return (middle - DEVIATIONS * np.sqrt(share * (1 - share) / number + square / (4 * number**2))) / (1 + square / number)


def smallest_threshold(sure, hit, precision):
    """None where no threshold reaches the precision."""
    tried, _, bound = thresholds(sure, hit)
    reached = tried[bound >= precision]
    return float(reached[0]) if len(reached) else None


def fitted(bundle, logits, right, precision):
    """Temperature and threshold of all sites, or a line that says why there are none."""
    temperature = likeliest_temperature(logits, right)
    if temperature is None:
        print(f"temperature kept: {len(logits)} sites set no bound to it, as all are right by far or the logits say nothing")
    temperature = round(temperature or bundle.card["temperature"], DIGITS)
    of = answers(softmax(logits, temperature), right, right[:0])
    threshold = smallest_threshold(of.sure, of.hit, precision)
    if threshold is None:
        tried, number, bound = thresholds(of.sure, of.hit)
        best = bound.argmax()
        raise SystemExit(
            f"a precision of {precision:.1%} is out of reach with {len(logits)} sites: {bound[best]:.1%} is the most that is sure, "
            f"of {number[best]} sites above {tried[best]}; want less or label more; {bundle.folder} is as it was"
        )
    return temperature, threshold


def folds_of(sites, folds):
    if not 2 <= folds <= sites:
        raise SystemExit(f"--folds {folds}: {sites} sites can be parted into 2 to {sites} folds")
    return np.random.default_rng(SEED).permutation(sites) % folds


def held_out_temperatures(logits, right, fold, own):
    """The temperature for each site, fitted without the site's fold; the bundle's own where there is no likeliest one."""
    found = np.zeros(len(right))
    for number in range(fold.max() + 1):
        found[fold == number] = likeliest_temperature(logits[fold != number], right[fold != number]) or own
    return found


def held_out_thresholds(logits, right, fold, temperatures, precision):
    """The threshold for each site, fitted without the site's fold; above 1, so that nothing is classified, where there is none."""
    found = np.zeros(len(right))
    for number in range(fold.max() + 1):
        others = fold != number
        of = answers(softmax(logits[others], temperatures[fold == number][0]), right[others], right[:0])
        reached = smallest_threshold(of.sure, of.hit, precision)
        found[fold == number] = NOTHING if reached is None else reached
    return found


def cross_validated(logits, sites, fold, own, precision):
    """Answers with held-out temperatures, and the temperature and the threshold that each site was judged with."""
    temperatures = held_out_temperatures(logits, sites.right, fold, own)
    limits = held_out_thresholds(logits, sites.right, fold, temperatures, precision)
    return answers(softmax(logits, temperatures[:, None]), sites.right, sites.without_page), temperatures, limits


def write(bundle, temperature, threshold, quality):
    """model.json anew, whole or not at all."""
    file = bundle.folder / "model.json"
    card = {**bundle.card, "temperature": temperature, "abstain_threshold": threshold, "quality": quality}
    part = file.with_suffix(".part")
    part.write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    os.replace(part, file)


def labelled_sites(chosen, bundle, options):
    """Out of an archive or a dataset, as the options --archive, --labels, --data and --split say."""
    if (chosen.data is None) == (chosen.archive is None):
        options.error("one of --data and --archive is wanted")
    if (chosen.archive is None) != (chosen.labels is None):
        options.error("--archive and --labels go together; a dataset has labels of its own")
    return from_split(bundle, chosen.data, chosen.split) if chosen.data else from_archive(bundle, chosen.archive, chosen.labels)


def add_sources(options, split):
    options.add_argument("--bundle", type=Path, required=True, help="folder of the bundle")
    options.add_argument("--data", type=Path, help="folder of a dataset")
    options.add_argument("--split", choices=["train", "validation", "test"], default=split, help=f"of the dataset; {split}")
    options.add_argument("--archive", type=Path, help="folder of clean records, archive/pages of a crawl")
    options.add_argument("--labels", type=Path, help="CSV with the columns id and industry")


def share(text):
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 0 < found < 1:
        raise argparse.ArgumentTypeError(f"{text}: a number between 0 and 1 is wanted")
    return found


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    add_sources(options, "validation")
    options.add_argument("--precision", type=share, default=PRECISION, help=f"wanted of what is classified; {PRECISION}")
    options.add_argument("--folds", type=int, default=FOLDS, help=f"of the cross-validation; {FOLDS}")
    options.add_argument("--on", help="what these sites are, in words for model.json; where they were read")
    options.add_argument("--dry-run", action="store_true", help="print, write nothing")
    chosen = options.parse_args(arguments)

    bundle = Bundle(chosen.bundle)
    sites = labelled_sites(chosen, bundle, options)
    fold = folds_of(len(sites.right), chosen.folds)
    logits, own = bundle.logits(sites.features), bundle.card["temperature"]
    temperature, threshold = fitted(bundle, logits, sites.right, chosen.precision)
    after, temperatures, limits = cross_validated(logits, sites, fold, own, chosen.precision)
    before = answers(bundle.probabilities(sites.features), sites.right, sites.without_page)
    every_before, every = point(before), point(after)
    classified_before = point(before, bundle.card["abstain_threshold"])
    classified = point(after, np.append(limits, np.full(len(sites.without_page), NOTHING)))
    print(f"{sites.words}; fitted on {chosen.folds - 1} of {chosen.folds} folds, measured on the one left out\n")
    print(f"{'':22s}{'before':>10s}{'after':>10s}")
    print(f"{'temperature':22s}{own:10.4f}{temperature:10.4f}   {span(temperatures)}")
    print(f"{'calibration error':22s}{every_before['calibration_error']:10.3f}{every['calibration_error']:10.3f}")
    print(f"{'neg. log likelihood':22s}{every_before['nll']:10.3f}{every['nll']:10.3f}")
    print(f"{'abstain threshold':22s}{bundle.card['abstain_threshold']:10.4f}{threshold:10.4f}   {span(limits[limits < NOTHING])}")
    print(f"{'classified':22s}{classified_before['classified']:10.1%}{classified['classified']:10.1%}")
    print(f"{'precision of these':22s}{classified_before['precision']:10.1%}{classified['precision']:10.1%}")
    print(f"\ntop-1 {every['top1']:.1%}, top-3 {every['top3']:.1%} of all, abstained or not")
    if chosen.dry_run:
        print("nothing written")
        return
    quality = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "on": f"{chosen.on or sites.words}; temperature and threshold cross-validated in {chosen.folds} folds",
        "sites": len(after.hit),
        **{name: rounded(every[name]) for name in ("top1", "top3", "calibration_error", "nll")},
        **{name: rounded(classified[name]) for name in ("precision", "classified")},
    }
    write(bundle, temperature, threshold, quality)
    print(f"written to {bundle.folder / 'model.json'}")


def span(found):
    return f"{found.min():.4f} to {found.max():.4f} in the folds" if len(found) else "out of reach in the folds"


def rounded(figure):
    return None if math.isnan(figure) else round(figure, 4)


if __name__ == "__main__":
    main()
