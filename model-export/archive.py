"""Sites out of the clean records that a crawl writes to archive/pages."""
import json
from pathlib import Path

from segments import Site

FIELDS = {"id", "business_url", "url", "order", "outcome", "title", "text"}  # that a clean record needs
READ = "read"  # outcome of a page that counts


def read_sites(folder):
    """Sites by business id, those without a page that was read among them; of several visits the last."""
    folder = Path(folder)
    if not folder.is_dir():
        raise SystemExit(f"no folder {folder}: --archive wants the clean records of a crawl, archive/pages of its output")
    visits = {}
    for file in sorted(file for file in folder.rglob("*") if file.is_file() and file.name[0] not in "._"):
        with open(file, encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    record = record_of(line, f"{file.name}:{number}")
                    visits.setdefault((record["id"], record.get("submitted_at", ""), record.get("submission", "")), []).append(record)
    if not any(record["outcome"] == READ for records in visits.values() for record in records):
        raise SystemExit(f"no page in {folder} was read: crawl some sites first")
    return {site: site_of(visits[site, *when]) for site, *when in sorted(visits)}


def site_of(records):
    first = records[0]
    pages = [(page["url"], page["title"] or "", page["text"] or "") for page in sorted(records, key=lambda page: page["order"]) if page["outcome"] == READ]
    return Site(first["id"], first.get("name") or "", first["business_url"], pages)


def record_of(line, where):
    try:
        record = json.loads(line)
        if FIELDS <= set(record):
            return record
    except (ValueError, TypeError):
        pass
    raise SystemExit(f"{where} is no clean record: a JSON object with {', '.join(sorted(FIELDS))} is wanted")
