import json

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

import build_zero_shot
from build_zero_shot import HERE, OPERATORS, run_head, sha256
from encoder import HIDDEN, SEGMENTS, WIDTH, features


def weights_of(bundle):
    return numpy_helper.to_array(onnx.load(bundle / "head.onnx").graph.initializer[0])


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory, encoder_folder):
    folder = tmp_path_factory.mktemp("rebuilt")
    encoder, _ = build_zero_shot.write_bundle(encoder_folder, HERE / "industries", folder / "model")
    build_zero_shot.write_fixtures(encoder, folder / "model", folder / "fixtures")
    return folder


def test_a_rebuild_gives_the_committed_head(bundle, rebuilt):
    np.testing.assert_allclose(weights_of(rebuilt / "model"), weights_of(bundle), rtol=0, atol=1e-5)


def test_a_rebuild_gives_the_committed_description(bundle, rebuilt):
    committed, again = (json.loads((folder / "model.json").read_text()) for folder in (bundle, rebuilt / "model"))
    for model in (committed, again):
        del model["sha256"]["head.onnx"]  # another processor may round its last digit otherwise
    assert again == committed


def test_a_rebuild_gives_the_committed_fixtures(rebuilt):
    committed = OPERATORS / "test/resources/dev/tradewind"
    assert (rebuilt / "fixtures/encode/tokens.json").read_text() == (committed / "encode/tokens.json").read_text()
    for is_now, was in zip(*(json.loads((of / "classify/parity.json").read_text()) for of in (rebuilt / "fixtures", committed)), strict=True):
        np.testing.assert_allclose(is_now.pop("logits"), was.pop("logits"), rtol=0, atol=1e-4)
        np.testing.assert_allclose(is_now.pop("probabilities"), was.pop("probabilities"), rtol=0, atol=1e-4)
        assert is_now == was


def test_the_checksums_are_those_of_the_files(bundle, encoder_folder, model):
    folders = {"encoder.onnx": encoder_folder, "tokenizer.json": encoder_folder, "head.onnx": bundle, "industries.csv": bundle}
    assert model["sha256"] == {name: sha256(folder / name) for name, folder in folders.items()}


def test_the_industries_are_those_of_the_taxonomy_here(bundle):
    assert (bundle / "industries.csv").read_bytes() == (HERE / "industries.csv").read_bytes()


def test_the_bundle_holds_nothing_else(bundle):
    assert {file.name for file in bundle.iterdir()} == {"model.json", "head.onnx", "industries.csv"}


def test_the_head_takes_any_number_of_sites(bundle, industries):
    for sites in (1, 3):
        assert run_head(bundle, np.zeros((sites, WIDTH), np.float32)).shape == (sites, len(industries))


def test_a_prediction_does_not_depend_on_its_batch(bundle):
    rows = np.random.default_rng(1).normal(size=(8, WIDTH)).astype(np.float32)
    np.testing.assert_allclose(run_head(bundle, rows)[3:4], run_head(bundle, rows[3:4]), rtol=0, atol=1e-4)


def test_an_empty_segment_moves_no_logit(encoder, bundle):
    nothing = features(encoder, [{"texts": [], "titles": [], "domain": "", "name": "", "extension": ""}])
    assert np.abs(run_head(bundle, nothing)).max() < 1e-5
    for place in range(len(SEGMENTS)):
        alone = np.zeros_like(nothing)
        alone[:, place * HIDDEN:(place + 1) * HIDDEN] = nothing[:, place * HIDDEN:(place + 1) * HIDDEN]
        assert np.abs(run_head(bundle, alone)).max() < 1e-5


def test_blanks_are_as_good_as_nothing(encoder):
    assert np.array_equal(*encoder.vectors(["", " \n\t"], 16))


def test_url_extensions_move_nothing(bundle):
    assert not weights_of(bundle)[len(SEGMENTS) * HIDDEN:].any()


def test_a_text_is_cut_at_its_segments_length(encoder, model):
    for kind, length in model["segment_lengths"].items():
        assert len(encoder.tokens("word " * 300, length)) == length, kind


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
def test_a_plain_site_gets_its_industry(classify, model, industry, text):
    best, probability = classify(texts=[text])
    assert best == industry and probability > model["abstain_threshold"]


def test_a_title_alone_says_enough(classify):
    assert classify(titles=["Riverbend Roofing | Roof repair and replacement"])[0] == "roofing-contractor"


def test_a_business_name_alone_says_enough(classify):
    assert classify(name="Riverbend Dental Clinic")[0] == "dentist"


def test_a_site_that_says_nothing_is_left_unclassified(classify, model):
    for texts in ([], ["We use cookies. Accept all. Decline."], ["Lorem ipsum dolor sit amet"]):
        assert classify(texts=texts)[1] < model["abstain_threshold"]
