import json
import os

import numpy as np
import pytest

import dataset
from bundle import read_industries
from dataset import SPLITS, main, open_split, read_labels
from segments import COUNTS, LENGTHS

INDUSTRIES = read_industries(dataset.HERE / "industries.csv")


def crawled(folder, sites):
    """An archive of sites: id → (name, host, texts of pages)."""
    folder.mkdir(exist_ok=True)
    with open(folder / "part-0", "w", encoding="utf-8") as out:
        for site, (name, host, pages) in sites.items():
            for order, text in enumerate(pages, 1):
                record = {"id": site, "business_url": host, "url": f"http://{host}/{order}", "name": name, "order": order,
                          "outcome": "read" if text else "http-404", "title": f"Page {order}", "text": text}
                out.write(json.dumps(record) + "\n")
    return folder


def labelled(file, labels):
    file.write_text("id,industry\n" + "".join(f"{site},{industry}\n" for site, industry in labels.items()))
    return file


@pytest.fixture
def make(tmp_path):
    """Runs dataset.py on sites and labels; returns its folder."""

    def made(sites, labels, *more):
        arguments = ["--archive", crawled(tmp_path / "pages", sites), "--labels", labelled(tmp_path / "labels.csv", labels), "--output", tmp_path / "data"]
        main([str(of) for of in [*arguments, "--cache", tmp_path / "cache", "--workers", 1, *more]])
        return tmp_path / "data"

    return made


def many(count, host="{}.com"):
    return {f"site-{i}": (f"Business {i}", host.format(f"business-{i}"), [f"We are number {i}."]) for i in range(count)}


def test_a_site_becomes_the_tokens_of_its_segments(make, encoder):
    data = make(
        {"a": ("Smith Ltd", "smith-plumbing.co.uk", ["Boilers and leaks.", "", "Drains."])}, {"a": "plumber|hvac-contractor"}, "--shares", "1,0,0",
    )
    split = open_split(data, "train")
    expected = {
        "page_text": ["Boilers and leaks.", "Drains.", "", "", ""],
        "page_title": ["Page 1", "Page 3", "", "", ""],
        "domain": ["smith plumbing"],
        "business_name": ["Smith Ltd"],
    }
    for kind, texts in expected.items():
        assert split.tokens[kind].shape == (1, COUNTS[kind], LENGTHS[kind]) and split.tokens[kind].dtype == np.uint16
        for row, ids in zip(split.tokens[kind][0], encoder.tokenizer.tokens(texts, LENGTHS[kind])):
            assert row.tolist() == ids + [0] * (LENGTHS[kind] - len(ids))
    assert split.tokens["page_text"][0, 4, :3].tolist() == [101, 102, 0]
    assert [INDUSTRIES[i] for i in np.flatnonzero(split.right[0])] == ["plumber", "hvac-contractor"]
    assert split.ids == ["a"]


def test_the_ten_commonest_extensions_get_a_flag(make):
    sites = {**many(6, "{}.nl"), "x": ("X", "x.org", ["x"])}
    data = make(sites, {site: "bakery" for site in sites}, "--shares", "1,0,0")
    described = json.loads((data / "dataset.json").read_text())
    assert described["url_extensions"][:3] == ["nl", "org", "com"] and len(described["url_extensions"]) == 10
    split = open_split(data, "train")
    assert split.extensions[split.ids.index("x")].tolist() == [0, 1] + [0] * 8
    assert (split.extensions.sum(axis=1) == 1).all()


def test_an_extension_without_a_flag_leaves_all_zero(make):
    data = make(many(1, "{}.quebec"), {"site-0": "bakery"}, "--shares", "1,0,0", "--extensions", "a,b,c,d,e,f,g,h,i,j")
    assert not open_split(data, "train").extensions.any()


def test_no_business_stands_in_two_splits(make):
    sites = many(120)
    sites |= {f"again-{i}": ("", f"www.business-{i}.com", ["The same site under another id."]) for i in range(60)}
    sites |= {f"moved-{i}": (f"business  {i}", f"other-{i}.net", ["The same name at another address."]) for i in range(60)}
    data = make(sites, {site: "bakery" for site in sites})
    split_of = {site: split for split in SPLITS for site in open_split(data, split).ids}
    assert split_of.keys() == sites.keys() and set(split_of.values()) == set(SPLITS)
    for i in range(60):
        assert split_of[f"site-{i}"] == split_of[f"again-{i}"] == split_of[f"moved-{i}"]


def test_a_business_keeps_its_split_when_others_are_added(make):
    before = many(80)
    data = make(before, {site: "bakery" for site in before})
    kept = {split: set(open_split(data, split).ids) for split in SPLITS}
    after = many(160)
    make(after, {site: "bakery" for site in after})
    assert all(kept[split] <= set(open_split(data, split).ids) for split in SPLITS)


def test_new_labels_cost_no_new_cutting(make, tmp_path):
    make(many(3), {"site-0": "bakery"}, "--shares", "1,0,0")
    cached, = (tmp_path / "cache").iterdir()
    when = os.stat(cached).st_mtime_ns
    data = make(many(3), {"site-1": "florist"}, "--shares", "1,0,0")
    assert [os.stat(file).st_mtime_ns for file in (tmp_path / "cache").iterdir()] == [when]
    assert open_split(data, "train").ids == ["site-1"]


def test_another_archive_is_cut_anew(make):
    make(many(1), {"site-0": "bakery"}, "--shares", "1,0,0")
    before = open_split(make(many(1), {"site-0": "bakery"}, "--shares", "1,0,0"), "train").tokens["page_text"].copy()
    changed = {"site-0": ("Business 0", "business-0.com", ["Something else."])}
    assert (open_split(make(changed, {"site-0": "bakery"}, "--shares", "1,0,0"), "train").tokens["page_text"] != before).any()


def test_workers_change_nothing(make, tmp_path):
    sites = many(150)
    labels = {site: "bakery" for site in sites}
    one = open_split(make(sites, labels), "train").tokens["page_text"].copy()
    two = open_split(make(sites, labels, "--workers", "2", "--cache", tmp_path / "elsewhere"), "train").tokens["page_text"]
    assert (one == two).all()


def test_what_is_left_out_is_counted(make, capsys):
    make({**many(3), "dead": ("", "dead.com", [""])}, {"site-0": "bakery", "dead": "bakery", "never": "bakery"}, "--shares", "1,0,0")
    assert "left out: 2 labelled sites without a page read, 2 crawled sites without a label" in capsys.readouterr().out


@pytest.mark.parametrize(
    "lines, said",
    [
        ("id,industry\na,alchemist\n", "labels.csv:2: there is no industry 'alchemist'"),
        ("id,industry\na,\n", "labels.csv:2: there is no industry ''"),
        ("id,industry\na,bakery\nb,bakery\na,florist\n", "labels.csv:4: 'a' is labelled twice"),
        ("site,label\na,bakery\n", "id and industry are wanted"),
        ("id,industry\n", "has no label in it"),
    ],
)
def test_labels_that_cannot_be_used_are_named(tmp_path, lines, said):
    file = tmp_path / "labels.csv"
    file.write_text(lines)
    with pytest.raises(SystemExit, match=said):
        read_labels(file, INDUSTRIES)


def test_labels_may_come_in_several_files(make, tmp_path):
    more = labelled(tmp_path / "more.csv", {"site-1": "florist"})
    assert open_split(make(many(3), {"site-0": "bakery"}, "--shares", "1,0,0", "--labels", more), "train").ids == ["site-0", "site-1"]


def test_a_site_labelled_in_two_files_is_refused(make, tmp_path):
    with pytest.raises(SystemExit, match="more.csv: 'site-0' is labelled in another file too"):
        make(many(3), {"site-0": "bakery"}, "--labels", labelled(tmp_path / "more.csv", {"site-0": "florist"}))


def test_labels_of_other_sites_are_refused(make):
    with pytest.raises(SystemExit, match="none of the 1 labelled sites .* are these the same ids"):
        make(many(2), {"elsewhere": "bakery"})


def test_too_few_sites_for_a_split_are_refused(make):
    with pytest.raises(SystemExit, match="leave none for"):
        make(many(1), {"site-0": "bakery"})


def test_a_folder_that_is_no_dataset_is_refused(tmp_path):
    with pytest.raises(SystemExit, match="no split test in"):
        open_split(tmp_path, "test")
