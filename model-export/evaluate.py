"""Judge a bundle on labelled sites, next to two baselines, and write its model card.

    evaluate.py --bundle DIR (--data DATA [--split test] [--baselines [tf-idf,zero-shot]] | --archive DIR --labels CSV) --output REPORT
                [--hide domain,business-name,page-1-title] [--folds N] [--bootstraps 1000]

REPORT/ gets model-card.md, figures.json with all that is in it, reliability.png, risk-coverage.png, industries.png and confusions.png.
A labelled site with no page read is a miss. Of several right industries any is right; where industries are counted, the one that was
said stands for such a site if it is right, else the first. Figures have 95 % bootstrap intervals over sites, differences to a baseline
have them from the same resamples.
"""
import argparse
import collections
import datetime
import json
import math
from pathlib import Path

import numpy as np
from scipy.stats import binomtest

import baselines
import pictures
from bundle import Bundle, softmax
from calibrate import add_sources, folds_of, held_out_temperatures, labelled_sites
from measure import BINS, answers, bins, by_industry, figures, interval, resamples
from model_card import model_card
from segments import NAMES

BOOTSTRAPS = 1000  # resamples
BASELINES = {"tf-idf": ("TF-IDF", baselines.tfidf), "zero-shot": ("zero-shot", baselines.zero_shot)}  # by option: name, probabilities
CONFUSIONS = 15  # pairs that are told, the most frequent
COVERAGES = np.arange(1, 101) / 100  # shares of the sites at which the risk is told
EVERY = ["top1", "top3", "macro_f1", "mean_recall", "calibration_error", "nll"]  # figures as if no site were too unsure
WORDS = {
    "top1": "top-1",
    "top3": "top-3",
    "macro_f1": "macro F1",
    "mean_recall": "mean recall of industries",
    "calibration_error": "calibration error",
    "nll": "neg. log likelihood",
    "classified": "classified",
    "precision": "precision of the classified",
    "top1_of_all": "top-1, unclassified is a miss",
}
PLAIN = {"macro_f1", "calibration_error", "nll"}  # told as numbers; the others in per cent


def headline(of, threshold, weights=None):
    every, classified = figures(of, weights=weights), figures(of, threshold, weights)
    return {**{name: every[name] for name in EVERY}, "classified": classified["classified"], "precision": classified["precision"],
            "top1_of_all": classified["top1"]}


def as_many(of, number):
    """The threshold at which so many sites are classified, the surest."""
    return np.sort(of.sure[of.read])[::-1][number - 1] if number else math.inf


def risks(of, weights):
    """The share of wrong ones among the surest sites, at each share of all sites that these are: [rows of weights, coverages]."""
    order = np.argsort(-of.sure, kind="stable")[:of.read.sum()]
    found = []
    for row in weights:
        reached = COVERAGES * row.sum()
        covered, wrong = (np.append(0, np.cumsum(of_each)) for of_each in (row[order], (row * ~of.hit)[order]))
        found.append(np.interp(reached, covered, wrong, right=np.nan) / reached)
    return np.array(found)


def judge(models, thresholds, count):
    """Figures of each model with their intervals, the first one's differences to the others, and risk by coverage."""
    first = next(iter(models))
    drawn = {name: collections.defaultdict(list) for name in models}
    drawn_risks = []
    for weights in resamples(len(models[first].hit), count):
        for name, of in models.items():
            for figure, values in headline(of, thresholds[name], weights).items():
                drawn[name][figure].append(values)
        drawn_risks.append(risks(models[first], weights))
    drawn = {name: {figure: np.concatenate(parts) for figure, parts in of.items()} for name, of in drawn.items()}
    exact = {name: {figure: float(value[0]) for figure, value in headline(of, thresholds[name]).items()} for name, of in models.items()}
    of_models = {name: {figure: told(value, drawn[name][figure]) for figure, value in exact[name].items()} for name in models}
    differences = {
        name: {figure: told(exact[first][figure] - value, drawn[first][figure] - drawn[name][figure]) for figure, value in exact[name].items()}
        for name in models if name != first
    }
    curves = {name: {"risk": risks(of, np.ones((1, len(of.hit))))[0].tolist()} for name, of in models.items()}
    curves[first]["low"], curves[first]["high"] = np.transpose([interval(at) for at in np.concatenate(drawn_risks).T]).tolist()
    return of_models, differences, {"coverage": COVERAGES.tolist(), "models": curves}


def told(value, drawn):
    return dict(zip(("value", "low", "high"), (value, *interval(drawn))))


def recalls(of, industries):
    """What was found of each industry that occurs, worst first."""
    seen, right, _ = (sums[0].astype(int) for sums in by_industry(of, of.read, np.ones((1, len(of.hit)))))
    rows = []
    for number in np.flatnonzero(seen):
        others = collections.Counter(of.best[(of.truth == number) & ~of.hit & of.read].tolist())
        taken_for = [industries[other] for other, _ in others.most_common(2)]
        sites = {"sites": int(seen[number]), "right": int(right[number])}
        rows.append({"industry": industries[number], **sites, **share(right[number], seen[number]), "taken_for": taken_for})
    return sorted(rows, key=lambda row: (row["value"], -row["sites"], row["industry"]))


def confusions(of, industries):
    wrong = of.read & ~of.hit
    pairs = collections.Counter(zip(of.truth[wrong].tolist(), of.best[wrong].tolist()))
    found = [{"right": industries[right], "said": industries[said], "times": times, "sites": int((of.truth == right).sum())}
             for (right, said), times in pairs.items()]
    return sorted(found, key=lambda pair: (-pair["times"], pair["sites"], pair["right"], pair["said"]))[:CONFUSIONS]


def reliability(of):
    """By tenths of probability: sites, mean probability, and the share of right ones."""
    cells = bins(of)
    rows = []
    for number in range(BINS):
        here = of.read & (cells == number)
        mean = float(of.sure[here].mean()) if here.any() else None
        rows.append({"from": number / BINS, "to": (number + 1) / BINS, "sites": int(here.sum()), "probability": mean,
                     **(share(of.hit[here].sum(), here.sum()) if here.any() else {})})
    return rows


def share(hits, sites):
    """With Wilson's interval, as a bootstrap of few sites knows no doubt."""
    found = binomtest(int(hits), int(sites)).proportion_ci(method="wilson")
    return {"value": float(hits / sites), "low": float(found.low), "high": float(found.high)}


def table(models):
    """Rows of texts: a figure's name, and the figure of each model."""
    return [["", *models], *([words, *(with_interval(name, of[name]) for of in models.values())] for name, words in WORDS.items())]


def differences_table(own, differences):
    """Rows of texts: by how much the first model's figure is above each baseline's; how many are classified is the same."""
    rows = [[words, *(with_interval(name, of[name], "+") for of in differences.values())] for name, words in WORDS.items() if name != "classified"]
    return [[f"{own} minus", *differences], *rows]


def with_interval(name, figure, sign=""):
    form = f"{sign}.3f" if name in PLAIN else f"{sign}.1%"
    value, low, high = ("-" if math.isnan(figure[part]) else format(figure[part], form) for part in ("value", "low", "high"))
    return f"{value} ({low} to {high})"


def print_table(rows):
    widths = [max(map(len, column)) + 2 for column in zip(*rows)]
    for row in rows:
        print("".join(text.ljust(width) if place == 0 else text.rjust(width) for place, (text, width) in enumerate(zip(row, widths))))


def without_nan(value):
    """The same for JSON, which has no word for what is no number."""
    if isinstance(value, dict):
        return {name: without_nan(of) for name, of in value.items()}
    if isinstance(value, list):
        return [without_nan(of) for of in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def some_of(known, what):
    def parsed(text):
        names = [name for name in text.split(",") if name]
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"there is no {what} '{name}': {', '.join(known)} are known")
        return names

    return parsed


def enough(text):
    if not text.isdecimal() or int(text) < 100:
        raise argparse.ArgumentTypeError(f"{text}: 100 at least are wanted for an interval")
    return int(text)


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    add_sources(options, "test")
    options.add_argument("--output", type=Path, required=True, help="folder to write")
    options.add_argument("--baselines", type=some_of(BASELINES, "baseline"), nargs="?", const=list(BASELINES), default=[],
                         help="judged on the same split, tf-idf,zero-shot or one of them; none, without a value both")
    options.add_argument("--hide", type=some_of(NAMES, "segment"), default=[], help="segments, by their names in the evidence, to be read as empty")
    options.add_argument("--folds", type=int, help="judge each fold with the temperature that fits the others; the bundle's temperature")
    options.add_argument("--bootstraps", type=enough, default=BOOTSTRAPS, help=f"resamples of the sites; {BOOTSTRAPS}")
    chosen = options.parse_args(arguments)
    if chosen.baselines and not chosen.data:
        options.error("--baselines learn from a dataset: give --data")

    bundle = Bundle(chosen.bundle)
    sites = labelled_sites(chosen, bundle, options)
    temperature = bundle.card["temperature"]
    if chosen.folds is not None:
        temperature = held_out_temperatures(bundle.logits(sites.features), sites.right, folds_of(len(sites.right), chosen.folds), temperature)[:, None]
    own = bundle.card["version"]
    models = {own: answers(softmax(bundle.logits(bundle.hidden_away(sites.features, chosen.hide)), temperature), sites.right, sites.without_page)}
    for baseline in chosen.baselines:
        name, probabilities = BASELINES[baseline]
        models[name] = answers(probabilities(chosen.data, chosen.split, chosen.hide), sites.right, sites.without_page)
    classified = int((models[own].sure[models[own].read] >= bundle.card["abstain_threshold"]).sum())
    thresholds = {name: bundle.card["abstain_threshold"] if name == own else as_many(of, classified) for name, of in models.items()}

    of_models, differences, curves = judge(models, thresholds, chosen.bootstraps)
    report = {
        "version": own,
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "on": sites.words,
        "sites": len(models[own].hit),
        "without_page": len(sites.without_page),
        "hidden": chosen.hide,
        "folds": chosen.folds,
        "bootstraps": chosen.bootstraps,
        "abstain_threshold": bundle.card["abstain_threshold"],
        "models": of_models,
        "differences": differences,
        "industries": recalls(models[own], bundle.industries),
        "confusions": confusions(models[own], bundle.industries),
        "reliability": reliability(models[own]),
        "risk_coverage": curves,
    }
    chosen.output.mkdir(parents=True, exist_ok=True)
    (chosen.output / "figures.json").write_text(json.dumps(without_nan(report), indent=1) + "\n", encoding="utf-8")
    pictures.draw(report, chosen.output)
    tables = [table(of_models), *([differences_table(own, differences)] if differences else [])]
    (chosen.output / "model-card.md").write_text(model_card(bundle.card, bundle.industries, report, tables), encoding="utf-8")

    print(f"{own} on {sites.words}, of {len(report['industries'])} industries{'; hidden: ' + ', '.join(chosen.hide) if chosen.hide else ''}\n")
    for rows in tables:
        print_table(rows)
        print()
    for pair in report["confusions"][:5]:
        print(f"{pair['times']:5d} of {pair['sites']} {pair['right']} taken for {pair['said']}")
    print(f"written to {chosen.output}: model-card.md, figures.json and pictures")


if __name__ == "__main__":
    main()
