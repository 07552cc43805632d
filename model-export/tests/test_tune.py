import json

import numpy as np
import pytest

import tune


def test_any_of_several_labels_is_right_and_a_site_without_pages_is_a_miss():
    shares = np.array([[0.6, 0.3, 0.1, 0.0], [0.25, 0.25, 0.1, 0.4]])
    right = np.array([[True, True, False, False], [False, True, False, False]])
    figures = tune.measures(shares, right, total=4, threshold=0.1)
    assert (figures["top1"], figures["top3"], figures["classified"]) == (0.25, 0.5, 0.5)
    assert figures["calibration_error"] == pytest.approx((0.4 + 0.4) / 2)


def test_an_unsure_site_is_a_miss():
    figures = tune.measures(np.array([[0.6, 0.4], [0.9, 0.1]]), np.array([[True, False], [True, False]]), total=2, threshold=0.7)
    assert (figures["top1"], figures["classified"]) == (0.5, 0.5)


def test_a_run_prints_the_settings_and_the_measure_of_the_built_bundle(archive, tmp_path, monkeypatch, capsys):
    for grid, one in {"DAMPINGS": 10, "HOMES": 2, "LATERS": 1, "TITLES": 1, "NAMES": 0, "DOMAINS": 0}.items():
        monkeypatch.setattr(tune, grid, [one])
    labels = tmp_path / "labels.csv"
    labels.write_text("id,industry\nsmith-plumbing,plumber|hvac-contractor\ncrumb,bakery\ngone,florist\n")
    tune.main(["--archive", str(archive), "--labels", str(labels), "--folds", "2"])
    printed = capsys.readouterr().out
    assert "3 labelled sites, 2 with pages; 1 settings" in printed
    built, = [line for line in printed.splitlines() if line.startswith("built bundle")]
    assert built.split()[-5:-3] == ["0.667", "0.667"]
    assert 'SEGMENT_WEIGHTS = {"page_text": [2, 1, 1, 1, 1]' in printed
