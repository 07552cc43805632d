"""Measure how fast this machine trains: observations per second and, on a GPU, the largest batch that fits.

    throughput.py [--config FILE] [--batch N] [--steps N] [--device D]

The model has random weights in the shape of bert-base-uncased, or of a Hugging Face config.json. Observations are random and the longest
there are: twelve segments full to the last token, 1,378 in all, so real sites train faster. A step is train.py's own.
"""
import argparse
import time
from pathlib import Path

import numpy as np
import torch
from transformers import BertConfig, BertModel

from bundle import HERE, read_industries
from dataset import Split
from model import BertWebsiteClassifier
from segments import COUNTS, EXTENSIONS, LENGTHS
from train import BATCH, CLIP, LABEL_SMOOTHING, WEIGHT_DECAY, Examples, optimizer_of, place_of, positive, take_step, token_inputs

STEPS = 10  # timed
FIRST_STEPS = 2  # before these, untimed
LARGEST = 4096  # batch tried
SEED = 0  # of weights and observations


def observations_per_second(config, batch, steps, place):
    """Of training steps of so many observations."""
    torch.manual_seed(SEED)
    rng = np.random.default_rng(SEED)
    classes = len(read_industries(HERE / "industries.csv"))
    tokens = {kind: rng.integers(1, config.vocab_size, (batch, count, LENGTHS[kind])) for kind, count in COUNTS.items()}
    targets = np.eye(classes, dtype=np.float32)[rng.integers(0, classes, batch)]
    split = Split(tokens, np.zeros((batch, EXTENSIONS), np.float32), targets > 0, [], {})
    examples = Examples(token_inputs(split, place.device), targets, np.ones(batch, np.float32))
    model = BertWebsiteClassifier(BertModel(config), classes).to(place.device)
    optimizer = optimizer_of(model, WEIGHT_DECAY)
    scaler = torch.amp.GradScaler(place.device.type, enabled=place.precision == "fp16")
    chosen = argparse.Namespace(accumulate=1, label_smoothing=LABEL_SMOOTHING, clip=CLIP)
    for step in range(FIRST_STEPS + steps):
        if step == FIRST_STEPS:
            started = time.monotonic()
        take_step(model, examples, np.arange(batch), optimizer, scaler, place, chosen).item()
    return steps * batch / (time.monotonic() - started)


def largest_batch(config, place):
    """That a GPU's memory holds, found by halving the gap to within a sixteenth."""
    fits, too_large = 0, LARGEST + 1
    while too_large - fits > max(1, fits // 16):
        batch = min(2 * fits or BATCH, (fits + too_large) // 2)
        try:
            observations_per_second(config, batch, 1, place)
            fits = batch
        except torch.OutOfMemoryError:
            too_large = batch
        torch.cuda.empty_cache()
    return fits


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--config", type=Path, help="config.json of a BERT; bert-base-uncased's")
    options.add_argument("--batch", type=positive, default=BATCH, help=f"observations of a step; {BATCH}")
    options.add_argument("--steps", type=positive, default=STEPS, help=f"timed; {STEPS}")
    options.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="cuda where there is one")
    chosen = options.parse_args(arguments)
    if chosen.config and not chosen.config.is_file():
        raise SystemExit(f"no file {chosen.config}: --config wants the config.json of a BERT")

    config = BertConfig.from_json_file(chosen.config) if chosen.config else BertConfig()
    place = place_of(chosen.device, "auto")
    on_gpu = place.device.type == "cuda"
    name = torch.cuda.get_device_name(place.device) if on_gpu else f"cpu, {torch.get_num_threads()} threads"
    print(f"{name}; {config.num_hidden_layers} layers, {config.hidden_size} wide; {sum(LENGTHS[kind] * count for kind, count in COUNTS.items())} tokens each")
    for precision in dict.fromkeys(["fp32", place.precision]):
        here = place._replace(precision=precision)
        line = f"{precision}: {observations_per_second(config, chosen.batch, chosen.steps, here):.2f} observations/s at batch {chosen.batch}"
        if on_gpu:
            most = largest_batch(config, here)
            line += f"; largest batch {most}"
            if most > chosen.batch:
                line += f", {observations_per_second(config, most, chosen.steps, here):.2f} observations/s there"
        print(line, flush=True)


if __name__ == "__main__":
    main()
