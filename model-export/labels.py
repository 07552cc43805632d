"""Make labels of what annotators judged, and show what annotators and vendors are worth.

    labels.py --judgements CSV --output labels.csv [--gold CSV] [--method majority|dawid-skene|wawa] [--report DIR]

Judgements have the columns site, annotator, industry and, to compare vendors, vendor; the gold set has site and industry (several
ids joined by '|': any of them is right). Labels get the columns id, industry, agreement (share of judgements that say so), judgements
and by; gold decides where it is there. A site whose judgements tie is named and gets no label: it is written to ties.csv beside the
labels, to be judged again. The report holds tables and pictures: annotators.csv, annotators.png, vendors.csv, vendors.png, confusions.csv.
"""
import argparse
import collections
import csv
import sys
from pathlib import Path

import matplotlib
import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote
from crowdkit.metrics.data import alpha_krippendorff
from scipy.stats import binomtest

from bundle import HERE, read_industries

ROUNDS = 100  # of expectation and maximisation in Dawid-Skene, at most
METHODS = {  # shares of belief per site and industry; Wawa is written out, for crowd-kit's own class does not run with today's scikit-learn
    "majority": lambda answers: MajorityVote().fit(answers).probas_,
    "dawid-skene": lambda answers: DawidSkene(n_iter=ROUNDS).fit(answers).probas_,
    "wawa": lambda answers: MajorityVote().fit(answers, MajorityVote().fit(answers).skills_).probas_,
}
TIED = 1e-9  # beliefs closer than this are equal
SHOWN = 15  # confusions printed


def read_rows(file, columns, industries):
    """Rows of a CSV; what is missing, empty or no industry is named with its line."""
    if not file.is_file():
        raise SystemExit(f"no file {file}: a CSV with the columns {', '.join(columns)} is wanted")
    with open(file, encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source)
        if not set(columns) <= set(rows.fieldnames or []):
            raise SystemExit(f"{file} has the columns {', '.join(rows.fieldnames or ['none'])}: {', '.join(columns)} are wanted")
        found = []
        for row in rows:
            empty = [column for column in columns if not (row[column] or "").strip()]
            if empty:
                raise SystemExit(f"{file}:{rows.line_num}: no {empty[0]}")
            for industry in row["industry"].split("|"):
                if industry not in industries:
                    raise SystemExit(f"{file}:{rows.line_num}: there is no industry '{industry}' in industries.csv")
            found.append(row)
    if not found:
        raise SystemExit(f"{file} has no line below its header")
    return found


def read_judgements(file, industries):
    """A frame of task, worker, label and vendor, as crowd-kit names them."""
    rows = read_rows(file, ["site", "annotator", "industry"], industries)
    several = next((row for row in rows if "|" in row["industry"]), None)
    if several:
        raise SystemExit(f"{file}: {several['annotator']} gives {several['site']} the industries {several['industry']}: one is wanted")
    twice = [pair for pair, count in collections.Counter((row["site"], row["annotator"]) for row in rows).items() if count > 1]
    if twice:
        raise SystemExit(f"{file}: {twice[0][1]} judges {twice[0][0]} more than once")
    return pd.DataFrame([(row["site"], row["annotator"], row["industry"], row.get("vendor") or "") for row in rows], columns=["task", "worker", "label", "vendor"])


def read_gold(file, industries):
    rows = read_rows(file, ["site", "industry"], industries)
    twice = [site for site, count in collections.Counter(row["site"] for row in rows).items() if count > 1]
    if twice:
        raise SystemExit(f"{file}: '{twice[0]}' is there twice: keep one line, with several right industries joined by |")
    return {row["site"]: set(row["industry"].split("|")) for row in rows}


def decide(answers, method):
    """Industries that share the highest belief, by site: several where judgements tie."""
    beliefs = METHODS[method](answers[["task", "worker", "label"]])
    return {site: sorted(beliefs.columns[row >= row.max() - TIED]) for site, row in zip(beliefs.index, beliefs.to_numpy())}


def accuracy(answers, gold, by):
    """Of each annotator or vendor: judgements of gold sites, those that were right, their share and its 95 % interval (Wilson)."""
    judged = answers[answers["task"].isin(gold)]
    judged = judged.assign(right=[label in gold[site] for site, label in zip(judged["task"], judged["label"])])
    found = judged.groupby(by)["right"].agg(judgements="count", right="sum").reset_index()
    intervals = [binomtest(int(right), int(count)).proportion_ci(method="wilson") for right, count in zip(found["right"], found["judgements"])]
    found = found.assign(accuracy=found["right"] / found["judgements"], low=[of.low for of in intervals], high=[of.high for of in intervals])
    return found.sort_values("accuracy", ascending=False, ignore_index=True)


def confusions(answers, gold):
    """How often a vendor's annotators say one industry where gold says another, most often first."""
    counts = collections.Counter(
        ("|".join(sorted(gold[site])), label, vendor)
        for site, label, vendor in zip(answers["task"], answers["label"], answers["vendor"])
        if site in gold and label not in gold[site]
    )
    return pd.DataFrame([(*key, count) for key, count in counts.most_common()], columns=["gold", "judged", "vendor", "judgements"])


def draw(found, by, file):
    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 1 + 0.3 * len(found)), layout="constrained")
    error = [found["accuracy"] - found["low"], found["high"] - found["accuracy"]]
    axes.errorbar(found["accuracy"], range(len(found)), xerr=error, fmt="o", capsize=3)
    axes.set_yticks(range(len(found)), [f"{name} ({count})" for name, count in zip(found[by], found["judgements"])])
    axes.invert_yaxis()
    axes.set(xlim=(0, 1), xlabel="share of gold sites judged right, 95 % interval", title=f"Accuracy per {by}")
    figure.savefig(file, dpi=120)
    pyplot.close(figure)


def write_labels(file, answers, decided, gold, method):
    """Writes labels.csv and ties.csv; returns the number of labels and the ties."""
    said = {site: of["label"].value_counts() for site, of in answers.groupby("task")}
    ties = {site: best for site, best in decided.items() if len(best) > 1 and site not in gold}
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["id", "industry", "agreement", "judgements", "by"])
        for site in sorted(set(decided) | set(gold)):
            if site not in ties:
                label = sorted(gold[site]) if site in gold else decided[site]
                counts = said.get(site, pd.Series(dtype=int))
                agreement = round(float(counts[counts.index.isin(label)].sum() / counts.sum()), 3) if len(counts) else ""
                rows.writerow([site, "|".join(label), agreement, int(counts.sum()), "gold" if site in gold else method])
    with open(file.with_name("ties.csv"), "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["site", "industries", "judgements"])
        rows.writerows([site, "|".join(best), int(said[site].sum())] for site, best in sorted(ties.items()))
    return len(set(decided) | set(gold)) - len(ties), ties


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--judgements", type=Path, required=True, help="CSV with the columns site, annotator, industry, and perhaps vendor")
    options.add_argument("--output", type=Path, required=True, help="CSV of labels to write; ties.csv comes beside it")
    options.add_argument("--gold", type=Path, help="CSV with the columns site and industry of sites whose industry is known")
    options.add_argument("--method", choices=METHODS, default="majority", help="how judgements are joined; majority")
    options.add_argument("--report", type=Path, help="folder for what annotators and vendors are worth; needs --gold")
    options.add_argument("--industries", type=Path, default=HERE / "industries.csv", help="the taxonomy")
    chosen = options.parse_args(arguments)
    if chosen.report and not chosen.gold:
        options.error("--report compares with gold: give --gold")

    industries = set(read_industries(chosen.industries))
    answers = read_judgements(chosen.judgements, industries)
    gold = read_gold(chosen.gold, industries) if chosen.gold else {}
    decided = decide(answers, chosen.method)
    labels, ties = write_labels(chosen.output, answers, decided, gold, chosen.method)

    print(f"{len(answers)} judgements of {answers['task'].nunique()} sites by {answers['worker'].nunique()} annotators; "
          f"Krippendorff's alpha {alpha_krippendorff(answers[['task', 'worker', 'label']]):.2f}")
    print(f"{chosen.output}: {labels} labels, {len(set(gold))} of them gold, the others by {chosen.method}; {len(ties)} ties")
    for site, best in sorted(ties.items()):
        print(f"  tie: {site} between {' and '.join(best)}")
    if not gold:
        return
    known = [site for site in gold if site in decided]
    if not known:
        raise SystemExit(f"no site of {chosen.gold} was judged: annotators cannot be compared with it")
    right = sum(len(decided[site]) == 1 and decided[site][0] in gold[site] for site in known)
    print(f"\n{chosen.method} against gold: {right} of {len(known)} right ({right / len(known):.1%})")
    worth = {by: accuracy(answers, gold, column) for by, column in {"annotator": "worker", "vendor": "vendor"}.items()}
    for by, found in worth.items():
        print(f"\n{by:24s} judgements   right   accuracy   95 % interval")
        for name, count, good, share, low, high in found.itertuples(index=False):
            print(f"{name or '(none named)':24s} {count:10d} {good:7d} {share:10.1%}   {low:.1%} - {high:.1%}")
    confused = confusions(answers, gold)
    if len(confused):
        print("\ngold                     judged                   vendor             judgements")
        for is_, said, vendor, count in confused.head(SHOWN).itertuples(index=False):
            print(f"{is_:24s} {said:24s} {vendor:18s} {count:10d}")
    if chosen.report:
        chosen.report.mkdir(parents=True, exist_ok=True)
        for by, found in worth.items():
            found = found.rename(columns={"worker": by})
            found.to_csv(chosen.report / f"{by}s.csv", index=False)
            draw(found, by, chosen.report / f"{by}s.png")
        confused.to_csv(chosen.report / "confusions.csv", index=False)


if __name__ == "__main__":
    sys.exit(main())
