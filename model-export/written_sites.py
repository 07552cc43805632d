"""Turn written sites into an archive of clean records and labels, as if they had been crawled.

    written_sites.py --output DIR [--sites FOLDER ...]

FOLDER holds YAML files: per industry a list of made-up sites, each with name, domain and pages of title and text. DIR gets
archive/pages/written.jsonl and labels.csv.
"""
import argparse
import csv
import json
import sys
from pathlib import Path

import yaml

from bundle import HERE, read_industries
from segments import Site

LEARN = HERE / "written-sites" / "learn"  # models may learn from them
JUDGE = HERE / "written-sites" / "judge"  # models are judged by them: they say little of their trade
WHEN = "2026-11-22T00:00:00Z"  # they are said to have been crawled


def read_written(folder, industries):
    """Sites by industry."""
    files = sorted(Path(folder).glob("*.yaml"))
    if not files:
        raise SystemExit(f"no YAML file in {folder}: --sites wants a folder of written sites")
    found = {}
    for file in files:
        for industry, sites in yaml.load(file.read_bytes(), yaml.CSafeLoader).items():
            if industry not in industries:
                raise SystemExit(f"{file.name}: there is no industry '{industry}' in industries.csv")
            for number, site in enumerate(sites, 1):
                if set(site) != {"name", "domain", "pages"} or not site["pages"] or any(set(page) != {"title", "text"} for page in site["pages"]):
                    raise SystemExit(f"{file.name}: site {number} of '{industry}' needs name, domain and pages, each with title and text")
                pages = [(f"http://{site['domain']}/{order or ''}", page["title"], page["text"]) for order, page in enumerate(site["pages"])]
                found.setdefault(industry, []).append(Site(site["domain"], site["name"], f"http://{site['domain']}/", pages))
    return found


def records(site):
    for order, (url, title, text) in enumerate(site.pages, 1):
        yield {
            "id": site.id, "name": site.name, "business_url": site.url, "submission": "written", "submitted_at": WHEN, "pages_due": len(site.pages),
            "order": order, "url": url, "rank": 0, "click_text": "", "depth": min(order - 1, 1), "title": title, "text": text, "http_status": 200,
            "outcome": "read", "bytes": len(text), "millis": 0, "fetched_at": WHEN,
        }


def main(arguments=None):
    options = argparse.ArgumentParser(
        description=__doc__, usage=argparse.SUPPRESS, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    options.add_argument("--output", type=Path, required=True, help="folder to write")
    options.add_argument("--sites", type=Path, action="append", help="folder of written sites; may be given again; those to learn from")
    chosen = options.parse_args(arguments)

    industries = read_industries(HERE / "industries.csv")
    written = [(industry, site) for folder in chosen.sites or [LEARN] for industry, sites in read_written(folder, industries).items() for site in sites]
    pages = chosen.output / "archive" / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    with open(pages / "written.jsonl", "w", encoding="utf-8") as out:
        out.writelines(json.dumps(record) + "\n" for _, site in written for record in records(site))
    with open(chosen.output / "labels.csv", "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["id", "industry"])
        rows.writerows((site.id, industry) for industry, site in written)
    print(f"{chosen.output}: {len(written)} sites of {len({industry for industry, _ in written})} industries")


if __name__ == "__main__":
    sys.exit(main())
