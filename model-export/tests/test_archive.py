import pytest

from archive import read_sites
from segments import Site, cut, domain_of


def test_sites_are_read_in_the_order_of_their_pages_without_those_that_failed(archive):
    sites = read_sites(archive)
    assert list(sites) == ["crumb", "gone", "smith-plumbing"]
    assert sites["gone"].pages == []
    assert sites["smith-plumbing"] == Site(
        "smith-plumbing",
        "smith-plumbing Ltd",
        "http://www.smith-plumbing.co.uk/",
        [
            ("http://smith-plumbing.co.uk/1", "Page 1", "Plumbers since 1985. Boilers and leaks."),
            ("http://smith-plumbing.co.uk/2", "Page 2", "Blocked drains cleared."),
        ],
    )


def test_a_domain_is_cut_at_its_public_suffix(archive):
    texts, extension = cut(read_sites(archive)["smith-plumbing"])
    assert (texts[10], extension) == ("smith plumbing", "co.uk")


@pytest.mark.parametrize(
    "url, words, extension",
    [
        ("https://www.joes-diner.co.uk/menu", "joes diner", "co.uk"),
        ("https://joes-diner.github.io/", "joes diner", "io"),
        ("http://joes-diner.localhost:8080/", "joes diner", ""),
        ("http://localhost/", "localhost", ""),
        ("http://co.uk/", "co", ""),
        ("http://127.0.0.1:80/", "127.0.0.1", ""),
        ("http://[2001:db8::1]:8080/x", "2001:db8::1", ""),
    ],
)
def test_a_host_gives_the_words_and_extension_that_java_finds(url, words, extension):
    assert domain_of(url) == (words, extension)
