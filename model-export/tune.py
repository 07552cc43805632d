"""Choose the few global settings of build_zero_shot.py on a crawl of labelled sites and on made-up ones, and measure the built bundle.

    tune.py --archive DIR --labels CSV [--judge DIR] [--texts DIR] [--sites DIR] [--folds N]

DIR holds clean records as `tradewind crawl` writes them to archive/pages; the labels have the columns id and industry (several ids joined
by '|': any of them is right). The settings chosen have the least negative log likelihood on the crawl plus JUDGE_WEIGHT times that on the
made-up sites, which say little of their trade; each has its own best temperature. The cross-validated line chooses on some folds of the crawl and
measures on the one left out. Nothing is written but a cache; a person copies what is chosen, and calibrate.py finds the temperature.
"""
import argparse
import itertools
import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from build_zero_shot import SEGMENT_WEIGHTS, TEXT_SHARE, TITLE_SHARE, head_weights, read_texts, rows_by_kind, vectors_by_kind
from bundle import HERE, Bundle, softmax
from calibrate import folds_of
from measure import answers, encoded, from_archive, point
from written_sites import JUDGE, LEARN, read_written

TEXT_SHARES = [0, 0.5, 0.75, 1]  # tried: of the regression's rows in those for page texts
TITLE_SHARES = [0, 1]  # tried: the same for titles, names and domains
HOMES = [2, 3, 4, 5]  # weights tried of the home page; pages 2 and 3 weigh 1, pages 4 and 5 the half
TITLES = [0.1, 0.25, 0.5]  # weights tried of a title beside its text
NAMES = [0.25, 0.5, 1]  # weights tried of the business name
DOMAINS = [0.1, 0.25, 0.5]  # weights tried of the domain
TEMPERATURES = np.round(np.geomspace(0.06, 0.4, 20), 3)  # tried
JUDGE_WEIGHT = 0.1  # of the made-up sites' likelihood beside that of the crawl
FIGURES = ["top1", "top3", "calibration_error", "nll"]


class Setting(NamedTuple):
    """What head_weights of build_zero_shot.py takes, in few numbers."""

    text_share: float
    title_share: float
    home: float
    title: float
    name: float
    domain: float

    def segment_weights(self):
        text = [self.home, 1, 1, 0.5, 0.5]
        return {"page_text": text, "page_title": [round(weight * self.title, 3) for weight in text], "domain": [self.domain], "business_name": [self.name]}

    def head_weights(self, rows):
        return head_weights(*rows, self.text_share, self.title_share, self.segment_weights())


CHOSEN = Setting(  # what build_zero_shot.py has
    TEXT_SHARE, TITLE_SHARE, SEGMENT_WEIGHTS["page_text"][0], SEGMENT_WEIGHTS["page_title"][0] / SEGMENT_WEIGHTS["page_text"][0],
    *SEGMENT_WEIGHTS["business_name"], *SEGMENT_WEIGHTS["domain"],
)


class Sites(NamedTuple):
    """What is right of labelled sites with a page [n, industries], and of those without."""

    right: np.ndarray
    without_page: np.ndarray

    def losses(self, logits):
        """Negative log likelihood of what is right, per temperature and site."""
        return np.stack([-np.log((softmax(logits, temperature) * self.right).sum(axis=1)) for temperature in TEMPERATURES])

    def figures(self, shares):
        found = point(answers(shares, self.right, self.without_page))
        return "".join(f"{found[name]:8.3f}" for name in FIGURES)

    def at_best(self, logits):
        return self.figures(softmax(logits, TEMPERATURES[self.losses(logits).mean(axis=1).argmin()]))


def words(setting):
    return " ".join(f"{name} {value:g}" for name, value in setting._asdict().items())


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--archive", type=Path, required=True, help="folder of clean records")
    options.add_argument("--labels", type=Path, required=True, help="CSV file with the columns id and industry")
    options.add_argument("--judge", type=Path, default=JUDGE, help="folder of made-up sites to judge by")
    options.add_argument("--texts", type=Path, default=HERE / "industries", help="folder of the texts")
    options.add_argument("--sites", type=Path, default=LEARN, help="folder of made-up sites to learn from")
    options.add_argument("--folds", type=int, default=5, help="of the cross-validation; 5")
    chosen = options.parse_args(arguments)

    bundle = Bundle()
    crawled = from_archive(bundle, chosen.archive, chosen.labels)
    written = [(industry, site) for industry, sites in read_written(chosen.judge, bundle.industries).items() for site in sites]
    by_kind = vectors_by_kind(bundle.encoder, read_texts(chosen.texts, bundle.industries), read_written(chosen.sites, bundle.industries))
    rows = rows_by_kind(by_kind, bundle.encoder)
    made_up_features = encoded(bundle, [site for _, site in written])
    right = np.array([[industry == of for of in bundle.industries] for industry, _ in written])
    real, made_up = Sites(crawled.right, crawled.without_page), Sites(right, right[:0])

    settings = [Setting(*of) for of in itertools.product(TEXT_SHARES, TITLE_SHARES, HOMES, TITLES, NAMES, DOMAINS)]
    logits = {}  # of the real and of the made-up sites
    for setting in [*settings, CHOSEN]:
        head = setting.head_weights(rows)
        logits[setting] = crawled.features @ head, made_up_features @ head
    losses = np.stack([real.losses(logits[setting][0]) for setting in settings])  # [settings, temperatures, sites]
    hard = np.array([made_up.losses(logits[setting][1]).mean(axis=1).min() for setting in settings])

    def likeliest(some):
        of = losses[:, :, some].mean(axis=2)
        best = (of.min(axis=1) + JUDGE_WEIGHT * hard).argmin()
        return settings[best], TEMPERATURES[of[best].argmin()]

    print(f"{crawled.words}; {len(written)} made-up sites; {len(settings)} settings\n")
    header = "".join(f"{name:>8s}" for name in ("top-1", "top-3", "calib", "nll"))
    print(f"{'':66s}{header}   made-up:{header}")

    def show(setting, note=""):
        of_real, of_made_up = logits[setting]
        print(f"{words(setting):66s}{real.at_best(of_real)}           {made_up.at_best(of_made_up)}  {note}")

    best, _ = likeliest(np.ones(len(real.right), bool))
    for setting in settings:
        if sum(a != b for a, b in zip(setting, best)) == 1:
            show(setting)
    show(best, "<- likeliest")
    show(CHOSEN, "<- of build_zero_shot.py")

    fold = folds_of(len(real.right), chosen.folds)
    held_out = np.zeros(real.right.shape)
    for number in range(chosen.folds):
        setting, temperature = likeliest(fold != number)
        held_out[fold == number] = softmax(logits[setting][0][fold == number], temperature)
        print(f"  without fold {number}: {words(setting)}, temperature {temperature}")
    print(f"{f'likeliest, cross-validated in {chosen.folds} folds':66s}{real.figures(held_out)}")
    built = f"built bundle {bundle.card['version']}"
    print(f"{built:66s}{real.figures(bundle.probabilities(crawled.features))}")
    print(f"\nlikeliest: TEXT_SHARE = {best.text_share}, TITLE_SHARE = {best.title_share}, SEGMENT_WEIGHTS = {json.dumps(best.segment_weights())}")


if __name__ == "__main__":
    main()
