"""What training does, on a small dataset in which each industry has words of its own."""
import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from transformers import BertModel

import hugging_face
import model
import throughput
import tiny_bert
import train
from bundle import EMBEDDED_ENCODER, HERE, sha256
from dataset import open_split
from segments import COUNTS

INDUSTRIES = ["plumber", "bakery", "law-firm"]
LENGTHS = {"page_text": 12, "page_title": 6, "domain": 4, "business_name": 5}
BEGIN, END = 101, 102  # marks around a segment


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    """A tiny BERT of random weights."""
    folder = tmp_path_factory.mktemp("encoder")
    tiny_bert.main(["--output", str(folder), "--hidden", "16", "--layers", "1"])
    return folder


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A dataset of 36 sites to train on and 12 to validate with."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    card = {"industries": INDUSTRIES, "url_extensions": ["com"] * 10, "segment_lengths": LENGTHS, "vocabulary": 30522, "pad": 0,
            "sites": {"train": 36, "validation": 12, "test": 0}, "tokenizer_sha256": sha256(EMBEDDED_ENCODER / "tokenizer.json")}
    (folder / "dataset.json").write_text(json.dumps(card))
    (folder / "industries.csv").write_text("industry_id\n" + "\n".join(INDUSTRIES))
    shutil.copyfile(EMBEDDED_ENCODER / "tokenizer.json", folder / "tokenizer.json")
    for name, sites in card["sites"].items():
        (folder / name).mkdir()
        industry = np.arange(sites) % len(INDUSTRIES)
        for kind, count in COUNTS.items():
            tokens = np.zeros((sites, count, LENGTHS[kind]), np.uint16)
            for site, place in np.ndindex(sites, count):
                words = rng.integers(2000, 2010, rng.integers(0, LENGTHS[kind] - 1)) + 100 * industry[site]
                tokens[site, place, :len(words) + 2] = [BEGIN, *words, END]
            np.save(folder / name / f"{kind}.npy", tokens)
        np.save(folder / name / "extensions.npy", np.eye(10, dtype=np.float32)[industry])
        np.save(folder / name / "right.npy", np.eye(len(INDUSTRIES), dtype=bool)[industry])
        (folder / name / "ids.json").write_text(json.dumps([f"{name}-{site}" for site in range(sites)]))
    return folder


@pytest.fixture
def trained(data, encoder, tmp_path):
    """Trains into a folder of tmp_path and returns that folder."""

    def run(name, *options):
        train.main(arguments(data, encoder, tmp_path / name, *options))
        return tmp_path / name

    return run


@pytest.fixture
def refused(data, encoder, tmp_path, capfd):
    """The one line that train.py ends with when it does not start."""

    def said(*options, data=data, encoder=encoder, output=tmp_path / "run"):
        capfd.readouterr()
        with pytest.raises(SystemExit) as stop:
            train.main(arguments(data, encoder, output, *options))
        printed = capfd.readouterr()
        line, = [*printed.out.splitlines(), *printed.err.splitlines(), *([stop.value.code] if isinstance(stop.value.code, str) else [])]
        return line

    return said


def arguments(data, encoder, output, *options):
    return ["--data", str(data), "--encoder", str(encoder), "--output", str(output), "--device", "cpu", "--learning-rate", "0.01", "--epochs", "4", *options]


def metrics(run):
    return [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]


def last(run):
    return torch.load(run / "last.pt", weights_only=True)


def equal(some, others):
    return some.keys() == others.keys() and all(torch.equal(some[name], others[name]) for name in some)


def as_good_as_equal(some, others):
    """A key's bias moves no output: its gradient is rounding alone, which AdamW makes a step of."""
    return all(torch.allclose(some[name], others[name], atol=1e-4) for name in some if not name.endswith("key.bias"))


def some_inputs(data, sites=5):
    return train.token_inputs(open_split(data, "validation"), torch.device("cpu"))(np.arange(sites))


def test_the_loss_falls_and_sites_never_seen_are_known(trained):
    run = trained("run", "--epochs", "8")
    lines = metrics(run)
    assert [line["epoch"] for line in lines] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert lines[-1]["train_loss"] < 0.5 * lines[0]["train_loss"]
    assert lines[-1]["validation_loss"] < 0.5 * lines[0]["validation_loss"]
    assert lines[-1]["top1"] >= 0.9
    assert {file.name for file in run.iterdir()} == {"settings.json", "config.json", "tokenizer.json", "industries.csv", "best.pt", "last.pt", "metrics.jsonl",
                                                     "losses.png"}


def test_a_run_is_opened_with_its_best_weights(trained, data):
    run = trained("run", "--pooling", "mean", "--normalize")
    opened = model.load(run)
    best = min(metrics(run), key=lambda line: line["validation_loss"])
    with torch.no_grad():
        logits = opened(*some_inputs(data, 12))
    assert (logits.argmax(dim=1).numpy() == np.arange(12) % 3).mean() == pytest.approx(best["top1"], abs=1e-3)


@pytest.mark.parametrize("pooling", model.POOLINGS)
def test_padding_and_the_rest_of_the_batch_change_nothing(encoder, data, pooling):
    bert = train.read_bert(encoder, pooling, 0.1)
    classifier = model.BertWebsiteClassifier(bert, 3, pooling).eval()
    tokens, extensions = some_inputs(data)
    longer = {kind: torch.nn.functional.pad(ids, (0, 7)) for kind, ids in tokens.items()}
    with torch.no_grad():
        together = classifier(tokens, extensions)
        alone = torch.cat([classifier({kind: ids[site:site + 1] for kind, ids in longer.items()}, extensions[site:site + 1]) for site in range(5)])
        ids = tokens["page_text"][:, 0]
        assert torch.allclose(classifier.segment_vectors(ids), classifier.segment_vectors(longer["page_text"][:, 0]), atol=1e-6)
    assert torch.allclose(together, alone, atol=1e-5)


def test_segments_come_in_the_heads_order(encoder, data):
    classifier = model.BertWebsiteClassifier(train.read_bert(encoder, "pooler", 0.1), 3).eval()
    tokens, extensions = some_inputs(data)
    with torch.no_grad():
        features = classifier.features(tokens, extensions)
        segments = [tokens[kind][:, place] for kind in ("page_text", "page_title", "domain", "business_name") for place in range(COUNTS[kind])]
        one_by_one = torch.cat([*(classifier.segment_vectors(ids) for ids in segments), extensions], dim=1)
    assert features.shape == (5, 12 * 16 + 10)
    assert torch.allclose(features, one_by_one, atol=1e-5)


def test_biases_and_layer_norms_do_not_decay(encoder):
    classifier = model.BertWebsiteClassifier(train.read_bert(encoder, "pooler", 0.1), 3)
    decaying, spared = train.optimizer_of(classifier, 0.01).param_groups
    names = {id(weight): name for name, weight in classifier.named_parameters()}
    assert decaying["weight_decay"] == 0.01 and spared["weight_decay"] == 0
    assert {names[id(weight)] for weight in spared["params"]} == {name for name in names.values() if name.endswith("bias") or "LayerNorm" in name}
    assert len(decaying["params"]) + len(spared["params"]) == len(names)


def test_the_learning_rate_rises_and_falls():
    rates = [train.rate(step, 20, 0.2) for step in range(20)]
    assert rates[:5] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0])
    assert np.diff(rates[4:]) == pytest.approx(np.full(15, -1 / 16))


def test_every_site_comes_once_an_epoch_in_an_order_of_its_own():
    rows = np.concatenate([train.rows_of_step(step, 10, 4, seed=0) for step in range(5)])
    assert sorted(rows[:10]) == sorted(rows[10:]) == list(range(10))
    assert list(rows[:10]) != list(rows[10:])


def test_balanced_classes_count_alike_whatever_their_number():
    right = np.eye(4, dtype=bool)[[0] * 6 + [1] * 3 + [2]]
    targets = train.targets_of(right)
    weights = train.class_weights_of(targets, "balanced")
    of_sites = targets @ weights
    assert [of_sites[:6].sum(), of_sites[6:9].sum(), of_sites[9:].sum()] == pytest.approx([10 / 3] * 3)
    assert weights[3] == 1
    assert train.class_weights_of(targets, "none").tolist() == [1, 1, 1, 1]


def test_several_right_industries_share_the_target():
    targets = train.targets_of(np.array([[True, True, False], [False, False, True]]))
    logits = torch.tensor([[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]])
    found = train.losses(logits, train.Examples(None, targets, np.array([1, 2], np.float32)), np.array([0, 1]), smoothing=0.3)
    minus_log = -torch.log_softmax(logits, dim=1)
    shares = torch.tensor([[0.45, 0.45, 0.1], [0.1, 0.1, 0.8]])
    assert torch.allclose(found, (shares * minus_log).sum(dim=1) * torch.tensor([1.0, 2.0]))


def test_accumulated_steps_equal_undivided_ones(trained):
    whole, divided = trained("whole", "--dropout", "0", "--epochs", "1"), trained("divided", "--dropout", "0", "--epochs", "1", "--accumulate", "3")
    assert as_good_as_equal(last(whole)["trained"], last(divided)["trained"])


@pytest.mark.parametrize("options", [[], ["--frozen"]])
def test_a_resumed_run_equals_an_unbroken_one(trained, tmp_path, options):
    options = [*options, "--cache", str(tmp_path / "cache"), "--evaluate-every", "2"]
    unbroken = trained("unbroken", *options)
    trained("broken", *options, "--steps", "4")
    broken = trained("broken", *options, "--resume")
    assert equal(last(unbroken)["trained"], last(broken)["trained"])
    assert equal(torch.load(unbroken / "best.pt")["model"], torch.load(broken / "best.pt")["model"])
    figures = [[{**line, "observations_per_second": 0} for line in metrics(run)] for run in (unbroken, broken)]
    assert figures[0] == figures[1] and len(figures[0]) == 6


def test_a_run_ends_when_the_validation_loss_falls_no_more(trained):
    run = trained("run", "--epochs", "40", "--learning-rate", "0.5", "--warm-up", "0", "--evaluate-every", "1", "--patience", "2", "--dropout", "0.5")
    found = [line["validation_loss"] for line in metrics(run)]
    assert len(found) < 40 * 3
    assert min(found) < min(found[-2:])
    assert torch.load(run / "best.pt")["step"] == 1 + int(np.argmin(found))


def test_frozen_vectors_equal_the_unfrozen_forward(data, encoder, trained, tmp_path):
    run = trained("run", "--frozen", "--cache", str(tmp_path / "cache"), "--epochs", "1")
    opened = model.load(run)
    split = open_split(data, "validation")
    assert equal(opened.bert.state_dict(), BertModel.from_pretrained(encoder).state_dict())
    cached = [np.load(file) for file in (tmp_path / "cache").iterdir()]
    found, = [vectors for vectors in cached if len(vectors) == len(split.ids)]
    with torch.no_grad():
        wanted = opened.features(*some_inputs(data, len(split.ids))).numpy()
    assert np.abs(np.concatenate([found, split.extensions], axis=1) - wanted).max() < 1e-5


def test_frozen_vectors_are_computed_once_for_an_encoder_and_pooling(trained, tmp_path):
    cache = tmp_path / "cache"
    trained("one", "--frozen", "--cache", str(cache), "--steps", "1")
    before = {file: file.stat().st_mtime_ns for file in cache.iterdir()}
    trained("two", "--frozen", "--cache", str(cache), "--steps", "2")
    assert {file: file.stat().st_mtime_ns for file in cache.iterdir()} == before and len(before) == 2
    trained("three", "--frozen", "--cache", str(cache), "--steps", "1", "--pooling", "cls")
    assert len(list(cache.iterdir())) == 4


def test_two_processes_train_as_one_and_hold_the_same_weights(data, encoder, trained, tmp_path):
    """The script is what each process runs: train.py, and then the weights it ended with."""
    script = tmp_path / "each.py"
    script.write_text("import os, sys, torch, train\ntorch.set_num_threads(1)\n"
                      f"model = train.main(sys.argv[1:])\ntorch.save(model.state_dict(), r'{tmp_path}/rank-' + os.environ['RANK'])\n")
    options = ["--dropout", "0", "--steps", "6", "--evaluate-every", "3"]
    done = subprocess.run([sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", script,
                           *arguments(data, encoder, tmp_path / "two", *options)],
                          capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(HERE), "OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    ranks = [torch.load(tmp_path / f"rank-{rank}") for rank in (0, 1)]
    assert equal(ranks[0], ranks[1])
    one = trained("one", *options)
    assert as_good_as_equal(ranks[0], last(one)["trained"])
    for both in zip(metrics(one), metrics(tmp_path / "two"), strict=True):
        assert both[0]["validation_loss"] == pytest.approx(both[1]["validation_loss"], abs=1e-4)
        assert both[0]["train_loss"] == pytest.approx(both[1]["train_loss"], abs=1e-4)
    assert done.stdout.count("validation loss") == 3


def test_a_tiny_bert_is_the_same_for_the_same_seed(encoder, tmp_path):
    for name, seed in (("same", "0"), ("other", "1")):
        tiny_bert.main(["--output", str(tmp_path / name), "--hidden", "16", "--layers", "1", "--seed", seed])
    assert sha256(tmp_path / "same" / "model.safetensors") == sha256(encoder / "model.safetensors")
    assert sha256(tmp_path / "other" / "model.safetensors") != sha256(encoder / "model.safetensors")


def test_the_embedded_encoder_becomes_a_folder_that_has_no_pooler(tmp_path, capfd, refused):
    hugging_face.main(["--output", str(tmp_path / "bge")])
    assert "33,212,160 weights" in capfd.readouterr().out
    assert "has no pooler: give --pooling cls or mean" in refused(encoder=tmp_path / "bge")


def test_throughput_is_measured_with_the_steps_of_training(encoder, capsys):
    throughput.main(["--config", str(encoder / "config.json"), "--batch", "1", "--steps", "1", "--device", "cpu"])
    assert "1 layers, 16 wide; 1378 tokens each\nfp32: " in capsys.readouterr().out


def changed(folder, to, file, **fields):
    """A copy of a folder with some fields of a JSON file changed."""
    shutil.copytree(folder, to)
    (to / file).write_text(json.dumps({**json.loads((to / file).read_text()), **fields}))
    return to


def test_a_dataset_that_is_not_there(refused, tmp_path):
    assert "give --data the folder that dataset.py wrote" in refused(data=tmp_path)


def test_a_dataset_without_sites_to_train_on(refused, data, tmp_path):
    empty = changed(data, tmp_path / "empty", "dataset.json", sites={"train": 0, "validation": 12, "test": 0})
    assert "has no sites in its train split" in refused(data=empty)


def test_a_dataset_of_another_tokenizer(refused, data, tmp_path):
    other = changed(data, tmp_path / "other", "dataset.json", tokenizer_sha256="0")
    assert "was made with another tokenizer than" in refused(data=other)


def test_a_dataset_padded_by_another_token(refused, data, tmp_path):
    assert "pads with token 1 where a BERT's pads with 0" in refused(data=changed(data, tmp_path / "other", "dataset.json", pad=1))


def test_a_dataset_of_more_tokens_than_the_encoder_knows(refused, data, tmp_path):
    larger = changed(data, tmp_path / "larger", "dataset.json", vocabulary=40000)
    assert "knows 40000 tokens where the encoder" in refused(data=larger)


def test_a_dataset_of_longer_segments_than_the_encoder_reads(refused, data, tmp_path):
    longer = changed(data, tmp_path / "longer", "dataset.json", segment_lengths={"page_text": 400})
    assert "up to 400 tokens long" in refused(data=longer)


def test_a_site_without_an_industry(refused, data, tmp_path):
    shutil.copytree(data, tmp_path / "data")
    right = np.load(tmp_path / "data" / "train" / "right.npy")
    right[4] = False
    np.save(tmp_path / "data" / "train" / "right.npy", right)
    assert "site train-4 has no right industry" in refused(data=tmp_path / "data")


def test_an_encoder_that_is_a_name_and_no_folder(refused):
    assert "no config.json in bert-base-uncased" in refused(encoder="bert-base-uncased")


def test_an_encoder_without_weights(refused, encoder, tmp_path):
    (tmp_path / "bert").mkdir()
    shutil.copyfile(encoder / "config.json", tmp_path / "bert" / "config.json")
    assert "no model.safetensors in" in refused(encoder=tmp_path / "bert")


def test_an_encoder_that_is_no_bert(refused, encoder, tmp_path):
    assert "is of a roberta where a bert is wanted" in refused(encoder=changed(encoder, tmp_path / "roberta", "config.json", model_type="roberta"))


def test_an_encoder_whose_weights_are_broken_off(refused, encoder, tmp_path):
    shutil.copytree(encoder, tmp_path / "bert")
    (tmp_path / "bert" / "model.safetensors").write_bytes((encoder / "model.safetensors").read_bytes()[:1000])
    assert "cannot be read as a BERT" in refused(encoder=tmp_path / "bert")


def test_an_encoder_of_more_layers_than_it_has_weights_for(refused, encoder, tmp_path):
    assert "lacks 16 weights of its config.json" in refused(encoder=changed(encoder, tmp_path / "bert", "config.json", num_hidden_layers=2))


def test_a_run_that_would_be_written_over(trained, refused, tmp_path):
    trained("run", "--steps", "1")
    assert "give --resume to go on with it" in refused()


def test_nothing_to_resume(refused):
    assert "there is nothing to --resume" in refused("--resume")


def test_a_checkpoint_of_another_width_or_number_of_classes(trained, refused, data, tmp_path):
    trained("run", "--steps", "1")
    tiny_bert.main(["--output", str(tmp_path / "wider"), "--hidden", "32", "--layers", "1"])
    assert "has hidden 16 where 32 is given" in refused("--resume", encoder=tmp_path / "wider")
    fewer = changed(data, tmp_path / "fewer", "dataset.json", industries=INDUSTRIES[:2])
    assert "has classes 3 where 2 is given" in refused("--resume", data=fewer)
    assert "has batch 16 where 8 is given" in refused("--resume", "--batch", "8")


def test_a_run_whose_weights_are_of_another_one(trained, tmp_path):
    run = trained("run", "--steps", "1")
    settings = json.loads((run / "settings.json").read_text())
    (run / "settings.json").write_text(json.dumps({**settings, "classes": 7}))
    with pytest.raises(SystemExit, match="does not fit config.json and settings.json"):
        model.load(run)


def test_a_run_folder_that_is_not_there(tmp_path):
    with pytest.raises(SystemExit, match="give the --output folder of train.py"):
        model.load(tmp_path)


def test_a_batch_with_too_few_sites_to_divide(refused):
    assert "--batch 4 is too small" in refused("--batch", "4", "--accumulate", "5")


def test_options_out_of_range(refused):
    assert "--dropout: 1.5 is not from 0 to below 1" in refused("--dropout", "1.5")
    assert "--epochs: 0 is not above 0" in refused("--epochs", "0")
    assert "--seed: -1 is below 0" in refused("--seed", "-1")


def test_half_precision_without_a_gpu(refused):
    assert "--precision bf16 wants a GPU" in refused("--precision", "bf16")


def test_heads_that_do_not_divide_a_vector(tmp_path):
    with pytest.raises(SystemExit, match="--hidden 10 is no multiple of --heads 3"):
        tiny_bert.main(["--output", str(tmp_path), "--hidden", "10", "--heads", "3"])
