"""Pick the sites that are worth tagging next out of predictions.

    sample.py --predictions PATH --count N --output to-tag.csv [--labels CSV] [--per-industry N] [--random SHARE] [--seed N]

PATH is what `tradewind classify` writes to predictions/. A share is drawn at random, so that what is tagged also tells how good the
model is; the others are those with the least margin between the best and the second probability, at most so many of each industry
(by the best guess). Failed sites, and those that have a label, are left out. The columns are id, name, url, picked_by, best, second, margin.
"""
import argparse
import collections
import csv
import json
import random
import sys
from pathlib import Path

COLUMNS = ["id", "name", "url", "picked_by", "best", "second", "margin"]


def read_predictions(path):
    """The last prediction of each business that did not fail."""
    files = sorted(file for file in path.rglob("[!._]*") if file.is_file()) if path.is_dir() else [path] if path.is_file() else []
    if not files:
        raise SystemExit(f"no predictions in {path}: --predictions wants the folder predictions/ of a run")
    found = {}
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").split("\n"), 1):
            if line:
                try:
                    prediction = json.loads(line)
                    found[prediction["id"]] = prediction
                    prediction["status"], prediction["industries"]
                except (ValueError, TypeError, KeyError):
                    raise SystemExit(f"{file.name}:{number} is no prediction: a JSON object with id, status and industries is wanted") from None
    return {id: prediction for id, prediction in found.items() if prediction["status"] != "failed"}


def margin(prediction):
    """How far the best industry is ahead of the second; 0 where nothing was judged."""
    shares = [industry["probability"] for industry in prediction["industries"]]
    return shares[0] - (shares[1] if len(shares) > 1 else 0) if shares else 0.0


def best(prediction):
    return prediction["industries"][0]["id"] if prediction["industries"] else ""


def pick(predictions, count, share, quota, seed):
    """Ids in the order to be tagged, each with what picked it."""
    ids = sorted(predictions)
    drawn = random.Random(seed).sample(ids, min(len(ids), round(count * share)))
    taken = collections.Counter()
    picked = dict.fromkeys(drawn, "random")
    for id in sorted(ids, key=lambda id: (margin(predictions[id]), id)):
        if len(picked) == count:
            break
        if id not in picked and predictions[id]["industries"] and taken[best(predictions[id])] < quota:
            taken[best(predictions[id])] += 1
            picked[id] = "margin"
    return picked


def positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text}: a number from 1 is wanted")
    return int(text)


def part(text):
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError(f"{text}: a share from 0 to 1 is wanted")
    return float(text)


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--predictions", type=Path, required=True, help="JSON Lines file, or a folder of them")
    options.add_argument("--count", type=positive, required=True, help="sites to pick")
    options.add_argument("--output", type=Path, required=True, help="CSV to write")
    options.add_argument("--labels", type=Path, help="CSV with the column id: sites that are tagged already")
    options.add_argument("--per-industry", type=positive, default=5, help="most sites picked by margin for one industry; 5")
    options.add_argument("--random", type=part, default=0.2, help="share drawn at random; 0.2")
    options.add_argument("--seed", type=int, default=1, help="of the draw; 1")
    chosen = options.parse_args(arguments)

    predictions = read_predictions(chosen.predictions)
    if chosen.labels:
        if not chosen.labels.is_file():
            raise SystemExit(f"no file {chosen.labels}: --labels wants a CSV with the column id")
        with open(chosen.labels, encoding="utf-8", newline="") as source:
            for row in csv.DictReader(source):
                predictions.pop(row.get("id"), None)
    if not predictions:
        raise SystemExit("there is nothing to pick from: every site has a label or failed")
    picked = pick(predictions, chosen.count, chosen.random, chosen.per_industry, chosen.seed)
    chosen.output.parent.mkdir(parents=True, exist_ok=True)
    with open(chosen.output, "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(COLUMNS)
        for id, by in picked.items():
            of = predictions[id]
            second = of["industries"][1]["id"] if len(of["industries"]) > 1 else ""
            rows.writerow([id, of.get("name") or "", of.get("url") or "", by, best(of), second, round(margin(of), 4)])
    counts = collections.Counter(picked.values())
    print(f"{chosen.output}: {len(picked)} of {len(predictions)} sites, {counts['random']} at random, {counts['margin']} by margin")
    if len(picked) < chosen.count:
        print(f"{chosen.count} were wanted: raise --per-industry or give more predictions")


if __name__ == "__main__":
    sys.exit(main())
