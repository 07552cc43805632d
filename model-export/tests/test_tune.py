import tune


def test_a_run_prints_the_settings_and_the_measure_of_the_built_bundle(archive, tmp_path, monkeypatch, capsys):
    for grid, one in {"DAMPINGS": 10, "HOMES": 2, "LATERS": 1, "TITLES": 1, "NAMES": 0, "DOMAINS": 0}.items():
        monkeypatch.setattr(tune, grid, [one])
    labels = tmp_path / "labels.csv"
    labels.write_text("id,industry\nsmith-plumbing,plumber|hvac-contractor\ncrumb,bakery\ngone,florist\n")
    tune.main(["--archive", str(archive), "--labels", str(labels), "--folds", "2"])
    printed = capsys.readouterr().out
    assert "3 labelled sites of a crawl archive, 2 with a page read; 1 settings" in printed
    built, = [line for line in printed.splitlines() if line.startswith("built bundle")]
    assert built.split()[-5:-3] == ["0.667", "0.667"]
    assert 'SEGMENT_WEIGHTS = {"page_text": [2, 1, 1, 1, 1]' in printed
