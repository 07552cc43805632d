import collections
import csv
import json

import pytest

import sample


def prediction(id, best="bakery", shares=(0.9, 0.05), status="classified"):
    industries = [{"id": industry, "probability": share} for industry, share in zip([best, "florist"], shares)]
    return {"id": id, "name": f"Name {id}", "url": f"{id}.com", "status": status, "industries": industries if status != "failed" else []}


@pytest.fixture
def picked(tmp_path):
    def run(predictions, *more, count=10):
        folder = tmp_path / "predictions"
        folder.mkdir(exist_ok=True)
        (folder / "part-0").write_text("".join(json.dumps(of) + "\n" for of in predictions))
        (folder / ".part-1.inprogress").write_text("{")
        sample.main([str(of) for of in ["--predictions", folder, "--count", count, "--output", tmp_path / "to-tag.csv", *more]])
        with open(tmp_path / "to-tag.csv", newline="") as source:
            return list(csv.DictReader(source))

    return run


def test_the_least_margins_come_first(picked):
    rows = picked([prediction("sure"), prediction("torn", shares=(0.41, 0.4)), prediction("unsure", shares=(0.5, 0.3))], "--random", 0, count=2)
    assert rows == [
        {"id": "torn", "name": "Name torn", "url": "torn.com", "picked_by": "margin", "best": "bakery", "second": "florist", "margin": "0.01"},
        {"id": "unsure", "name": "Name unsure", "url": "unsure.com", "picked_by": "margin", "best": "bakery", "second": "florist", "margin": "0.2"},
    ]


def test_no_industry_takes_more_than_its_quota(picked):
    predictions = [prediction(f"b{i}", shares=(0.4, 0.4)) for i in range(20)] + [prediction(f"p{i}", best="plumber") for i in range(20)]
    rows = picked(predictions, "--random", 0, "--per-industry", 3)
    assert collections.Counter(row["best"] for row in rows) == {"bakery": 3, "plumber": 3}


def test_a_share_is_drawn_at_random_whatever_the_margin(picked):
    predictions = [prediction(f"sure-{i:03}", shares=(0.99, 0.01)) for i in range(200)] + [prediction(f"torn-{i}", shares=(0.4, 0.4)) for i in range(9)]
    rows = picked(predictions, "--random", 0.5, "--per-industry", 99, count=10)
    assert collections.Counter(row["picked_by"] for row in rows) == {"random": 5, "margin": 5}
    assert sum(row["id"].startswith("sure") for row in rows if row["picked_by"] == "random") >= 3
    assert rows == picked(predictions, "--random", 0.5, "--per-industry", 99, count=10)
    assert rows != picked(predictions, "--random", 0.5, "--per-industry", 99, "--seed", 2, count=10)


def test_failed_and_labelled_sites_are_left_out(picked, tmp_path):
    (tmp_path / "labels.csv").write_text("id,industry\ntagged,bakery\n")
    rows = picked([prediction("tagged"), prediction("dead", status="failed"), prediction("new")], "--labels", tmp_path / "labels.csv")
    assert [row["id"] for row in rows] == ["new"]


def test_too_few_sites_are_said(picked, capsys):
    picked([prediction("one")], "--random", 0)
    assert "10 were wanted: raise --per-industry" in capsys.readouterr().out


def test_wrong_use_is_named(picked, tmp_path, capsys):
    with pytest.raises(SystemExit, match="nothing to pick from"):
        picked([prediction("dead", status="failed")])
    with pytest.raises(SystemExit, match="part-0:1 is no prediction"):
        picked([{"id": "a"}])
    with pytest.raises(SystemExit, match="no predictions in"):
        sample.main(["--predictions", str(tmp_path / "gone"), "--count", "1", "--output", "x"])
    with pytest.raises(SystemExit):
        picked([prediction("a")], "--random", 2)
    assert "a share from 0 to 1 is wanted" in capsys.readouterr().err
