import yaml

import tune
from build_zero_shot import KINDS


def test_a_run_prints_the_settings_and_the_measure_of_the_built_bundle(archive, bundle, tmp_path, monkeypatch, capsys):
    for grid, one in {"TEXT_SHARES": 0.5, "TITLE_SHARES": 1, "HOMES": 2, "TITLES": 1, "NAMES": 0.5, "DOMAINS": 0}.items():
        monkeypatch.setattr(tune, grid, [one])
    for folder in ("texts", "sites"):
        (tmp_path / folder).mkdir()
    texts = {industry: {kind: [f"{kind} {industry.replace('-', ' ')}", f"our {kind} {industry}", f"{industry} and {kind}"] for kind in KINDS} for industry in bundle.industries}
    (tmp_path / "texts/all.yaml").write_text(yaml.safe_dump(texts))
    sites = {industry: [{"name": "A", "domain": f"{industry}.com", "pages": [{"title": "B", "text": f"We are a {industry}."}] * 2}] for industry in ("plumber", "bakery")}
    (tmp_path / "sites/all.yaml").write_text(yaml.safe_dump(sites))
    labels = tmp_path / "labels.csv"
    labels.write_text("id,industry\nsmith-plumbing,plumber|hvac-contractor\ncrumb,bakery\ngone,florist\n")

    arguments = ["--archive", archive, "--labels", labels, "--texts", tmp_path / "texts", "--sites", tmp_path / "sites", "--judge", tmp_path / "sites", "--folds", 2]
    tune.main([str(of) for of in arguments])

    printed = capsys.readouterr().out
    assert "3 labelled sites of a crawl archive, 2 with a page read; 2 made-up sites; 1 settings" in printed
    built, = [line for line in printed.splitlines() if line.startswith("built bundle")]
    assert built.split()[-4:-2] == ["0.667", "0.667"]
    assert 'SEGMENT_WEIGHTS = {"page_text": [2, 1, 1, 0.5, 0.5]' in printed
