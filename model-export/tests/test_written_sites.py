import collections
from pathlib import Path

import pytest
import yaml

import written_sites
from archive import read_sites
from bundle import HERE, read_industries
from dataset import read_labels
from written_sites import JUDGE, LEARN, read_written

INDUSTRIES = read_industries(HERE / "industries.csv")


def test_every_industry_has_sites_to_learn_from_and_to_judge_by():
    for folder, fewest in ((LEARN, 7), (JUDGE, 3)):
        written = read_written(folder, INDUSTRIES)
        assert all(len(written[industry]) >= fewest for industry in INDUSTRIES)


def test_no_site_stands_twice_nor_is_judged_by_what_was_learned():
    sites = [site for folder in (LEARN, JUDGE) for of in read_written(folder, INDUSTRIES).values() for site in of]
    assert [id for id, count in collections.Counter(site.id for site in sites).items() if count > 1] == []
    assert [text for text, count in collections.Counter(text for site in sites for _, _, text in site.pages).items() if count > 1] == []


def test_written_sites_become_an_archive_and_labels(tmp_path, capsys):
    site = {"name": "Crumb", "domain": "crumb.co.uk", "pages": [{"title": "Home", "text": "Bread."}, {"title": "Cakes", "text": "Cakes."}]}
    (tmp_path / "some.yaml").write_text(yaml.safe_dump({"bakery": [site]}))
    written_sites.main(["--output", str(tmp_path / "out"), "--sites", str(tmp_path)])
    sites = read_sites(tmp_path / "out/archive/pages")
    assert sites["crumb.co.uk"].pages == [("http://crumb.co.uk/", "Home", "Bread."), ("http://crumb.co.uk/1", "Cakes", "Cakes.")]
    labels = read_labels(Path(tmp_path / "out/labels.csv"), INDUSTRIES)
    assert [INDUSTRIES[i] for i in labels["crumb.co.uk"].nonzero()[0]] == ["bakery"]
    assert "1 sites of 1 industries" in capsys.readouterr().out


@pytest.mark.parametrize(
    "written, said",
    [
        ({"alchemist": []}, "some.yaml: there is no industry 'alchemist'"),
        ({"bakery": [{"name": "Crumb", "domain": "crumb.com", "pages": []}]}, "site 1 of 'bakery' needs name, domain and pages"),
        ({"bakery": [{"name": "Crumb", "domain": "crumb.com", "pages": [{"title": "Home"}]}]}, "each with title and text"),
    ],
)
def test_what_is_no_site_is_named(tmp_path, written, said):
    (tmp_path / "some.yaml").write_text(yaml.safe_dump(written))
    with pytest.raises(SystemExit, match=said):
        read_written(tmp_path, INDUSTRIES)


def test_a_folder_without_sites_is_named(tmp_path):
    with pytest.raises(SystemExit, match="wants a folder of written sites"):
        read_written(tmp_path, INDUSTRIES)
