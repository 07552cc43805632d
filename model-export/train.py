"""Train a classifier on a dataset of labelled sites.

    train.py --data DIR --encoder HF_FOLDER --output RUN [--frozen] [--resume] [options]
    torchrun --nproc_per_node N train.py …     on N GPUs, or in N processes on a CPU

DIR is what dataset.py wrote; HF_FOLDER holds config.json and model.safetensors of a BERT. RUN gets settings.json, config.json,
tokenizer.json, industries.csv, best.pt (least validation loss), last.pt (to resume from), metrics.jsonl and losses.png.
With --frozen the encoder stays as it is: segment vectors [n, 12 * hidden] are computed once and kept, and only the head is trained.

A step sees --batch sites in all, dealt out to the processes, and each process's to --accumulate forward passes. Which sites and what
dropout depends on the seed and the step's number alone, so a resumed run equals one that never stopped.
"""
import argparse
import functools
import hashlib
import json
import math
import os
import shutil
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Callable, NamedTuple

import numpy as np
import torch
import torch.distributed as dist
from matplotlib.figure import Figure
from torch import nn
from torch.nn import functional
from torch.nn.parallel import DistributedDataParallel
from tqdm import tqdm
from transformers import BertConfig, BertModel
from transformers.utils import logging

from bundle import HERE, sha256
from dataset import open_split
from encoder import one_line
from model import PAD, POOLINGS, BertWebsiteClassifier, without_padding
from segments import COUNTS

EPOCHS = 10  # at most
BATCH = 16  # sites of a step
LEARNING_RATE = 2e-5  # the highest, after the warm-up
FROZEN_LEARNING_RATE = 1e-3  # the same when only the head is trained
WARM_UP = 0.1  # of all steps, in which the learning rate rises from 0; then it falls to 0 linearly
WEIGHT_DECAY = 0.01  # except on biases and LayerNorm
DROPOUT = 0.1  # before the head and everywhere in BERT
LABEL_SMOOTHING = 0.05  # part of the target that is spread over all classes
CLIP = 1.0  # norm of all gradients, at most
PATIENCE = 3  # evaluations without a lesser validation loss before the run ends
SEED = 0  # of the head's first weights, the order of sites and the dropout
CACHE = HERE / "target" / "train-cache"  # of segment vectors
TOKENS_AT_ONCE = 8192  # encoded for the cache
HALF = {"bf16": torch.bfloat16, "fp16": torch.float16}
MAY_CHANGE = {"data", "encoder", "steps", "evaluate_every", "patience", "accumulate", "precision"}  # settings, when a run is resumed


class Place(NamedTuple):
    """Where this process computes, which of how many it is."""

    device: torch.device
    precision: str
    rank: int
    world: int

    def mixed(self):
        return torch.autocast(self.device.type, HALF.get(self.precision), enabled=self.precision in HALF)

    def sum(self, tensor):
        """Of all processes' tensors."""
        if self.world > 1:
            dist.all_reduce(tensor)
        return tensor


class Examples(NamedTuple):
    """A split: the trained module's inputs for some rows, and per site the target's shares [n, classes] and what it counts [n]."""

    inputs: Callable
    targets: np.ndarray
    weights: np.ndarray


def train(trained, model, examples, validation, place, last, chosen):
    """Takes steps until the epochs, --steps or the patience end; evaluates and keeps checkpoints on the way. Returns the least validation loss."""
    sites = len(examples.targets)
    per_epoch = math.ceil(sites / chosen.batch)
    total = chosen.epochs * per_epoch
    end, every = min(total, chosen.steps or total), chosen.evaluate_every or per_epoch
    optimizer = optimizer_of(trained, chosen.weight_decay)
    scaler = torch.amp.GradScaler(place.device.type, enabled=place.precision == "fp16")
    step, best, waited = 0, math.inf, 0
    if last:
        trained.load_state_dict(last["trained"])
        optimizer.load_state_dict(last["optimizer"])
        scaler.load_state_dict(last["scaler"])
        step, best, waited = last["step"], last["best"], last["waited"]
    parallel = DistributedDataParallel(trained) if place.world > 1 else trained
    seen, sum_of_losses, started = 0, 0, time.monotonic()

    with tqdm(total=end, initial=step, unit="step", disable=True if place.rank else None) as bar:
        while step < end and waited < chosen.patience:
            for group in optimizer.param_groups:
                group["lr"] = chosen.learning_rate * rate(step, total, chosen.warm_up)
            rows = rows_of_step(step, sites, chosen.batch, chosen.seed)
            torch.manual_seed(int(np.random.SeedSequence([chosen.seed, step, place.rank]).generate_state(1, np.uint64)[0]))
            sum_of_losses += take_step(parallel, examples, rows, optimizer, scaler, place, chosen)
            step, seen = step + 1, seen + 1
            bar.update()
            if step % every and step < end:
                continue

            measured = {"step": step, "epoch": round(step / per_epoch, 3), "train_loss": place.sum(sum_of_losses).item() / seen}
            rate_of_sites = seen * chosen.batch / (time.monotonic() - started)
            measured["validation_loss"], measured["top1"] = evaluate(trained, validation, place, chosen)
            waited = 0 if measured["validation_loss"] < best else waited + 1
            best = min(best, measured["validation_loss"])
            if place.rank == 0:
                report({**measured, "learning_rate": optimizer.param_groups[0]["lr"], "observations_per_second": round(rate_of_sites, 1)}, chosen.output)
                if not waited:
                    keep({"model": model.state_dict(), "step": step, "validation_loss": best}, chosen.output / "best.pt")
                keep({"trained": trained.state_dict(), "optimizer": optimizer.state_dict(), "scaler": scaler.state_dict(), "step": step,
                      "best": best, "waited": waited}, chosen.output / "last.pt")
            seen, sum_of_losses, started = 0, 0, time.monotonic()
    return best


def take_step(parallel, examples, rows, optimizer, scaler, place, chosen):
    """Moves the weights once; returns this process's part of the loss."""
    parallel.train()
    all_weights = float(examples.weights[rows].sum())
    parts = np.array_split(rows[place.rank::place.world], chosen.accumulate)
    sum_of_losses = torch.zeros((), device=place.device)
    for number, part in enumerate(parts, 1):
        with nullcontext() if place.world == 1 or number == len(parts) else parallel.no_sync():
            with place.mixed():
                logits = parallel(*examples.inputs(part))
            loss = losses(logits, examples, part, chosen.label_smoothing).sum() / all_weights
            scaler.scale(loss * place.world).backward()  # processes' gradients are averaged where their sum is wanted
        sum_of_losses += loss.detach()
    scaler.unscale_(optimizer)
    nn.utils.clip_grad_norm_(parallel.parameters(), chosen.clip)
    scaler.step(optimizer)
    scaler.update()
    optimizer.zero_grad()
    return sum_of_losses


def losses(logits, examples, rows, smoothing):
    """Cross entropy of each row against its target's shares, times what it counts."""
    targets, weights = (torch.from_numpy(of[rows]).to(logits.device) for of in (examples.targets, examples.weights))
    return functional.cross_entropy(logits.float(), targets, reduction="none", label_smoothing=smoothing) * weights


@torch.no_grad()
def evaluate(trained, examples, place, chosen):
    """The same loss over a split, and the part of its sites whose best industry is right."""
    trained.eval()
    own = np.arange(len(examples.targets))[place.rank::place.world]
    found = torch.zeros(2, device=place.device)  # losses, sites with the right one first
    for start in range(0, len(own), chosen.batch):
        rows = own[start:start + chosen.batch]
        with place.mixed():
            logits = trained(*examples.inputs(rows))
        right = examples.targets[rows, logits.argmax(dim=1).cpu().numpy()] > 0
        found[0] += losses(logits, examples, rows, chosen.label_smoothing).sum()
        found[1] += int(right.sum())
    sum_of_losses, right = place.sum(found).tolist()
    return sum_of_losses / float(examples.weights.sum()), right / len(examples.targets)


def rows_of_step(step, sites, batch, seed):
    """The next rows of an endless stream in which every site comes once an epoch, each epoch in an order of its own."""
    return np.array([order_of_epoch(place // sites, sites, seed)[place % sites] for place in range(step * batch, (step + 1) * batch)])


@functools.lru_cache(maxsize=2)
def order_of_epoch(epoch, sites, seed):
    return np.random.default_rng([seed, epoch]).permutation(sites)


def rate(step, total, warm_up):
    """The part of the highest learning rate that a step learns at."""
    rising = warm_up * total
    return (step + 1) / (rising + 1) if step < rising else (total - step) / (total - rising)


def optimizer_of(trained, weight_decay):
    """AdamW that spares biases and LayerNorm, which are all that has one dimension; `train` sets the learning rate."""
    return torch.optim.AdamW([
        {"params": [weight for weight in trained.parameters() if weight.ndim > 1], "weight_decay": weight_decay},
        {"params": [weight for weight in trained.parameters() if weight.ndim == 1], "weight_decay": 0.0},
    ])


def targets_of(right):
    """A site's right industries share its target equally."""
    return (right / right.sum(axis=1, keepdims=True)).astype(np.float32)


def class_weights_of(targets, kind):
    """What a site of each class counts: 1, or balanced: all classes that occur count alike, and sites 1 on average."""
    sites = targets.sum(axis=0)
    balanced = len(targets) / (np.count_nonzero(sites) * np.where(sites, sites, 1))
    return np.where(sites if kind == "balanced" else 0, balanced, 1).astype(np.float32)


def token_inputs(split, device):
    """What the whole classifier reads of some rows: token ids by kind, and extension flags."""

    def inputs(rows):
        tokens = {kind: torch.from_numpy(split.tokens[kind][rows].astype(np.int64)).to(device) for kind in COUNTS}
        return tokens, torch.from_numpy(split.extensions[rows]).to(device)

    return inputs


def frozen_inputs(model, split, made_from, cache, device):
    """What the head reads of some rows; segment vectors are kept on disk under the hash of what they were made from."""
    file = cache / f"{hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16]}.npy"
    if not file.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with open(file.with_suffix(".part"), "wb") as part:
            np.save(part, segment_vectors(model, split, device))
        file.with_suffix(".part").replace(file)
    vectors = np.load(file, mmap_mode="r")

    def inputs(rows):
        return torch.from_numpy(np.concatenate([vectors[rows], split.extensions[rows]], axis=1)).to(device),

    return inputs


@torch.no_grad()
def segment_vectors(model, split, device):
    """Vectors [n, 12 * hidden] of a split; equal segments are encoded once, and those of like length together."""
    model.eval()
    width, found = model.bert.config.hidden_size, []
    for kind, count in COUNTS.items():
        tokens = split.tokens[kind]
        distinct, place = np.unique(tokens.reshape(-1, tokens.shape[-1]), axis=0, return_inverse=True)
        order = np.argsort((distinct != PAD).sum(axis=1), kind="stable")
        vectors = np.zeros((len(distinct), width), np.float32)
        at_once = TOKENS_AT_ONCE // tokens.shape[-1]
        for start in tqdm(range(0, len(order), at_once), desc=f"encode {kind}", disable=None):
            rows = order[start:start + at_once]
            ids = without_padding(torch.from_numpy(distinct[rows].astype(np.int64)).to(device))
            vectors[rows] = model.segment_vectors(ids).cpu().numpy()
        found.append(vectors[place.ravel()].reshape(-1, count * width))
    return np.concatenate(found, axis=1)


def place_of(device, precision):
    """The place that this process is given by torchrun, or the only one."""
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    if device == "cuda" and not torch.cuda.is_available():
        raise SystemExit("--device cuda: PyTorch finds no GPU here; leave it out or give --device cpu")
    if device == "cpu" or not torch.cuda.is_available():
        if precision in HALF:
            raise SystemExit(f"--precision {precision} wants a GPU: leave it out on a CPU")
        return Place(torch.device("cpu"), "fp32", rank, world)
    torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", 0)))
    best = "bf16" if torch.cuda.is_bf16_supported(including_emulation=False) else "fp16"
    return Place(torch.device("cuda", torch.cuda.current_device()), best if precision == "auto" else precision, rank, world)


def read_card(folder):
    """dataset.json of a dataset with sites to train on and to validate with."""
    if not (folder / "dataset.json").is_file():
        raise SystemExit(f"no dataset.json in {folder}: give --data the folder that dataset.py wrote")
    card = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    for split in ("train", "validation"):
        if not card["sites"].get(split):
            raise SystemExit(f"{folder} has no sites in its {split} split: make the dataset of more labelled sites")
    return card


def read_config(folder, card):
    """config.json of a BERT folder that has what is needed and goes with the dataset."""
    for name in ("config.json", "model.safetensors"):
        if not (folder / name).is_file():
            raise SystemExit(f"no {name} in {folder}: give --encoder a local Hugging Face folder of a BERT (hugging_face.py and tiny_bert.py write some)")
    try:
        read = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        kind, config = read.get("model_type"), BertConfig(**read)
    except (ValueError, TypeError, AttributeError) as e:
        raise SystemExit(f"{folder / 'config.json'} is no config of a BERT: {one_line(e)}") from None
    if kind != "bert":
        raise SystemExit(f"{folder / 'config.json'} is of a {kind} where a bert is wanted")
    if card["pad"] != PAD:
        raise SystemExit(f"the dataset's tokenizer pads with token {card['pad']} where a BERT's pads with {PAD}: make the dataset with the encoder's tokenizer.json")
    if card["vocabulary"] > config.vocab_size:
        raise SystemExit(f"the dataset's tokenizer knows {card['vocabulary']} tokens where the encoder in {folder} has {config.vocab_size}: "
                         f"make the dataset with {folder / 'tokenizer.json'}")
    if (folder / "tokenizer.json").is_file() and sha256(folder / "tokenizer.json") != card["tokenizer_sha256"]:
        raise SystemExit(f"the dataset was made with another tokenizer than {folder / 'tokenizer.json'}: make it anew with that one")
    if max(card["segment_lengths"].values()) > config.max_position_embeddings:
        raise SystemExit(f"the dataset's segments are up to {max(card['segment_lengths'].values())} tokens long where the encoder in {folder} "
                         f"reads {config.max_position_embeddings}")
    return config


def read_bert(folder, pooling, dropout):
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        bert, loaded = BertModel.from_pretrained(
            folder, add_pooling_layer=pooling == "pooler", local_files_only=True, output_loading_info=True, dtype=torch.float32,
            hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout)
    except Exception as e:  # the library knows no better
        raise SystemExit(f"{folder} cannot be read as a BERT of Hugging Face: {one_line(e)}") from None
    missing = sorted(loaded["missing_keys"])
    if missing and all(name.startswith("pooler.") for name in missing):
        raise SystemExit(f"the encoder in {folder} has no pooler: give --pooling cls or mean")
    if missing:
        raise SystemExit(f"{folder / 'model.safetensors'} lacks {len(missing)} weights of its config.json, the first {missing[0]}")
    return bert


def settings_of(chosen, card, config):
    """What settings.json says of a run."""
    return {
        "hidden": config.hidden_size,
        "classes": len(card["industries"]),
        "encoder": str(chosen.encoder),
        "encoder_sha256": sha256(chosen.encoder / "model.safetensors"),
        "data": str(chosen.data),
        "dataset_sha256": sha256(chosen.data / "dataset.json"),
        "tokenizer_sha256": card["tokenizer_sha256"],
        **{name: getattr(chosen, name) for name in (
            "frozen", "pooling", "normalize", "epochs", "steps", "evaluate_every", "patience", "batch", "accumulate", "learning_rate", "warm_up",
            "weight_decay", "dropout", "label_smoothing", "class_weights", "clip", "seed", "precision")},
        "segment_lengths": card["segment_lengths"],
        "url_extensions": card["url_extensions"],
        "industries": card["industries"],
    }


def read_last(folder, settings, resume):
    """The checkpoint to resume from, if so wished; it must be of a run with the same settings."""
    if not resume:
        if (folder / "last.pt").exists():
            raise SystemExit(f"{folder} holds a run: give --resume to go on with it, or another --output")
        return None
    for name in ("settings.json", "last.pt"):
        if not (folder / name).is_file():
            raise SystemExit(f"no {name} in {folder}: there is nothing to --resume")
    before = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    for name, value in settings.items():
        if name not in MAY_CHANGE and before.get(name) != value:
            raise SystemExit(f"the run in {folder} has {name} {str(before.get(name))[:80]} where {str(value)[:80]} is given: resume with the same, or give another --output")
    return torch.load(folder / "last.pt", map_location="cpu", weights_only=True)


def write_run(folder, data, model, settings, last):
    """All of a run folder but checkpoints and plot; of earlier metrics those up to the checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "settings.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
    model.bert.config.to_json_file(folder / "config.json")
    for name in ("tokenizer.json", "industries.csv"):
        shutil.copyfile(data / name, folder / name)
    kept = [line for line in read_metrics(folder) if last and line["step"] <= last["step"]]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8")


def read_metrics(folder):
    file = folder / "metrics.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []


def report(measured, folder):
    with open(folder / "metrics.jsonl", "a", encoding="utf-8") as metrics:
        metrics.write(json.dumps(measured) + "\n")
    tqdm.write("step {step:6}  epoch {epoch:6.2f}  train loss {train_loss:.4f}  validation loss {validation_loss:.4f}  top-1 {top1:.3f}"
               "  {observations_per_second:g} sites/s".format(**measured))


def keep(checkpoint, file):
    """Writes a checkpoint so that the file is whole at any time."""
    part = file.with_suffix(".part")
    torch.save(checkpoint, part)
    part.replace(file)


def plot_losses(folder):
    measured = read_metrics(folder)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for name in ("train_loss", "validation_loss"):
        axes.plot([line["step"] for line in measured], [line[name] for line in measured], marker=".", label=name.replace("_", " "))
    axes.set(xlabel="step", ylabel="loss")
    axes.legend()
    figure.savefig(folder / "losses.png", dpi=120)


def positive(text):
    if not int(text) > 0:
        raise argparse.ArgumentTypeError(f"{text} is not above 0")
    return int(text)


def natural(text):
    if not int(text) >= 0:
        raise argparse.ArgumentTypeError(f"{text} is below 0")
    return int(text)


def part(text):
    if not 0 <= float(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to below 1")
    return float(text)


def main(arguments=None):
    """Trains as the command line says; returns the classifier as it is after the last step."""
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--data", type=Path, required=True, help="folder that dataset.py wrote")
    options.add_argument("--encoder", type=Path, required=True, help="Hugging Face folder of a BERT")
    options.add_argument("--output", type=Path, required=True, help="run folder to write")
    options.add_argument("--frozen", action="store_true", help="train the head alone, on segment vectors computed once")
    options.add_argument("--resume", action="store_true", help="go on from last.pt of the run folder")
    options.add_argument("--pooling", choices=POOLINGS, default="pooler", help="of a segment's tokens; pooler")
    options.add_argument("--normalize", action="store_true", help="give segment vectors the length 1")
    options.add_argument("--epochs", type=positive, default=EPOCHS, help=f"at most; {EPOCHS}")
    options.add_argument("--steps", type=positive, help="stop after so many, short of the epochs")
    options.add_argument("--evaluate-every", type=positive, help="steps between evaluations; those of an epoch")
    options.add_argument("--patience", type=positive, default=PATIENCE, help=f"evaluations without a lesser validation loss before the run ends; {PATIENCE}")
    options.add_argument("--batch", type=positive, default=BATCH, help=f"sites of a step, over all processes; {BATCH}")
    options.add_argument("--accumulate", type=positive, default=1, help="forward passes of a step in each process; 1")
    options.add_argument("--learning-rate", type=float, help=f"the highest; {LEARNING_RATE}, with --frozen {FROZEN_LEARNING_RATE}")
    options.add_argument("--warm-up", type=part, default=WARM_UP, help=f"part of all steps in which the learning rate rises; {WARM_UP}")
    options.add_argument("--weight-decay", type=float, default=WEIGHT_DECAY, help=f"except on biases and LayerNorm; {WEIGHT_DECAY}")
    options.add_argument("--dropout", type=part, default=DROPOUT, help=f"before the head and in BERT; {DROPOUT}")
    options.add_argument("--label-smoothing", type=part, default=LABEL_SMOOTHING, help=f"part of the target spread over all classes; {LABEL_SMOOTHING}")
    options.add_argument("--class-weights", choices=["balanced", "none"], default="balanced", help="whether all classes count alike, or all sites; balanced")
    options.add_argument("--clip", type=float, default=CLIP, help=f"norm of all gradients, at most; {CLIP}")
    options.add_argument("--seed", type=natural, default=SEED, help=f"of first weights, order and dropout; {SEED}")
    options.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="cuda where there is one")
    options.add_argument("--precision", choices=["auto", "fp32", *HALF], default="auto", help="on cuda bf16, or fp16 where it has no bf16; on a cpu fp32")
    options.add_argument("--cache", type=Path, default=CACHE, help="folder of segment vectors for --frozen; target/train-cache")
    chosen = options.parse_args(arguments)
    chosen.learning_rate = chosen.learning_rate or (FROZEN_LEARNING_RATE if chosen.frozen else LEARNING_RATE)

    place = place_of(chosen.device, chosen.precision)
    if chosen.batch < place.world * chosen.accumulate:
        raise SystemExit(f"--batch {chosen.batch} is too small for {place.world} processes with --accumulate {chosen.accumulate}: each forward pass needs a site")
    if chosen.frozen and place.world > 1:
        raise SystemExit("--frozen trains one linear layer, for which one process is enough: start it without torchrun")
    card = read_card(chosen.data)
    settings = settings_of(chosen, card, read_config(chosen.encoder, card))
    last = read_last(chosen.output, settings, chosen.resume)
    bert = read_bert(chosen.encoder, chosen.pooling, chosen.dropout)
    torch.manual_seed(chosen.seed)
    model = BertWebsiteClassifier(bert, settings["classes"], chosen.pooling, chosen.normalize, chosen.dropout).to(place.device)
    trained = nn.Sequential(model.dropout, model.head) if chosen.frozen else model

    examples, class_weights = {}, None
    for name in ("train", "validation"):
        split = open_split(chosen.data, name)
        if not split.right.any(axis=1).all():
            raise SystemExit(f"{chosen.data / name}: site {split.ids[int(split.right.any(axis=1).argmin())]} has no right industry: make the dataset anew")
        targets = targets_of(split.right)
        class_weights = class_weights_of(targets, chosen.class_weights) if class_weights is None else class_weights
        made_from = [settings["encoder_sha256"], sha256(chosen.encoder / "config.json"), chosen.pooling, chosen.normalize,
                     *(sha256(chosen.data / name / f"{kind}.npy") for kind in COUNTS)]
        inputs = frozen_inputs(model, split, made_from, chosen.cache, place.device) if chosen.frozen else token_inputs(split, place.device)
        examples[name] = Examples(inputs, targets, targets @ class_weights)

    if place.world > 1:
        dist.init_process_group("nccl" if place.device.type == "cuda" else "gloo")
    if place.rank == 0:
        write_run(chosen.output, chosen.data, model, settings, last)
    try:
        best = train(trained, model, examples["train"], examples["validation"], place, last, chosen)
    except KeyboardInterrupt:
        raise SystemExit(f"stopped: the same command with --resume goes on from the last evaluation in {chosen.output}") from None
    finally:
        if place.rank == 0:
            plot_losses(chosen.output)
        if place.world > 1:
            dist.destroy_process_group()
    if best == math.inf:
        raise SystemExit("no validation loss was a number: give a lower --learning-rate")
    if place.rank == 0:
        print(f"{chosen.output / 'best.pt'}: validation loss {best:.4f}")
    return model


if __name__ == "__main__":
    main()
