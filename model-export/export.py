"""Export a trained run as a bundle that `classify --model` reads, and check that it says what the run says.

    export.py --run RUN --output BUNDLE [--precision fp32|fp16|int8] [--data DATA] [--split test] [--archive PAGES [--jar JAR]]
              [--version NAME] [--languages en,fr] [--licence TEXT]

fp32 is exact, fp16 is for GPUs, int8 is for CPUs: a quarter of the size, and independent of what else is in a batch (quantise.py).
encoder.onnx: input_ids, attention_mask [n, tokens] int64 -> vectors [n, hidden] float32, pooled
head.onnx:    features [n, 12 * hidden + 10] float32 -> logits [n, industries]

Sites of the split and of the archive, or a few that are kept here, go through PyTorch and through the bundle in ONNX Runtime; with --jar
(jobs/target/tradewind.jar) those of the archive go through the Java operator too. Where answers are further apart than the settings
allow, no bundle is left. Temperature and abstain threshold are those of no calibration: calibrate.py fits them.
"""
import argparse
import datetime
import json
import logging
import re
import shutil
import subprocess
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnx
import torch
from onnxruntime.transformers.float16 import convert_float_to_float16
from torch import nn
from tqdm import tqdm

import model
from archive import read_sites
from build_zero_shot import read_texts
from bundle import HERE, Bundle, read_industries, softmax, write_bundle
from dataset import open_split
from encoder import one_line
from quantise import OPSET, quantise
from segments import COUNTS, EXTENSIONS, SEGMENTS, SegmentTokenizer, Site, cut
from tricky_texts import SITES

LARGEST_DIFFERENCE = 1e-4  # of a logit or probability, in fp32
LEAST_AGREEMENT = {"fp16": 0.99, "int8": 0.98}  # part of the sites that keep their best industry
CHECKED = 300  # sites of the split that are compared, at most
CALIBRATED = 300  # segments on which int8 sees its ranges, at most
BATCH = 32  # sites that PyTorch takes at a time
IR = 10  # of the graph: the ONNX Runtime of the Java side reads no newer one
TEMPERATURE, ABSTAIN = 1.0, 0.0  # until they are calibrated
LANGUAGES = ["en"]  # that a trained model reads, unless --languages says otherwise
LICENCE = "not stated"  # unless --licence says otherwise


class SegmentVectors(nn.Module):
    """The part of a classifier that becomes encoder.onnx; a token that the mask hides is padding."""

    def __init__(self, classifier):
        super().__init__()
        self.classifier = classifier

    def forward(self, input_ids, attention_mask):
        return self.classifier.segment_vectors(input_ids * attention_mask)


def write_encoder(classifier, file):
    classifier.bert.set_attn_implementation("eager")  # others look at the mask's values, which a graph cannot
    some = torch.randint(1, classifier.bert.config.vocab_size, (3, 7), generator=torch.Generator().manual_seed(0))
    axes = {0: torch.export.Dim("n"), 1: torch.export.Dim("tokens")}
    for noisy in ("torch.onnx", "onnxscript", "onnx_ir"):
        logging.getLogger(noisy).setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph = torch.onnx.export(
            SegmentVectors(classifier), (some, torch.ones_like(some)), input_names=["input_ids", "attention_mask"], output_names=["vectors"],
            dynamic_shapes=(axes, axes), opset_version=OPSET, dynamo=True, verbose=False).model_proto
    graph.ir_version = IR
    for part in (graph, graph.graph, *graph.graph.node, *graph.graph.initializer, *graph.graph.value_info, *graph.graph.input, *graph.graph.output):
        part.ClearField("metadata_props")  # where in the Python code it comes from, on this machine
    onnx.save(graph, file)


def to_half(source, target):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of weights so small that they become the smallest
        onnx.save(convert_float_to_float16(onnx.load(source), keep_io_types=True), target)


def check_run(classifier, run, settings):
    """That the run's files belong together."""
    for name in ("tokenizer.json", "industries.csv"):
        if not (run / name).is_file():
            raise SystemExit(f"no {name} in {run}: give the --output folder of train.py")
    config = classifier.bert.config
    for name, found, most in (
        ("tokenizer.json counts tokens up to", SegmentTokenizer(run / "tokenizer.json").highest, config.vocab_size - 1),
        ("settings.json has segments of", max(settings["segment_lengths"].values()), config.max_position_embeddings),
    ):
        if found > most:
            raise SystemExit(f"{run}: {name} {found} where the encoder of config.json takes {most} at most: take all files from one run")
    industries = len(read_industries(run / "industries.csv"))
    if industries != settings["classes"]:
        raise SystemExit(f"{run}: industries.csv has {industries} rows where settings.json says {settings['classes']} classes: take all files from one run")


def write(classifier, settings, chosen):
    """The bundle's files."""
    chosen.output.mkdir(parents=True)
    shutil.copyfile(chosen.run / "tokenizer.json", chosen.output / "tokenizer.json")
    exact, encoder = chosen.output / "exact.onnx", chosen.output / "encoder.onnx"
    write_encoder(classifier, exact)
    if chosen.precision == "fp16":
        to_half(exact, encoder)
    elif chosen.precision == "int8":
        quantise(exact, encoder, calibration_rows(chosen, settings["segment_lengths"]))
    else:
        shutil.copyfile(exact, encoder)
    exact.unlink()
    best = best_of(chosen.run)
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    trained = f"By train.py from the encoder {Path(settings['encoder']).name}, step {best.get('step', 'unknown')}; exported as {chosen.precision} on {today}."
    card = {
        "version": chosen.version or f"{chosen.run.resolve().name}-{chosen.precision}",
        "pooling": "none",
        "normalize": False,
        "segment_lengths": settings["segment_lengths"],
        "url_extensions": settings["url_extensions"],
        "temperature": TEMPERATURE,
        "abstain_threshold": ABSTAIN,
        "languages": chosen.languages,
        "trained": trained,
        "quality": {"on": "validation split, while training", "top1": best["top1"]} if best else {},
        "licence": chosen.licence,
    }
    weights, bias = (of.detach().numpy() for of in (classifier.head.weight, classifier.head.bias))
    write_bundle(chosen.output, weights.T.copy(), bias, card, chosen.run / "industries.csv", chosen.output)


def best_of(run):
    """The line of metrics.jsonl that best.pt is from."""
    file = run / "metrics.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.is_file() else []
    return min(lines, key=lambda line: line["validation_loss"], default={})


def calibration_rows(chosen, lengths):
    """Segments, as token ids, of the training split or of the built-in sites."""
    rows = first_of(chosen.data, "train").segments() if chosen.data else segments_of(built_in(), SegmentTokenizer(chosen.run / "tokenizer.json"), lengths)
    distinct = list(dict.fromkeys(tuple(ids) for of in rows for ids in of))
    return [distinct[place] for place in np.random.default_rng(0).permutation(len(distinct))[:CALIBRATED]]


def first_of(data, name):
    """The first sites of a split."""
    split = open_split(data, name)
    return split._replace(
        tokens={kind: rows[:CHECKED] for kind, rows in split.tokens.items()},
        extensions=split.extensions[:CHECKED], right=split.right[:CHECKED], ids=split.ids[:CHECKED])


def built_in():
    """Sites that are kept here: the tricky ones, and one of each industry out of its written texts."""
    texts = read_texts(HERE / "industries", read_industries(HERE / "industries.csv"))
    homes = {industry: (f"http://{industry}.com/", kinds["titles"][0], kinds["pages"][0]) for industry, kinds in texts.items()}
    return [*SITES, *(Site(industry, kinds["companies"][0], homes[industry][0], [homes[industry]]) for industry, kinds in texts.items())]


def segments_of(sites, tokenizer, lengths):
    """Token ids of each site's twelve segments."""
    return [[tokenizer.tokens([text], lengths[kind])[0] for text, kind in zip(cut(site)[0], SEGMENTS)] for site in sites]


def in_pytorch(classifier, rows, extensions, lengths):
    """Logits of sites by the token ids of their segments and the flags of their extensions."""
    found = []
    with torch.inference_mode():
        for start in tqdm(range(0, len(rows), BATCH), "PyTorch", unit="batch", disable=None):
            found.append(classifier(padded(rows[start:start + BATCH], lengths), torch.from_numpy(extensions[start:start + BATCH])).numpy())
    return np.concatenate(found)


def padded(rows, lengths):
    """{kind: ids [n, count, length]} of the token ids of each site's twelve segments."""
    tokens = {kind: torch.full((len(rows), count, lengths[kind]), model.PAD) for kind, count in COUNTS.items()}
    for number, row in enumerate(rows):
        for place, (kind, ids) in enumerate(zip(SEGMENTS, row)):
            tokens[kind][number, place - SEGMENTS.index(kind), :len(ids)] = torch.tensor(ids)
    return tokens


def in_java(jar, archive, bundle):
    """The operator's probabilities of a site's three best industries, {site: {industry: probability}}, where it has some."""
    with tempfile.TemporaryDirectory() as folder:
        pages, output = Path(folder, "archive", "pages"), Path(folder, "output")  # the operator wants this name
        pages.parent.mkdir()
        pages.symlink_to(archive.resolve())
        options = {"--source": "archive", "--input": pages.parent, "--output": output, "--model": bundle.resolve(), "--model.device": "cpu", "--web-ui.port": -1}
        command = ["java", "-jar", jar, "classify", *(word for option in options.items() for word in option)]
        try:
            done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
        except FileNotFoundError:
            raise SystemExit("there is no java on the PATH: install Java 17 or leave --jar out") from None
        if done.returncode:
            raise SystemExit(f"{jar} ended with {done.returncode}: {one_line((done.stderr.strip() or done.stdout.strip()).rpartition(chr(10))[2])}")
        files = [file for file in sorted((output / "predictions").rglob("*.jsonl")) if file.name[0] not in "._"]
        predictions = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    predictions.sort(key=lambda prediction: prediction["submitted_at"] or "")
    return {of["id"]: {industry["id"]: industry["probability"] for industry in of["industries"]} for of in predictions if of["industries"]}


def fault(words, sites, difference, agreement, precision):
    """Prints how far two computations are apart; in words what is too far, None if nothing is."""
    print(f"{words:50s} {sites:5d} sites, largest difference {difference:.1e}, same best industry {agreement:.2%}")
    if precision == "fp32" and not difference <= LARGEST_DIFFERENCE:
        return f"{words}: {difference:.1e} apart where {LARGEST_DIFFERENCE:.0e} is allowed"
    if precision != "fp32" and agreement < LEAST_AGREEMENT[precision]:
        return f"{words}: {agreement:.2%} keep their best industry where {LEAST_AGREEMENT[precision]:.0%} are wanted of {precision}"
    return None


def against_pytorch(words, classifier, bundle, rows, features, precision):
    logits, others = in_pytorch(classifier, rows, features[:, -EXTENSIONS:], bundle.card["segment_lengths"]), bundle.logits(features)
    difference = max(np.abs(logits - others).max(), np.abs(softmax(logits, TEMPERATURE) - softmax(others, TEMPERATURE)).max())
    return fault(f"PyTorch, Python on {words}", len(rows), difference, (logits.argmax(axis=1) == others.argmax(axis=1)).mean(), precision)


def against_java(bundle, sites, features, answers, precision):
    """Sites that Java has no answer to, such as pages for sale, are not compared; one without any answer is a fault."""
    shares = {site.id: dict(zip(bundle.industries, row)) for site, row in zip(sites, bundle.probabilities(features))}
    both = [(shares[site], answers[site]) for site in answers if site in shares]
    if not both:
        return f"Java judged none of the {len(sites)} sites"
    difference = max(abs(ours[industry] - probability) for ours, theirs in both for industry, probability in theirs.items())
    agreement = np.mean([max(ours, key=ours.get) == max(theirs, key=theirs.get) for ours, theirs in both])
    return fault("Python, Java on the archive", len(both), difference, agreement, precision)


def check(classifier, chosen):
    """Faults, in words, of the bundle beside PyTorch and Java."""
    bundle = Bundle(chosen.output)
    faults = []
    if chosen.data:
        split = first_of(chosen.data, chosen.split)
        faults.append(against_pytorch(f"the {chosen.split} split", classifier, bundle, split.segments(), bundle.features_of(split), chosen.precision))
    sites = [site for site in read_sites(chosen.archive).values() if site.pages] if chosen.archive else built_in()
    if chosen.archive or not chosen.data:
        words, features = "the archive" if chosen.archive else "built-in sites", bundle.features(sites)
        rows = segments_of(sites, bundle.encoder.tokenizer, bundle.card["segment_lengths"])
        faults.append(against_pytorch(words, classifier, bundle, rows, features, chosen.precision))
    if chosen.jar:
        faults.append(against_java(bundle, sites, features, in_java(chosen.jar, chosen.archive, chosen.output), chosen.precision))
    return [of for of in faults if of]


def languages(text):
    found = [code for code in text.split(",") if code]
    if not all(re.fullmatch("[a-z]{2,3}", code) for code in found):
        raise argparse.ArgumentTypeError(f"{text}: ISO 639 codes joined by commas are wanted, such as en,fr")
    return found


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--run", type=Path, required=True, help="folder that train.py wrote")
    options.add_argument("--output", type=Path, required=True, help="folder to write, not there yet")
    options.add_argument("--precision", choices=["fp32", "fp16", "int8"], default="fp32", help="of the encoder; fp32")
    options.add_argument("--data", type=Path, help="dataset to check on, and for int8 to calibrate on; built-in sites")
    options.add_argument("--split", choices=["train", "validation", "test"], default="test", help="of the dataset to check on; test")
    options.add_argument("--archive", type=Path, help="clean records of a crawl to check on")
    options.add_argument("--jar", type=Path, help="tradewind.jar, to check the Java operator on the archive")
    options.add_argument("--version", help="that predictions name; the run's folder and the precision")
    options.add_argument("--languages", type=languages, default=LANGUAGES, help="that the model reads, joined by commas; '' for any")
    options.add_argument("--licence", default=LICENCE, help="of the bundle")
    chosen = options.parse_args(arguments)
    if chosen.jar and not chosen.archive:
        options.error("--jar wants an --archive that both sides judge")
    if chosen.jar and not chosen.jar.is_file():
        raise SystemExit(f"no file {chosen.jar}: build it with mvn -q -DskipTests package")
    if chosen.output.exists():
        raise SystemExit(f"{chosen.output} is there already: give another --output")
    classifier = model.load(chosen.run)
    settings = json.loads((chosen.run / "settings.json").read_text(encoding="utf-8"))
    check_run(classifier, chosen.run, settings)

    try:
        write(classifier, settings, chosen)
        faults = check(classifier, chosen)
        if faults:
            raise SystemExit(f"no bundle is left: {'; '.join(faults)}")
    except BaseException:
        shutil.rmtree(chosen.output, ignore_errors=True)
        raise
    size = sum(file.stat().st_size for file in chosen.output.iterdir()) / 1e6
    print(f"{chosen.output}: {json.loads((chosen.output / 'model.json').read_text())['version']}, {len(classifier.head.bias)} industries, {size:.1f} MB")


if __name__ == "__main__":
    main()
