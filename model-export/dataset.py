"""Make a dataset of a crawl archive and labels: token ids, url extensions and right industries, split by business.

    dataset.py --archive DIR [--archive DIR ...] --labels CSV [--labels CSV ...] --output DATA [--tokenizer FILE] [--industries CSV]
               [--extensions com,org,...] [--shares 0.8,0.1,0.1] [--seed N] [--workers N] [--cache DIR]

DATA/SPLIT/ holds, for n sites of train, validation or test,
    page_text.npy [n, 5, 256], page_title.npy [n, 5, 16], domain.npy [n, 1, 8], business_name.npy [n, 1, 10]: uint16 token ids, padded
    extensions.npy [n, 10]: flags of the ten commonest public suffixes; right.npy [n, industries]: what is right; ids.json
Sites of one registered domain or of one name are taken for one business and never stand in two splits. A business keeps its split
when others are added. Tokens are cached, so that new labels cost no new cutting.
"""
import argparse
import collections
import csv
import hashlib
import json
import shutil
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tqdm import tqdm

from archive import read_sites
from bundle import EMBEDDED_ENCODER, HERE, read_industries, sha256
from segments import COUNTS, EXTENSIONS, LENGTHS, NAMES, SegmentTokenizer, cut

SPLITS = ["train", "validation", "test"]
SHARES = [0.8, 0.1, 0.1]  # of the businesses in each
CHUNK = 64  # sites that a worker cuts at a time
COMMON = ["com", "org", "net", "co.uk", "ca", "com.au", "de", "io", "co", "us"]  # extensions that fill up ten where the sites have fewer


class Split(NamedTuple):
    """Part of a dataset: arrays as the module's docstring has them, a row per site."""

    tokens: dict
    extensions: np.ndarray
    right: np.ndarray
    ids: list
    described: dict  # dataset.json

    def segments(self):
        """Token ids of each site's twelve segments, in the head's order, without padding."""
        rows = [of for kind in COUNTS for of in self.trimmed(kind)]
        return [list(of) for of in zip(*rows)]

    def trimmed(self, kind):
        """Token ids of each of the kind's segments, by site."""
        tokens = np.asarray(self.tokens[kind])
        ends = tokens.shape[2] - (tokens[:, :, ::-1] != self.described["pad"]).argmax(axis=2)
        return [[row[:end].tolist() for row, end in zip(tokens[:, place], ends[:, place])] for place in range(tokens.shape[1])]


def open_split(folder, name):
    """A split of a dataset; its arrays stay on disk until they are read."""
    part = Path(folder) / name
    if not ((part / "ids.json").is_file() and (Path(folder) / "dataset.json").is_file()):
        raise SystemExit(f"no split {name} in {folder}: --data wants a folder that dataset.py has written")
    arrays = {file: np.load(part / f"{file}.npy", mmap_mode="r") for file in [*COUNTS, "extensions", "right"]}
    ids, described = (json.loads(file.read_text()) for file in (part / "ids.json", Path(folder) / "dataset.json"))
    return Split({kind: arrays[kind] for kind in COUNTS}, arrays["extensions"], arrays["right"], ids, described)


def read_labels(file, industries):
    """Right industries by business id, as a row of flags."""
    if not file.is_file():
        raise SystemExit(f"no file {file}: --labels wants a CSV with the columns id and industry")
    found = {}
    with open(file, encoding="utf-8", newline="") as source:
        rows = csv.DictReader(source)
        if not {"id", "industry"} <= set(rows.fieldnames or []):
            raise SystemExit(f"{file} has the columns {rows.fieldnames}: id and industry are wanted")
        for row in rows:
            unknown = set((row["industry"] or "").split("|")) - set(industries)
            if unknown:
                raise SystemExit(f"{file}:{rows.line_num}: there is no industry '{min(unknown)}' in industries.csv")
            if row["id"] in found:
                raise SystemExit(f"{file}:{rows.line_num}: '{row['id']}' is labelled twice: keep one line, with several right industries joined by |")
            found[row["id"]] = np.isin(industries, row["industry"].split("|"))
    if not found:
        raise SystemExit(f"{file} has no label in it")
    return found


def read_all_labels(files, industries):
    """Labels of several files; no site may be in two of them."""
    found = {}
    for file in files:
        more = read_labels(file, industries)
        twice = sorted(set(found) & set(more))
        if twice:
            raise SystemExit(f"{file}: '{twice[0]}' is labelled in another file too: keep one line, with several right industries joined by |")
        found |= more
    return found


def cut_into_tokens(archives, tokenizer, workers, cache):
    """Sites by id, and for each its tokens by kind, domain and public suffix; cached under the hash of the archives and of what cuts them."""
    sites = {}
    for archive in archives:
        sites.update(read_sites(archive))
    made_from = hashlib.sha256()
    for file in [tokenizer, HERE / "segments.py", HERE / "archive.py", *sorted(file for archive in archives for file in archive.rglob("[!._]*") if file.is_file())]:
        made_from.update(sha256(file).encode())
    cached = cache / f"{made_from.hexdigest()[:16]}.json"
    if not cached.is_file():
        read = [site for site in sites.values() if site.pages]
        chunks = [read[start:start + CHUNK] for start in range(0, len(read), CHUNK)]
        done = [row for rows in tqdm(cut_chunks(chunks, tokenizer, workers), "cutting", len(chunks), unit="chunk", disable=None) for row in rows]
        cache.mkdir(parents=True, exist_ok=True)
        whole = cached.with_suffix(".part")
        whole.write_text(json.dumps({site.id: row for site, row in zip(read, done)}))
        whole.rename(cached)
    return sites, json.loads(cached.read_text())


def cut_chunks(chunks, tokenizer, workers):
    """Chunks cut by so many processes, one being this one; others start anew, as one that has threads may hang when it is forked."""
    if workers == 1:
        open_tokenizer(tokenizer)
        yield from map(tokens_of, chunks)
    else:
        with ProcessPoolExecutor(workers, get_context("spawn"), open_tokenizer, [tokenizer]) as pool:
            yield from pool.map(tokens_of, chunks)


def open_tokenizer(file):
    global tokenizer
    tokenizer = SegmentTokenizer(file)


def tokens_of(sites):
    texts, extensions = zip(*(cut(site) for site in sites))
    domain = NAMES.index("domain")
    rows = [{"tokens": {}, "domain": of[domain], "extension": extension} for of, extension in zip(texts, extensions)]
    first = 0
    for kind, count in COUNTS.items():
        ids = tokenizer.tokens([text for of in texts for text in of[first:first + count]], LENGTHS[kind])
        for number, row in enumerate(rows):
            row["tokens"][kind] = ids[number * count:(number + 1) * count]
        first += count
    return rows


def splits_of(sites, cuts, shares, seed):
    """The split of each site by its id: by the hash of its business's first domain."""
    ids = sorted(cuts)
    keys = [[f"domain {cuts[id]['domain']}.{cuts[id]['extension']}", f"name {' '.join(sites[id].name.lower().split())}"] for id in ids]
    numbers = {key: number for number, key in enumerate(dict.fromkeys(key for of in keys for key in of if key != "name "))}
    links = [(numbers[domain], numbers[name]) for domain, name in keys if name in numbers]
    rows, columns = zip(*links) if links else ((), ())
    _, business = connected_components(coo_array((np.ones(len(links)), (rows, columns)), shape=(len(numbers), len(numbers))), directed=False)
    first = {}
    for key in sorted(numbers):
        first.setdefault(business[numbers[key]], key)
    bounds = np.cumsum(shares) / sum(shares)
    return {id: SPLITS[int(np.searchsorted(bounds[:-1], share_of(first[business[numbers[domain]]], seed), side="right"))] for id, (domain, _) in zip(ids, keys)}


def share_of(business, seed):
    """A number from 0 to 1 that only the business and the seed decide."""
    return int.from_bytes(hashlib.sha256(f"{seed} {business}".encode()).digest()[:8]) / 2**64


def write_split(folder, ids, cuts, labels, extensions, pad):
    folder.mkdir(parents=True, exist_ok=True)
    for kind, count in COUNTS.items():
        rows = np.full((len(ids), count, LENGTHS[kind]), pad, np.uint16)
        for row, id in zip(rows, ids):
            for segment, tokens in zip(row, cuts[id]["tokens"][kind]):
                segment[:len(tokens)] = tokens
        np.save(folder / f"{kind}.npy", rows)
    np.save(folder / "extensions.npy", np.array([[cuts[id]["extension"] == other for other in extensions] for id in ids], np.float32).reshape(-1, EXTENSIONS))
    np.save(folder / "right.npy", np.stack([labels[id] for id in ids]))
    (folder / "ids.json").write_text(json.dumps(ids))


def shares(text):
    found = [float(share) for share in text.split(",")]
    if len(found) != len(SPLITS) or min(found) < 0 or sum(found) <= 0:
        raise argparse.ArgumentTypeError(f"{text}: three shares are wanted, of {', '.join(SPLITS)}")
    return found


def ten(text):
    found = text.split(",")
    if len(set(found)) != EXTENSIONS:
        raise argparse.ArgumentTypeError(f"{text}: {EXTENSIONS} different extensions are wanted")
    return found


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--archive", type=Path, required=True, action="append", help="folder of clean records, archive/pages of a crawl; may be given again")
    options.add_argument("--labels", type=Path, required=True, action="append", help="CSV with the columns id and industry; may be given again")
    options.add_argument("--output", type=Path, required=True, help="folder to write")
    options.add_argument("--tokenizer", type=Path, default=EMBEDDED_ENCODER / "tokenizer.json", help="tokenizer.json of the encoder to be trained; the embedded one's")
    options.add_argument("--industries", type=Path, default=HERE / "industries.csv", help="the taxonomy")
    options.add_argument("--extensions", type=ten, help="ten public suffixes with a flag of their own; the commonest of the training split")
    options.add_argument("--shares", type=shares, default=SHARES, help="of the businesses in train, validation and test; 0.8,0.1,0.1")
    options.add_argument("--seed", type=int, default=1, help="of the split; 1")
    options.add_argument("--workers", type=int, help="processes that cut; one per core")
    options.add_argument("--cache", type=Path, default=HERE / "target" / "dataset-cache", help="folder of cut archives")
    chosen = options.parse_args(arguments)

    industries = read_industries(chosen.industries)
    labels = read_all_labels(chosen.labels, industries)
    tokenizer = SegmentTokenizer(chosen.tokenizer)
    if tokenizer.vocabulary > 2**16:
        raise SystemExit(f"{chosen.tokenizer} has {tokenizer.vocabulary} tokens; 65,536 is the most that fits")
    sites, cuts = cut_into_tokens(chosen.archive, chosen.tokenizer, chosen.workers, chosen.cache)
    usable = [id for id in labels if id in cuts]
    if not usable:
        raise SystemExit(f"none of the {len(labels)} labelled sites of {', '.join(map(str, chosen.labels))} was read in {', '.join(map(str, chosen.archive))}: are these the same ids?")
    split_of = splits_of(sites, cuts, chosen.shares, chosen.seed)
    ids = {split: [id for id in usable if split_of[id] == split] for split in SPLITS}
    for split, share in zip(SPLITS, chosen.shares):
        if share and not ids[split]:
            raise SystemExit(f"{len(usable)} labelled sites leave none for {split}: label more, or change --shares or --seed")

    seen = collections.Counter(cuts[id]["extension"] for id in ids["train"])
    extensions = chosen.extensions or list(dict.fromkeys([extension for extension, _ in seen.most_common() if extension] + COMMON))[:EXTENSIONS]
    for split in SPLITS:
        shutil.rmtree(chosen.output / split, ignore_errors=True)
        if ids[split]:
            write_split(chosen.output / split, ids[split], cuts, labels, extensions, tokenizer.pad)
    shutil.copyfile(chosen.tokenizer, chosen.output / "tokenizer.json")
    shutil.copyfile(chosen.industries, chosen.output / "industries.csv")
    description = {
        "sites": {split: len(ids[split]) for split in SPLITS},
        "industries": industries,
        "url_extensions": extensions,
        "segment_lengths": LENGTHS,
        "vocabulary": tokenizer.vocabulary,
        "pad": tokenizer.pad,
        "tokenizer_sha256": sha256(chosen.tokenizer),
        "labels_sha256": [sha256(file) for file in chosen.labels],
        "seed": chosen.seed,
        "shares": chosen.shares,
    }
    (chosen.output / "dataset.json").write_text(json.dumps(description, indent=2) + "\n")

    for split in SPLITS:
        of = np.array([labels[id] for id in ids[split]]).reshape(-1, len(industries))
        print(f"{split:10s} {len(ids[split]):7d} sites of {int(of.any(axis=0).sum())} industries")
    print(f"left out: {len(labels) - len(usable)} labelled sites without a page read, {len(sites) - len(set(sites) & set(labels))} crawled sites without a label")
    print(f"extensions: {', '.join(extensions)}")


if __name__ == "__main__":
    sys.exit(main())
