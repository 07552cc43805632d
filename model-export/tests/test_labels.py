import csv

import pytest

import labels


@pytest.fixture
def judged(tmp_path):
    """Writes judgements given as 'site annotator industry vendor' and a gold set; runs labels.py; returns labels by site and the folder."""

    def run(judgements, gold=None, *more):
        file = tmp_path / "judgements.csv"
        file.write_text("site,annotator,industry,vendor\n" + "".join(",".join([*line.split(), ""][:4]) + "\n" for line in judgements))
        arguments = ["--judgements", file, "--output", tmp_path / "labels.csv", *more]
        if gold:
            (tmp_path / "gold.csv").write_text("site,industry\n" + "".join(f"{site},{industry}\n" for site, industry in gold.items()))
            arguments += ["--gold", tmp_path / "gold.csv"]
        labels.main([str(of) for of in arguments])
        with open(tmp_path / "labels.csv", newline="") as source:
            return {row["id"]: row for row in csv.DictReader(source)}, tmp_path

    return run


def test_the_majority_decides_and_its_share_is_the_agreement(judged):
    found, _ = judged(["a ann bakery", "a ben bakery", "a cem coffee-shop", "b ann florist"])
    assert found["a"] == {"id": "a", "industry": "bakery", "agreement": "0.667", "judgements": "3", "by": "majority"}
    assert found["b"]["industry"] == "florist"


def test_a_tie_is_named_and_gets_no_label(judged, capsys):
    found, folder = judged(["a ann bakery", "a ben coffee-shop", "b ann florist"])
    assert list(found) == ["b"]
    assert "tie: a between bakery and coffee-shop" in capsys.readouterr().out
    assert (folder / "ties.csv").read_text() == "site,industries,judgements\na,bakery|coffee-shop,2\n"


def test_gold_breaks_a_tie_and_overrules_a_majority(judged):
    found, _ = judged(["a ann bakery", "a ben coffee-shop", "b ann florist", "b ben florist"], {"a": "bakery", "b": "garden-center|florist", "c": "plumber"})
    assert {site: (row["industry"], row["by"]) for site, row in found.items()} == {
        "a": ("bakery", "gold"), "b": ("florist|garden-center", "gold"), "c": ("plumber", "gold"),
    }
    assert (found["a"]["agreement"], found["b"]["agreement"], found["c"]["agreement"]) == ("0.5", "1.0", "")


CROWD = [  # poor is often wrong, and on t alone against good
    line
    for site in range(12)
    for line in (f"s{site} good {['bakery', 'florist'][site % 2]}", f"s{site} fair {['bakery', 'florist'][site % 2]}", f"s{site} poor {['bakery', 'florist'][site % 3 % 2]}")
] + ["t good florist", "t poor bakery"]


@pytest.mark.parametrize("method", ["dawid-skene", "wawa"])
def test_a_reliable_annotator_counts_for_more(judged, method):
    plain, _ = judged(CROWD)
    weighed, _ = judged(CROWD, None, "--method", method)
    assert "t" not in plain
    assert weighed["t"]["industry"] == "florist"


def test_annotators_and_vendors_are_measured_against_gold(judged, capsys):
    lines = ["a ann bakery one", "b ann florist one", "a ben bakery two", "b ben bakery two", "a cem coffee-shop two", "z cem plumber two"]
    _, folder = judged(lines, {"a": "bakery", "b": "florist"}, "--report", "report")
    printed = capsys.readouterr().out
    with open("report/vendors.csv", newline="") as source:
        vendors = {row["vendor"]: (row["judgements"], row["right"], float(row["accuracy"])) for row in csv.DictReader(source)}
    assert vendors == {"one": ("2", "2", 1.0), "two": ("3", "1", pytest.approx(1 / 3))}
    with open("report/annotators.csv", newline="") as source:
        assert [row["annotator"] for row in csv.DictReader(source)] == ["ann", "ben", "cem"]
    with open("report/confusions.csv", newline="") as source:
        assert {(row["gold"], row["judged"], row["vendor"]) for row in csv.DictReader(source)} == {("bakery", "coffee-shop", "two"), ("florist", "bakery", "two")}
    assert "majority against gold: 1 of 2 right" in printed
    for picture in ("annotators.png", "vendors.png"):
        with open(f"report/{picture}", "rb") as source:
            assert source.read(4) == b"\x89PNG"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "judgements, gold, said",
    [
        (["a ann alchemist"], None, "judgements.csv:2: there is no industry 'alchemist'"),
        (["a ann bakery", "a ann florist"], None, "ann judges a more than once"),
        (["a ann bakery|florist"], None, "one is wanted"),
        (["a ann "], None, "judgements.csv:2: no industry"),
        ([], None, "has no line below its header"),
        (["a ann bakery"], {"b": "bakery"}, "no site of .*gold.csv was judged"),
        (["a ann bakery"], {"a": "alchemist"}, "gold.csv:2: there is no industry 'alchemist'"),
    ],
)
def test_what_cannot_be_used_is_named(judged, judgements, gold, said):
    with pytest.raises(SystemExit, match=said):
        judged(judgements, gold)


def test_a_missing_column_is_named(tmp_path):
    (tmp_path / "judgements.csv").write_text("id,industry\na,bakery\n")
    with pytest.raises(SystemExit, match="has the columns id, industry: site, annotator, industry are wanted"):
        labels.main(["--judgements", "judgements.csv", "--output", "labels.csv"])


def test_a_report_wants_gold(capsys, judged):
    with pytest.raises(SystemExit):
        judged(["a ann bakery"], None, "--report", "report")
    assert "give --gold" in capsys.readouterr().err
