import json

import pytest

from bundle import EMBEDDED_ENCODER, Bundle
from segments import Site


@pytest.fixture(scope="session")
def encoder_folder():
    return EMBEDDED_ENCODER


@pytest.fixture(scope="session")
def bundle():
    """The embedded one."""
    return Bundle()


@pytest.fixture(scope="session")
def encoder(bundle):
    return bundle.encoder


@pytest.fixture
def classify(bundle):
    """The best industry of a site of one page and its probability."""

    def best(text="", title="", name=""):
        shares = bundle.probabilities(bundle.features([Site("1", name, "a.com", [("http://a.com/", title, text)])]))[0]
        return bundle.industries[shares.argmax()], shares.max()

    return best


def page(site, order, text, **fields):
    return {"id": site, "business_url": f"http://www.{site}.co.uk/", "url": f"http://{site}.co.uk/{order}", "name": f"{site} Ltd",
            "order": order, "outcome": "read", "title": f"Page {order}", "text": text, **fields}


@pytest.fixture
def archive(tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    records = [
        page("smith-plumbing", 2, "Blocked drains cleared."),
        page("smith-plumbing", 1, "Plumbers since 1985. Boilers and leaks."),
        page("smith-plumbing", 3, None, outcome="http-404", title=None),
        page("crumb", 1, "Fresh bread, cakes and croissants."),
        page("gone", 1, None, outcome="dns-failure", title=None),
    ]
    (folder / "part-0").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    (folder / ".part-1.inprogress").write_text("{", encoding="utf-8")
    return folder
