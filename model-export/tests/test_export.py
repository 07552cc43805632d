"""What a run says, its bundle says in every precision, alone and in any batch."""
import contextlib
import io
import json
import shutil

import numpy as np
import pytest
import torch

import encoder
import export
from bundle import EMBEDDED, NAMES, Bundle, sha256
from quantise import quantise
from segments import LENGTHS, Site
from trained_bundle import FOLDER, write_run
from tricky_texts import SITES

WORDS = " ".join(text for site in SITES for page in site.pages for text in page[1:]).split()
HOSTS = ["a.com", "b.co.uk", "c.us", "d.museum"]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return write_run(tmp_path_factory.mktemp("run") / "trained")


@pytest.fixture(scope="module")
def exported(run, tmp_path_factory):
    """A bundle of each precision, and what was printed of it."""
    folder, printed = tmp_path_factory.mktemp("exported"), io.StringIO()
    with contextlib.redirect_stdout(printed):
        for precision in ("fp32", "int8"):
            export.main(arguments(run, folder / precision, precision))
    return folder, printed.getvalue()


@pytest.fixture
def refused(tmp_path, capfd):
    """The one line that an export ends with when it leaves no bundle."""

    def said(run, *more, precision="fp32"):
        with pytest.raises(SystemExit) as stop:
            export.main(arguments(run, tmp_path / "refused", precision) + list(map(str, more)))
        assert not (tmp_path / "refused").exists() and isinstance(stop.value.code, str) and "\n" not in stop.value.code
        assert capfd.readouterr().err == ""
        return stop.value.code

    return said


@pytest.fixture
def edited(run, tmp_path):
    """A copy of the run in which a file is written anew."""
    folder = tmp_path / "edited"
    shutil.copytree(run, folder)
    return folder


def arguments(run, output, precision):
    return ["--run", str(run), "--output", str(output), "--precision", precision]


def random_sites(rng, count, words=30):
    def text(most):
        return " ".join(rng.choice(WORDS, rng.integers(0, most)))

    def pages():
        return [(f"http://{rng.choice(HOSTS)}/", text(8), text(words)) for _ in range(rng.integers(1, 6))]

    return [Site(str(number), text(6), "http://a.com/", pages()) for number in range(count)]


def largest_change(bundle, sites, trials, monkeypatch, neighbours=8, words=30):
    """Of a site's probabilities between being judged alone and in random batches."""
    rng = np.random.default_rng(3)
    alone = [bundle.probabilities(bundle.features([site]))[0] for site in sites]
    changes = []
    for _ in range(trials):
        crowd = [*enumerate(sites), *((None, site) for site in random_sites(rng, rng.integers(1, neighbours), words))]
        crowd = [crowd[place] for place in rng.permutation(len(crowd))[:rng.integers(2, len(crowd) + 1)]]
        monkeypatch.setattr(encoder, "TOKENS_PER_RUN", int(rng.integers(16, 4096)))
        shares = bundle.probabilities(bundle.features([site for _, site in crowd]))
        changes += [np.abs(share - alone[number]).max() for (number, _), share in zip(crowd, shares) if number is not None]
    return max(changes)


def test_an_export_prints_how_far_pytorch_and_the_bundle_are_apart(exported):
    _, printed = exported
    exact, small = [line for line in printed.splitlines() if line.startswith("PyTorch, Python on built-in sites")]
    assert float(exact.split("difference ")[1].split(",")[0]) < export.LARGEST_DIFFERENCE and exact.endswith("100.00%")
    assert float(small.split("difference ")[1].split(",")[0]) > export.LARGEST_DIFFERENCE


def test_half_precision_is_half_as_large_and_judges_alike(exported, monkeypatch, tmp_path):
    bundle, sites = Bundle(exported[0] / "fp32"), random_sites(np.random.default_rng(0), 20)
    exact = bundle.probabilities(bundle.features(sites))
    export.to_half(bundle.file("encoder.onnx"), tmp_path / "encoder.onnx")
    monkeypatch.setattr(bundle.encoder, "session", encoder.session(tmp_path / "encoder.onnx"))
    assert {of.type for of in bundle.encoder.session.get_outputs()} == {"tensor(float)"}
    assert 0 < np.abs(bundle.probabilities(bundle.features(sites)) - exact).max() < 0.02
    assert (tmp_path / "encoder.onnx").stat().st_size < 0.8 * bundle.file("encoder.onnx").stat().st_size


def test_pytorch_says_what_the_bundle_says_of_other_sites(run, exported):
    bundle, classifier = Bundle(exported[0] / "fp32"), export.model.load(run)
    sites = random_sites(np.random.default_rng(0), 20)
    features = bundle.features(sites)
    rows = export.segments_of(sites, bundle.encoder.tokenizer, LENGTHS)
    np.testing.assert_allclose(export.in_pytorch(classifier, rows, features[:, -10:], LENGTHS), bundle.logits(features), rtol=0, atol=1e-4)


def test_pooling_and_length_become_part_of_the_graph(tmp_path, capsys):
    export.main(arguments(write_run(tmp_path / "run", "mean", normalize=True), tmp_path / "bundle", "fp32"))
    bundle = Bundle(tmp_path / "bundle")
    assert (bundle.card["pooling"], bundle.card["normalize"]) == ("none", False)
    np.testing.assert_allclose(np.linalg.norm(bundle.encoder.vectors(WORDS[:5], 8), axis=1), 1, rtol=1e-6)


def test_a_token_that_the_mask_hides_moves_nothing(exported):
    session = Bundle(exported[0] / "fp32").encoder.session
    ids, mask = np.array([[2, 60, 61, 3], [2, 60, 3, 99]]), np.array([[1, 1, 1, 1], [1, 1, 1, 0]])
    padded = session.run(None, {"input_ids": ids, "attention_mask": mask})[0][1]
    alone = session.run(None, {"input_ids": ids[1:, :3], "attention_mask": mask[1:, :3]})[0][0]
    np.testing.assert_allclose(padded, alone, rtol=0, atol=1e-6)


def test_the_card_says_what_the_bundle_is(run, exported):
    card = json.loads((exported[0] / "int8" / "model.json").read_text())
    assert (card["version"], card["hidden"], card["temperature"], card["abstain_threshold"]) == ("trained-int8", 16, 1.0, 0.0)
    assert card["sha256"] == {name: sha256(exported[0] / "int8" / name) for name in card["sha256"]}
    assert "exported as int8" in card["trained"] and str(run) not in card["trained"]


def test_a_graph_tells_nothing_of_the_machine_it_was_made_on(exported):
    assert b"/" not in (exported[0] / "fp32" / "encoder.onnx").read_bytes().replace(b"\x00", b"")[-2000:]
    assert b".py" not in (exported[0] / "fp32" / "encoder.onnx").read_bytes()


@pytest.mark.parametrize("precision, most", [("fp32", 1e-4), ("int8", 2e-2)])  # another processor's rounding may move a value of 8 bits by a step
def test_the_frozen_bundle_says_what_it_said(precision, most):
    bundle = Bundle(FOLDER / precision)
    cases = json.loads((FOLDER / precision / "parity.json").read_text())
    features = bundle.features([Site(**{field: case[field] for field in Site._fields}) for case in cases])
    np.testing.assert_allclose(bundle.logits(features), [case["logits"] for case in cases], rtol=0, atol=most)
    np.testing.assert_allclose(bundle.probabilities(features), [case["probabilities"] for case in cases], rtol=0, atol=most)


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_a_trained_model_judges_a_site_the_same_in_any_batch(exported, precision, monkeypatch):
    assert largest_change(Bundle(exported[0] / precision), random_sites(np.random.default_rng(1), 12), 30, monkeypatch) < 1e-5


def test_the_embedded_model_judges_a_site_the_same_in_any_batch(bundle, monkeypatch):
    assert largest_change(bundle, random_sites(np.random.default_rng(1), 2), 3, monkeypatch, neighbours=3, words=20) < 1e-5


def test_the_embedded_model_in_int8_judges_alike_and_the_same_in_any_batch(bundle, tmp_path, monkeypatch):
    sites = random_sites(np.random.default_rng(1), 3)
    exact = bundle.probabilities(bundle.features(sites))
    quantise(bundle.file("encoder.onnx"), tmp_path / "encoder.onnx", export.segments_of(sites[:1], bundle.encoder.tokenizer, LENGTHS)[0])
    monkeypatch.setattr(bundle.encoder, "session", encoder.session(tmp_path / "encoder.onnx"))
    assert (tmp_path / "encoder.onnx").stat().st_size < bundle.file("encoder.onnx").stat().st_size / 3.5
    assert np.abs(bundle.probabilities(bundle.features(sites)) - exact).max() < 0.1
    assert largest_change(bundle, sites[:2], 3, monkeypatch, neighbours=3, words=20) < 1e-5


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_weights_of_the_evidence_add_up_to_the_logit_difference(exported, precision):
    bundle = Bundle(exported[0] / precision)
    features = bundle.features(random_sites(np.random.default_rng(2), 50))
    logits = bundle.logits(features)
    second, first = np.argsort(logits, axis=1)[:, -2:].T

    def lead(features):
        rows = np.arange(len(features))
        return (of := bundle.logits(features).astype(np.float64))[rows, first] - of[rows, second]

    without_extension = features.copy()
    without_extension[:, -10:] = 0
    weights = [lead(features) - lead(bundle.hidden_away(features, [name])) for name in NAMES] + [lead(features) - lead(without_extension)]
    baseline = lead(bundle.hidden_away(without_extension, NAMES))
    assert np.abs(baseline).min() > 0.01 and np.abs(weights[-1]).max() > 0.1
    np.testing.assert_allclose(sum(weights) + baseline, lead(features), rtol=0, atol=1e-4)


def test_a_bundle_too_far_from_its_run_is_not_left(refused, edited):
    weights = torch.load(edited / "best.pt", weights_only=True)
    weights["model"]["head.weight"] *= 1e4
    torch.save(weights, edited / "best.pt")
    assert "apart where 1e-04 is allowed" in refused(edited)


def test_agreement_is_what_counts_in_fewer_bits():
    assert export.fault("", 100, difference=0.1, agreement=1.0, precision="int8") is None
    assert "97.00% keep their best industry where 98% are wanted of int8" in export.fault("", 100, difference=0.1, agreement=0.97, precision="int8")


def test_a_difference_that_is_no_number_is_too_far():
    assert export.fault("", 100, difference=np.nan, agreement=1.0, precision="fp32")


def test_a_run_that_is_not_there(refused, tmp_path):
    assert "give the --output folder of train.py" in refused(tmp_path / "gone")


def test_a_run_without_its_tokenizer(refused, edited):
    (edited / "tokenizer.json").unlink()
    assert "no tokenizer.json" in refused(edited)


def test_a_run_of_another_width(refused, edited):
    config = json.loads((edited / "config.json").read_text())
    (edited / "config.json").write_text(json.dumps({**config, "hidden_size": 32}))
    assert "does not fit config.json" in refused(edited)


def test_a_tokenizer_that_does_not_fit_the_encoder(refused, edited, encoder_folder):
    shutil.copyfile(encoder_folder / "tokenizer.json", edited / "tokenizer.json")
    assert "tokenizer.json counts tokens up to 30521 where the encoder of config.json takes 209 at most" in refused(edited)


def test_segments_longer_than_the_encoder_reads(refused, edited):
    settings = json.loads((edited / "settings.json").read_text())
    (edited / "settings.json").write_text(json.dumps({**settings, "segment_lengths": {**LENGTHS, "page_text": 300}}))
    assert "settings.json has segments of 300 where the encoder of config.json takes 256 at most" in refused(edited)


def test_industries_that_the_head_does_not_know(refused, edited):
    lines = (edited / "industries.csv").read_text().splitlines(keepends=True)
    (edited / "industries.csv").write_text("".join(lines[:-1]))
    assert "industries.csv has 5 rows where settings.json says 6 classes" in refused(edited)


def test_an_output_that_is_there(run, exported):
    with pytest.raises(SystemExit, match="is there already: give another --output"):
        export.main(arguments(run, exported[0] / "fp32", "fp32"))
    assert (exported[0] / "fp32" / "model.json").is_file()


def test_a_jar_that_is_not_there(refused, run, archive, tmp_path):
    assert "build it with mvn" in refused(run, "--archive", archive, "--jar", tmp_path / "gone.jar")


@pytest.fixture
def bundle_with(tmp_path):
    """The frozen bundle with a file of another one, its checksum in order."""

    def copy(name, content, **card):
        folder = tmp_path / "bundle"
        shutil.copytree(FOLDER / "fp32", folder)
        (folder / name).write_bytes(content)
        described = json.loads((folder / "model.json").read_text())
        described["sha256"][name] = sha256(folder / name)
        (folder / "model.json").write_text(json.dumps({**described, **card}))
        return folder

    return copy


def opened(folder):
    with pytest.raises(SystemExit) as stop:
        Bundle(folder)
    return stop.value.code


def test_a_bundle_with_the_tokenizer_of_another_encoder(bundle_with, encoder_folder, capfd):
    assert "does not read the highest token of tokenizer.json, 30521" in opened(bundle_with("tokenizer.json", (encoder_folder / "tokenizer.json").read_bytes()))
    assert capfd.readouterr().err == ""


def test_a_bundle_with_longer_segments_than_its_encoder_reads(bundle_with):
    folder = bundle_with("industries.csv", (FOLDER / "fp32" / "industries.csv").read_bytes(), segment_lengths={**LENGTHS, "page_text": 300})
    assert "does not read a segment of 300 tokens" in opened(folder)


def test_a_bundle_with_the_head_of_another_encoder(bundle_with):
    assert "makes 135 logits of 4618 values where 6 logits of 202 values are wanted" in opened(bundle_with("head.onnx", (EMBEDDED / "head.onnx").read_bytes()))


def test_a_bundle_with_a_file_of_another_export(bundle_with):
    folder = bundle_with("industries.csv", (FOLDER / "fp32" / "industries.csv").read_bytes())
    shutil.copyfile(FOLDER / "int8" / "encoder.onnx", folder / "encoder.onnx")
    assert "encoder.onnx has sha256" in opened(folder) and "take all files from one export" in opened(folder)
