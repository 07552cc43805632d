import pytest
import yaml

from build_zero_shot import HERE, KINDS, read_industries, read_texts


@pytest.fixture
def written():
    """Texts of two industries, and how to write them into a folder."""
    return {industry: {kind: [f"{kind} of a {industry}"] for kind in KINDS} for industry in ("plumber", "bakery")}


def read(folder, texts):
    (folder / "some.yaml").write_text(yaml.safe_dump(texts), encoding="utf-8")
    return read_texts(folder, ["plumber", "bakery"])


def test_every_industry_has_texts_of_every_kind_and_shares_none():
    industries = read_industries(HERE / "industries.csv")
    texts = read_texts(HERE / "industries", industries)
    assert len(industries) == 135 and list(texts) == industries
    assert all(len(kinds[kind]) >= 4 for kinds in texts.values() for kind in KINDS)


def test_texts_are_plain_ascii():
    texts = read_texts(HERE / "industries", read_industries(HERE / "industries.csv"))
    assert [text for kinds in texts.values() for kind in KINDS for text in kinds[kind] if not text.isascii()] == []


def test_texts_come_in_the_order_of_the_industries(tmp_path, written):
    assert list(read(tmp_path, dict(reversed(written.items())))) == ["plumber", "bakery"]


def test_an_unknown_industry_is_named(tmp_path, written):
    with pytest.raises(SystemExit, match="no industry 'alchemist'"):
        read(tmp_path, {**written, "alchemist": written["plumber"]})


def test_an_industry_without_texts_is_named(tmp_path, written):
    with pytest.raises(SystemExit, match="no texts .* for bakery"):
        read(tmp_path, {"plumber": written["plumber"]})


def test_a_missing_kind_is_named(tmp_path, written):
    del written["bakery"]["titles"]
    with pytest.raises(SystemExit, match="'bakery' needs the keys .*titles"):
        read(tmp_path, written)


def test_a_text_of_two_industries_is_refused_whatever_its_case(tmp_path, written):
    written["bakery"]["offers"].append("Gift  Cards")
    written["plumber"]["offers"].append("gift cards")
    with pytest.raises(SystemExit, match="'Gift  Cards' tells 'plumber' and 'bakery' not apart"):
        read(tmp_path, written)
