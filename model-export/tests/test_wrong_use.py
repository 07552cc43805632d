"""Each wrong use ends with one line that says what to do."""
import subprocess
import sys

import pytest

from bundle import HERE


def said(script, *arguments):
    done = subprocess.run([sys.executable, HERE / script, *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode != 0
    line, = done.stderr.strip().splitlines()
    return line


@pytest.fixture
def labels(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("id,industry\n1,plumber\n")
    return file


def test_an_unknown_argument(tmp_path):
    assert "unrecognized arguments: --text" in said("build_zero_shot.py", "--text", tmp_path)


def test_no_archive_named(labels):
    assert "required: --archive" in said("tune.py", "--labels", labels)


def test_an_archive_that_is_not_there(tmp_path, labels):
    assert "--archive wants the clean records of a crawl" in said("tune.py", "--archive", tmp_path / "gone", "--labels", labels)


def test_an_archive_without_a_page(tmp_path, labels):
    (tmp_path / "pages").mkdir()
    assert "was read: crawl some sites first" in said("tune.py", "--archive", tmp_path / "pages", "--labels", labels)


def test_an_archive_that_is_no_json_lines(tmp_path, labels):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "part-0").write_text("id,name\n")
    assert "part-0:1 is no clean record" in said("tune.py", "--archive", tmp_path / "pages", "--labels", labels)


def test_labels_that_are_not_there(tmp_path):
    assert "--labels wants a CSV" in said("tune.py", "--archive", tmp_path, "--labels", tmp_path / "gone.csv")


def test_a_label_that_is_no_industry(tmp_path, labels):
    labels.write_text("id,industry\n1,plumber|alchemist\n")
    assert "no industry 'alchemist'" in said("tune.py", "--archive", tmp_path, "--labels", labels)


def test_no_encoder(tmp_path):
    assert "unpack the embedded encoder first" in said("build_zero_shot.py", "--encoder", tmp_path)


def test_texts_of_an_unknown_industry(tmp_path):
    (tmp_path / "some.yaml").write_text("alchemist:\n  names: [Alchemist]\n")
    assert "some.yaml: there is no industry 'alchemist'" in said("build_zero_shot.py", "--texts", tmp_path, "--bundle", tmp_path / "out")
