"""Labelled sites as a bundle reads them, and the figures of what a model says of them.

A figure is a function of sums over sites, so that a bootstrap resample is a row of weights, how often each site was drawn: point
figures are those of weights that are all one. Columns of `Answers` have a row per labelled site; those with no page come last.
"""
import hashlib
import json
import math
from pathlib import Path
from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from archive import read_sites
from bundle import HERE, sha256
from dataset import open_split, read_labels

BINS = 10  # of the calibration error
INTERVAL = [2.5, 97.5]  # percentiles of the resamples between which a figure is said to lie
SEED = 1  # of resamples and folds
WEIGHTS_AT_ONCE = 20_000_000  # resamples are drawn in parts of so many numbers
SITES_AT_ONCE = 128  # encoded at a time


class Labelled(NamedTuple):
    """Sites to judge by: the head's input and the right industries of those with a page, the right industries of those without."""

    features: np.ndarray
    right: np.ndarray
    without_page: np.ndarray
    words: str


class Answers(NamedTuple):
    """What a model says of each labelled site."""

    best: np.ndarray  # its first industry by number, -1 without a page
    sure: np.ndarray  # probability of it
    hit: np.ndarray  # it is right
    near: np.ndarray  # one of the first three is right
    truth: np.ndarray  # the right industry: the one said if it is among several, else the first
    loss: np.ndarray  # negative log likelihood of what is right
    read: np.ndarray  # there is a page
    classes: int


def from_archive(bundle, archive, labels):
    """All labelled sites, as crawled."""
    right = read_labels(labels, bundle.industries)
    sites = [site for name, site in read_sites(archive).items() if site.pages and name in right]
    if not sites:
        raise SystemExit(f"none of the {len(right)} labelled sites of {labels} was read in {archive}: are these the same ids?")
    read = {site.id for site in sites}
    without_page = [row for name, row in right.items() if name not in read]
    return Labelled(
        encoded(bundle, sites),
        np.stack([right[site.id] for site in sites]),
        np.array(without_page, bool).reshape(-1, len(bundle.industries)),
        f"{len(right)} labelled sites of a crawl archive, {len(sites)} with a page read",
    )


def from_split(bundle, data, name):
    """The sites of a split; a dataset holds none without a page."""
    split = open_split(data, name)
    made_from = [sha256(file) for file in (Path(data) / "dataset.json", *sorted((Path(data) / name).iterdir()))]

    def features(part):
        arrays = {kind: tokens[part] for kind, tokens in split.tokens.items()}
        return bundle.features_of(split._replace(tokens=arrays, extensions=split.extensions[part], right=split.right[part], ids=split.ids[part]))

    right = np.asarray(split.right)
    words = f"{len(split.ids)} labelled sites, the {name} split of the dataset {Path(data).resolve().name}"
    return Labelled(kept(bundle, made_from, features, len(split.ids)), right, right[:0], words)


def encoded(bundle, sites):
    """The head's input of all sites."""
    return kept(bundle, sites, lambda part: bundle.features(sites[part]), len(sites))


def kept(bundle, made_from, features, sites):
    """The head's input, kept on disk under the hash of what it was made from; `features` makes it of a slice of the sites."""
    same = [bundle.card[of] for of in ("hidden", "pooling", "normalize", "segment_lengths", "url_extensions")]
    sources = [sha256(HERE / name) for name in ("segments.py", "encoder.py", "bundle.py")]
    sources += [bundle.card["sha256"][name] for name in ("encoder.onnx", "tokenizer.json")]
    key = json.dumps([made_from, sources, same, bundle.industries], sort_keys=True)
    file = HERE / "target" / "features" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.npy"
    if not file.is_file():
        parts = [slice(start, start + SITES_AT_ONCE) for start in range(0, sites, SITES_AT_ONCE)]
        found = np.concatenate([features(part) for part in tqdm(parts, "encoding", unit="part", disable=None)])
        file.parent.mkdir(parents=True, exist_ok=True)
        whole = file.with_suffix(".part")
        with open(whole, "wb") as out:
            np.save(out, found)
        whole.replace(file)
    return np.load(file)


def answers(shares, right, without_page):
    """Of probabilities [n, classes], right industries [n, classes], and those of sites without a page [m, classes]."""
    order = np.argsort(-shares, axis=1, kind="stable")[:, :3]
    good = np.take_along_axis(right, order, axis=1)
    missing = np.zeros(len(without_page))
    return Answers(
        best=np.concatenate([order[:, 0], missing - 1]).astype(int),
        sure=np.concatenate([shares.max(axis=1), missing]),
        hit=np.concatenate([good[:, 0], missing]).astype(bool),
        near=np.concatenate([good.any(axis=1), missing]).astype(bool),
        truth=np.concatenate([np.where(good[:, 0], order[:, 0], right.argmax(axis=1)), without_page.argmax(axis=1)]).astype(int),
        loss=np.concatenate([-np.log(np.maximum((shares * right).sum(axis=1), np.finfo(float).tiny)), missing]),
        read=np.concatenate([np.ones(len(shares)), missing]).astype(bool),
        classes=right.shape[1],
    )


def figures(of, threshold=0.0, weights=None):
    """Figures over all labelled sites, one number per row of weights. Less sure than the threshold is a miss.

    The calibration error and the precision are taken over what is classified, the likelihood over what has a page.
    """
    weights = np.ones((1, len(of.hit))) if weights is None else weights
    classified = of.read & (of.sure >= threshold)
    total, number = weights.sum(axis=1), weights @ classified
    hits = weights @ (of.hit & classified)
    off = weights @ (one_hot(bins(of), BINS) * (np.where(classified, of.sure - of.hit, 0))[:, None])
    seen, right, said = by_industry(of, classified, weights)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "top1": hits / total,
            "top3": weights @ (of.near & classified) / total,
            "macro_f1": np.nanmean(2 * right / (seen + said), axis=1),
            "mean_recall": np.nanmean(right / seen, axis=1),
            "calibration_error": np.abs(off).sum(axis=1) / number,
            "nll": weights @ of.loss / (weights @ of.read),
            "classified": number / total,
            "precision": hits / number,
        }


def by_industry(of, classified, weights):
    """How many sites are of each industry, are rightly said to be, and are said to be: [rows of weights, classes] each."""
    truth = one_hot(of.truth, of.classes)
    return weights @ truth, weights @ (truth * (of.hit & classified)[:, None]), weights @ (one_hot(of.best, of.classes) * classified[:, None])


def bins(of):
    return np.minimum(BINS - 1, (of.sure * BINS).astype(int))


def one_hot(numbers, classes):
    return (numbers[:, None] == np.arange(classes)).astype(float)


def point(of, threshold=0.0):
    return {name: float(found[0]) for name, found in figures(of, threshold).items()}


def resamples(sites, count):
    """Rows of weights, how often each site was drawn, in parts that fit in memory."""
    draw = np.random.default_rng(SEED)
    step = max(1, WEIGHTS_AT_ONCE // sites)
    for start in tqdm(range(0, count, step), "resampling", unit="part", disable=None, delay=2):
        yield draw.multinomial(sites, np.full(sites, 1 / sites), size=min(step, count - start)).astype(float)


def interval(drawn):
    """Of figures of resamples, first axis; a resample without a case of it says nothing."""
    if np.isnan(drawn).all():
        return math.nan, math.nan
    low, high = np.nanpercentile(drawn, INTERVAL)
    return float(low), float(high)
