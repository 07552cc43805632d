import json
import shutil

import numpy as np
import pytest

from bundle import EMBEDDED, Bundle, softmax
from calibrate import folds_of, likeliest_temperature, lower_bound, main, smallest_threshold
from measure import answers


def calibrated(sites, temperature, seed=0):
    """Logits that are right as often as they say when they are divided by the temperature."""
    draw = np.random.default_rng(seed)
    logits = temperature * draw.normal(0, 2, (sites, 8))
    truth = [draw.choice(8, p=row) for row in softmax(logits, temperature)]
    return logits, np.array(truth)[:, None] == np.arange(8)


@pytest.mark.parametrize("temperature", [0.2, 1, 7])
def test_a_known_temperature_is_found(temperature):
    assert likeliest_temperature(*calibrated(4000, temperature)) == pytest.approx(temperature, rel=0.06)


def test_sites_that_are_all_right_set_no_bound_to_the_temperature():
    _, right = calibrated(50, 1)
    assert likeliest_temperature(right * 9.0, right) is None


def test_logits_that_say_nothing_set_no_bound_to_the_temperature():
    logits, right = calibrated(200, 1)
    assert likeliest_temperature(-logits, right) is None


def test_the_threshold_is_the_smallest_that_reaches_the_precision():
    logits, right = calibrated(3000, 1)
    of = answers(softmax(logits, 1), right, right[:0])
    for precision in (0.7, 0.9):
        threshold = smallest_threshold(of.sure, of.hit, precision)
        classified = of.sure >= threshold
        assert of.hit[classified].mean() >= precision
        more = of.sure >= threshold - 0.02
        assert lower_bound(of.hit[more].sum(), more.sum()) < precision


def test_the_precision_holds_on_other_sites_most_of_the_time():
    reached = []
    for seed in range(40):
        logits, right = calibrated(3300, 1, seed)
        of = answers(softmax(logits, 1), right, right[:0])
        classified = of.sure[300:] >= smallest_threshold(of.sure[:300], of.hit[:300], 0.8)
        reached.append(of.hit[300:][classified].mean())
    assert np.mean(np.array(reached) >= 0.8) > 2 / 3 and min(reached) > 0.75


def test_few_sites_reach_no_high_precision_even_if_all_are_right():
    assert smallest_threshold(np.full(5, 0.9), np.full(5, True), 0.95) is None
    assert smallest_threshold(np.full(50, 0.9), np.full(50, True), 0.95) == 0.9


def test_folds_are_of_one_size():
    assert np.bincount(folds_of(23, 5)).tolist() == [5, 5, 5, 4, 4]


TRADES = {
    "bakery": ["Sourdough bread and croissants", "Birthday cakes and pastries", "Fresh bread baked daily"],
    "plumber": ["Leaking pipes and blocked drains mended", "Taps and toilets fixed by a licensed plumber", "Emergency plumber for burst pipes"],
    "florist": ["Wedding bouquets and funeral wreaths", "Roses delivered today", "Flower arrangements by our florists"],
    "dentist": ["Dental implants and whitening", "Gentle teeth cleaning for children", "Fillings, crowns and braces"],
}


@pytest.fixture
def sites(tmp_path):
    """Arguments that name an archive of 48 sites, every sixth of them labelled wrongly, and its labels."""
    (tmp_path / "pages").mkdir()
    lines = ["id,industry"]
    with open(tmp_path / "pages" / "part-0", "w") as out:
        for number in range(48):
            trade = list(TRADES)[number % 4]
            label = "law-firm" if number % 6 == 5 else trade
            text = "We are here to help." if label != trade else TRADES[trade][number % 3]
            out.write(json.dumps({"id": f"{number}", "business_url": f"b{number}.com", "url": f"http://b{number}.com/", "name": "", "order": 1,
                                  "outcome": "read", "title": "", "text": text}) + "\n")
            lines.append(f"{number},{label}")
    (tmp_path / "labels.csv").write_text("\n".join(lines) + "\n")
    return ["--archive", str(tmp_path / "pages"), "--labels", str(tmp_path / "labels.csv")]


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(EMBEDDED, tmp_path / "bundle")


def contents(folder):
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_model_json_gets_temperature_threshold_and_quality_and_nothing_else_changes(copy, sites, capsys):
    before, was = contents(copy), json.loads((copy / "model.json").read_text())
    main(["--bundle", str(copy), *sites, "--precision", "0.9", "--on", "made-up sites"])
    after, card = contents(copy), Bundle(copy).card
    assert {name for name in after if after[name] != before.get(name)} == {"model.json"} and after.keys() == before.keys()
    assert {name for name in card if card[name] != was[name]} == {"temperature", "abstain_threshold", "quality"} and list(card) == list(was)
    quality = card["quality"]
    assert quality["on"].startswith("made-up sites") and quality["sites"] == 48
    assert quality["top1"] == pytest.approx(40 / 48, abs=1e-4) and quality["classified"] < 1 and quality["precision"] > 0.9
    assert f"{quality['classified']:.1%}" in capsys.readouterr().out


def test_a_dry_run_prints_and_writes_nothing(copy, sites, capsys):
    before = contents(copy)
    main(["--bundle", str(copy), *sites, "--precision", "0.9", "--dry-run"])
    assert contents(copy) == before and "nothing written" in capsys.readouterr().out


def test_a_precision_out_of_reach_is_refused_and_the_bundle_stays(copy, sites):
    before = contents(copy)
    with pytest.raises(SystemExit, match="a precision of 99.9% is out of reach with 48 sites: 9.* is the most that is sure, of .* sites above 0"):
        main(["--bundle", str(copy), *sites, "--precision", "0.999"])
    assert contents(copy) == before


def test_more_folds_than_sites_are_refused(copy, sites):
    with pytest.raises(SystemExit, match="--folds 49: 48 sites can be parted into 2 to 48 folds"):
        main(["--bundle", str(copy), *sites, "--folds", "49"])
