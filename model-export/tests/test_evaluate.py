import json
import re
import shutil

import numpy as np
import pytest

import calibrate
import dataset
import evaluate
from bundle import EMBEDDED, EMBEDDED_ENCODER, Bundle, sha256
from dataset import open_split
from test_calibrate import TRADES, sites  # noqa: F401
from test_dataset import crawled, labelled

WORDS = {"bakery": "bread dough oven crumb", "plumber": "pipe drain boiler leak", "florist": "rose tulip wreath vase"}


@pytest.fixture(scope="session")
def data(tmp_path_factory):
    """A dataset of 90 sites, each of three words of its trade."""
    folder, draw = tmp_path_factory.mktemp("judged"), np.random.default_rng(2)
    trades = {f"site-{number}": list(WORDS)[number % 3] for number in range(90)}
    made = {site: ("", f"business-{site}.com", [" ".join(draw.permutation(WORDS[trade].split())[:3])]) for site, trade in trades.items()}
    arguments = ["--archive", crawled(folder / "pages", made), "--labels", labelled(folder / "labels.csv", trades), "--output", folder / "made-up",
                 "--cache", folder / "cache", "--workers", 1, "--shares", "0.5,0.2,0.3"]
    dataset.main([str(of) for of in arguments])
    return folder / "made-up"


@pytest.fixture
def mine(tmp_path):
    """A bundle that is the embedded one under another name."""
    return changed(shutil.copytree(EMBEDDED, tmp_path / "mine"), version="mine-1")


def changed(folder, **fields):
    card = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps({**card, **fields}))
    return folder


def judged(output, *arguments):
    evaluate.main([*map(str, arguments), "--output", str(output), "--bootstraps", "100"])
    return json.loads((output / "figures.json").read_text())


@pytest.fixture(scope="module")
def report(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    bundle = changed(shutil.copytree(EMBEDDED, folder / "mine"), version="mine-1")
    return judged(folder / "out", "--bundle", bundle, "--data", data, "--baselines"), folder / "out", len(open_split(data, "test").ids)


def test_the_baseline_learns_an_easy_split(report):
    found, _, _ = report
    assert found["models"]["TF-IDF"]["top1"]["value"] == 1 and found["models"]["TF-IDF"]["nll"]["value"] < 0.3


def test_the_three_models_are_judged_on_the_same_sites(report):
    found, _, sites = report
    assert list(found["models"]) == ["mine-1", "TF-IDF", "zero-shot"] and found["sites"] == sites
    assert found["models"]["mine-1"] == found["models"]["zero-shot"]
    assert set(found["differences"]["zero-shot"]["top1"].values()) == {0}
    one, other = (found["models"][name]["nll"]["value"] for name in ("mine-1", "TF-IDF"))
    assert found["differences"]["TF-IDF"]["nll"]["value"] == pytest.approx(one - other)


def test_every_figure_lies_with_its_interval_in_the_card_next_to_its_pictures(report):
    found, folder, _ = report
    card = (folder / "model-card.md").read_text()
    for figure in ("top1", "precision"):
        value, low, high = (f"{found['models']['TF-IDF'][figure][part]:.1%}" for part in ("value", "low", "high"))
        assert f"{value} ({low} to {high})" in card
    pictures = re.findall(r"\]\((.*\.png)\)", card)
    assert len(pictures) == 4
    for picture in pictures:
        assert (folder / picture).read_bytes().startswith(b"\x89PNG")
    for trade in WORDS:
        assert f"| {trade} |" in card
    assert "132 of the 135 industries have no site here" in card and Bundle().card["trained"] in card


def test_features_of_a_dataset_are_those_of_its_archive(data, bundle):
    split = open_split(data, "test")
    sites = dataset.read_sites(data.parent / "pages")
    np.testing.assert_allclose(bundle.features_of(split), bundle.features([sites[site] for site in split.ids]), atol=1e-5)


def test_extensions_are_taken_by_their_names(data, mine):
    changed(mine, url_extensions=["org", "com", *(f"x{number}" for number in range(8))])
    flags = Bundle(mine).features_of(open_split(data, "test"))[:, -10:]
    assert flags[:, 1].all() and flags.sum() == len(flags)


def test_an_archive_counts_a_labelled_site_without_a_page(archive, tmp_path, mine, capsys):
    labels = labelled(tmp_path / "labels.csv", {"smith-plumbing": "plumber|hvac-contractor", "crumb": "bakery", "gone": "florist", "never": "florist"})
    found = judged(tmp_path / "out", "--bundle", mine, "--archive", archive, "--labels", labels)
    assert (found["sites"], found["without_page"], found["models"]["mine-1"]["top1"]["value"]) == (4, 2, 0.5)
    assert {row["industry"]: row["sites"] for row in found["industries"]} == {"plumber": 1, "bakery": 1, "florist": 2}
    assert "mine-1 on 4 labelled sites of a crawl archive, 2 with a page read" in capsys.readouterr().out


def test_what_is_hidden_is_not_read(archive, tmp_path, mine):
    labels = labelled(tmp_path / "labels.csv", {"smith-plumbing": "plumber", "crumb": "bakery"})
    texts = ",".join(f"page-{page}-{part}" for page in range(1, 6) for part in ("text", "title"))
    arguments = ["--bundle", mine, "--archive", archive, "--labels", labels]
    open_reading = judged(tmp_path / "open", *arguments)["models"]["mine-1"]
    harder = judged(tmp_path / "harder", *arguments, "--hide", texts)["models"]["mine-1"]
    blind = judged(tmp_path / "blind", *arguments, "--hide", f"{texts},domain,business-name")["models"]["mine-1"]
    assert open_reading["nll"]["value"] < harder["nll"]["value"] < blind["nll"]["value"]
    assert blind["nll"]["value"] == pytest.approx(np.log(135), abs=1e-3) and blind["classified"]["value"] == 0
    assert blind["precision"] == {"value": None, "low": None, "high": None}


def test_the_baseline_does_not_read_what_is_hidden(data, mine, tmp_path):
    found = judged(tmp_path / "out", "--bundle", mine, "--data", data, "--baselines", "tf-idf", "--hide", "page-1-text")
    assert list(found["models"]) == ["mine-1", "TF-IDF"] and found["models"]["TF-IDF"]["top1"]["value"] < 0.7


def test_folds_judge_with_a_temperature_that_fits_the_others(sites, mine, tmp_path):  # noqa: F811
    changed(mine, temperature=3.0)
    own = judged(tmp_path / "own", "--bundle", mine, *sites)["models"]["mine-1"]
    folds = judged(tmp_path / "folds", "--bundle", mine, *sites, "--folds", "4")["models"]["mine-1"]
    assert folds["nll"]["value"] < own["nll"]["value"] / 2 and folds["top1"] == own["top1"]


def test_a_second_run_gives_the_same(data, mine, tmp_path):
    one, two = (judged(tmp_path / name, "--bundle", mine, "--data", data, "--split", "validation") for name in ("one", "two"))
    assert one == two


def test_a_dataset_of_another_tokenizer_is_refused(data, mine, tmp_path):
    other = shutil.copytree(data, tmp_path / "other")
    described = json.loads((other / "dataset.json").read_text())
    (other / "dataset.json").write_text(json.dumps({**described, "tokenizer_sha256": "0" * 64}))
    with pytest.raises(SystemExit, match="other tokenizer_sha256 than the bundle mine-1 has"):
        evaluate.main(["--bundle", str(mine), "--data", str(other), "--output", str(tmp_path / "out")])
    assert not (tmp_path / "out").exists()


def test_a_zero_shot_baseline_of_another_tokenizer_is_refused(data, mine, tmp_path):
    (mine / "encoder.onnx").symlink_to(EMBEDDED_ENCODER / "encoder.onnx")
    (mine / "tokenizer.json").write_text((EMBEDDED_ENCODER / "tokenizer.json").read_text() + "\n")
    own = sha256(mine / "tokenizer.json")
    changed(mine, sha256={**Bundle().card["sha256"], "tokenizer.json": own})
    other = shutil.copytree(data, tmp_path / "other")
    described = json.loads((other / "dataset.json").read_text())
    (other / "dataset.json").write_text(json.dumps({**described, "tokenizer_sha256": own}))
    arguments = ["--bundle", mine, "--data", other]
    with pytest.raises(SystemExit, match="no zero-shot baseline: .* other tokenizer_sha256 .* leave it out by --baselines tf-idf"):
        judged(tmp_path / "out", *arguments, "--baselines")
    assert list(judged(tmp_path / "out", *arguments, "--baselines", "tf-idf")["models"]) == ["mine-1", "TF-IDF"]


def refused(capsys, script, *arguments):
    """The one line that it ends with."""
    with pytest.raises(SystemExit) as end:
        script.main([str(of) for of in arguments])
    line, = (capsys.readouterr().err if isinstance(end.value.code, int) else end.value.code).strip().splitlines()
    assert end.value.code != 0
    return line


@pytest.mark.parametrize("script, more", [(evaluate, ["--output", "never-written"]), (calibrate, [])])
def test_wrong_uses_end_with_one_line(script, more, tmp_path, archive, data, capsys):
    labels, unknown, strange = (labelled(tmp_path / f"{name}.csv", of) for name, of in
                                {"labels": {"crumb": "bakery"}, "unknown": {"crumb": "alchemist"}, "strange": {"elsewhere": "bakery"}}.items())
    (tmp_path / "empty").mkdir()
    for wanted, arguments in {
        "no model.json in": ["--bundle", tmp_path / "empty", "--data", data],
        "one of --data and --archive is wanted": ["--bundle", EMBEDDED],
        "--archive and --labels go together": ["--bundle", EMBEDDED, "--archive", archive],
        "no split test in": ["--bundle", EMBEDDED, "--data", tmp_path / "empty", "--split", "test"],
        "invalid choice: 'tset'": ["--bundle", EMBEDDED, "--data", data, "--split", "tset"],
        "was read: crawl some sites first": ["--bundle", EMBEDDED, "--archive", tmp_path / "empty", "--labels", labels],
        "there is no industry 'alchemist'": ["--bundle", EMBEDDED, "--archive", archive, "--labels", unknown],
        "are these the same ids?": ["--bundle", EMBEDDED, "--archive", archive, "--labels", strange],
        "--folds 2: 1 sites can be parted": ["--bundle", EMBEDDED, "--archive", archive, "--labels", labels, "--folds", "2"],
        "--folds 0": ["--bundle", EMBEDDED, "--archive", archive, "--labels", labels, "--folds", "0"],
    }.items():
        assert wanted in refused(capsys, script, *arguments, *more), wanted


@pytest.mark.parametrize(
    "wanted, arguments",
    [
        ("there is no segment 'page-6-text': page-1-text, ", ["--hide", "domain,page-6-text"]),
        ("there is no baseline 'bm25': tf-idf, zero-shot are known", ["--baselines", "bm25"]),
        ("--baselines learn from a dataset: give --data", ["--baselines"]),
        ("10: 100 at least are wanted", ["--bootstraps", "10"]),
        ("few: 100 at least are wanted", ["--bootstraps", "few"]),
    ],
)
def test_wrong_options_of_evaluate_end_with_one_line(wanted, arguments, capsys):
    assert wanted in refused(capsys, evaluate, "--bundle", EMBEDDED, "--archive", "pages", "--labels", "labels.csv", "--output", "never-written", *arguments)


def test_a_precision_that_is_none_ends_with_one_line(capsys):
    assert "95: a number between 0 and 1 is wanted" in refused(capsys, calibrate, "--bundle", EMBEDDED, "--data", "data", "--precision", "95")


def test_a_training_split_of_one_industry_makes_no_baseline(data, mine, tmp_path, capsys):
    other = shutil.copytree(data, tmp_path / "other")
    right = np.load(other / "train" / "right.npy")
    right[:] = right[0]
    np.save(other / "train" / "right.npy", right)
    assert "sites of one industry only" in refused(capsys, evaluate, "--bundle", mine, "--data", other, "--output", tmp_path / "out", "--baselines")
