import json
import shutil

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import build_zero_shot
from bundle import EMBEDDED, HERE, Bundle, sha256
from segments import NAMES, Site
from written_sites import JUDGE, read_written


def weights_of(folder):
    return numpy_helper.to_array(onnx.load(folder / "head.onnx").graph.initializer[0])


def test_the_committed_description_is_what_a_build_would_write(bundle):
    written = {
        "version": build_zero_shot.VERSION,
        "temperature": build_zero_shot.TEMPERATURE,
        "abstain_threshold": build_zero_shot.ABSTAIN,
        "url_extensions": build_zero_shot.URL_EXTENSIONS,
        "languages": build_zero_shot.LANGUAGES,
        "trained": build_zero_shot.TRAINED,
        "quality": build_zero_shot.QUALITY,
        "licence": build_zero_shot.LICENCE,
    }
    assert {field: bundle.card[field] for field in written} == written


def test_the_fixtures_of_java_are_what_the_committed_bundle_says(bundle, tmp_path):
    build_zero_shot.write_fixtures(bundle, tmp_path)
    committed = build_zero_shot.FIXTURES
    assert (tmp_path / "encode/tokens.json").read_text() == (committed / "encode/tokens.json").read_text()
    for is_now, was in zip(*(json.loads((of / "classify/parity.json").read_text()) for of in (tmp_path, committed)), strict=True):
        np.testing.assert_allclose(is_now.pop("logits"), was.pop("logits"), rtol=0, atol=1e-4)
        np.testing.assert_allclose(is_now.pop("probabilities"), was.pop("probabilities"), rtol=0, atol=1e-4)
        assert is_now == was


def test_most_home_pages_that_say_little_are_told(bundle):
    written = [(industry, sites[0]) for industry, sites in read_written(JUDGE, bundle.industries).items()]
    shares = bundle.probabilities(bundle.features([site._replace(pages=site.pages[:1]) for _, site in written]))
    assert np.mean([bundle.industries[best] == industry for best, (industry, _) in zip(shares.argmax(axis=1), written)]) > 0.5


def test_the_checksums_are_those_of_the_files(bundle):
    assert bundle.card["sha256"] == {name: sha256(bundle.file(name)) for name in bundle.card["sha256"]}


def test_the_industries_are_those_of_the_taxonomy_here():
    assert (EMBEDDED / "industries.csv").read_bytes() == (HERE / "industries.csv").read_bytes()


def test_the_bundle_holds_nothing_else():
    assert {file.name for file in EMBEDDED.iterdir()} == {"model.json", "head.onnx", "industries.csv"}


def test_an_empty_segment_moves_no_logit(bundle):
    features = bundle.features([Site("1", "Joe's Plumbing", "joes.com", [("http://joes.com/", "Plumber", "We mend pipes.")])])
    assert np.abs(bundle.logits(bundle.hidden_away(features, NAMES))).max() < 1e-5


def test_blanks_are_as_good_as_nothing(encoder):
    assert np.array_equal(*encoder.vectors(["", " \n\t"], 16))


def test_url_extensions_move_nothing():
    assert not weights_of(EMBEDDED)[-10:].any()


def test_a_text_is_cut_at_its_segments_length(bundle):
    for kind, length in bundle.card["segment_lengths"].items():
        assert len(bundle.encoder.tokenizer.tokens(["word " * 300], length)[0]) == length, kind


@pytest.mark.parametrize(
    "industry, text",
    [
        ("plumber", "Leaking pipe? Our crew fixes burst pipes, toilets and water heaters the same day."),
        ("dentist", "Gentle cleanings, whitening, implants and braces for the whole family. Call our front desk for a check-up."),
        ("bakery", "Croissants, rye loaves and birthday cakes, baked before dawn and gone by noon."),
        ("trucking-freight", "Our drivers haul full truckloads and flatbed freight across 48 states. CDL drivers, apply now."),
        ("law-firm", "Injured in an accident? Our attorneys have won millions for clients. Free case review."),
        ("machine-shop", "Precision CNC milling and turning of tight-tolerance parts, from prototype to production."),
        ("veterinarian", "Vaccinations, surgery and wellness exams for dogs, cats and rabbits in a fear-free clinic."),
        ("florist", "Bouquets, sympathy wreaths and wedding flowers, delivered by hand the same afternoon."),
    ],
)
def test_a_plain_site_gets_its_industry(classify, bundle, industry, text):
    best, probability = classify(text)
    assert best == industry and probability > bundle.card["abstain_threshold"]


def test_a_title_alone_says_enough(classify):
    assert classify(title="Riverbend Roofing | Roof repair and replacement")[0] == "roofing-contractor"


def test_a_business_name_alone_says_enough(classify):
    assert classify(name="Riverbend Dental Clinic")[0] == "dentist"


@pytest.mark.parametrize("text", ["", "We use cookies. Accept all. Decline."])
def test_a_site_that_says_nothing_is_left_unclassified(classify, bundle, text):
    assert classify(text)[1] < bundle.card["abstain_threshold"]


@pytest.fixture
def copied(tmp_path):
    """A copy of the small trained bundle."""
    return shutil.copytree(build_zero_shot.FIXTURES / "classify/trained-bundle/fp32", tmp_path / "copied")


@pytest.mark.parametrize(
    "name, content, said",
    [
        ("model.json", b"{", "is not the JSON of a model's description"),
        ("model.json", b"{}", "has no version, hidden, pooling"),
        ("head.onnx", None, "no head.onnx in"),
        ("industries.csv", None, "no industries.csv in"),
        ("encoder.onnx", b"cut", "encoder.onnx has sha256"),
    ],
)
def test_a_bundle_that_is_not_whole_is_named(copied, name, content, said):
    if content is None:
        (copied / name).unlink()
    else:
        (copied / name).write_bytes(content)
    with pytest.raises(SystemExit, match=said):
        Bundle(copied)
