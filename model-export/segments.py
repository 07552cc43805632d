"""What a model reads of a site: twelve texts and the url's extension, cut into tokens as the Java side cuts them."""
import re
from typing import NamedTuple

import tldextract
from tokenizers import Tokenizer

PAGES = 5  # per site
LENGTHS = {"page_text": 256, "page_title": 16, "domain": 8, "business_name": 10}  # tokens at most, begin and end marks included
COUNTS = {"page_text": PAGES, "page_title": PAGES, "domain": 1, "business_name": 1}  # segments of each kind, in the head's order
NAMES = [f"page-{page}-{part}" for part in ("text", "title") for page in range(1, PAGES + 1)] + ["domain", "business-name"]
SEGMENTS = [kind for kind, count in COUNTS.items() for _ in range(count)]  # kind of each
EXTENSIONS = 10  # public suffixes with a flag of their own
PHRASE = 5  # words in a row that count once in a visit

SPACE = re.compile(r"[ \t\n\x0b\f\r]+")  # as Java's \s
PUNCTUATION = re.compile(r"[\W_]+")
public_suffixes = tldextract.TLDExtract(suffix_list_urls=(), include_psl_private_domains=False, cache_dir=None)


class Site(NamedTuple):
    """One business as it was crawled: pages are (url, title, text), those that were read, home page first."""

    id: str
    name: str
    url: str
    pages: list


def cut(site):
    """The twelve texts of a site, empty where there is none, and its public suffix."""
    pages, said = site.pages[:PAGES], set()
    texts = [said_once(text, said) for _, _, text in pages]
    titles = [title for _, title, _ in pages]
    domain, extension = domain_of(pages[0][0] if pages else site.url)
    filled = [[*some, *[""] * (PAGES - len(some))] for some in (texts, titles)]
    return [*filled[0], *filled[1], domain, site.name], extension


def said_once(text, said):
    """A text without the phrases in `said`, which learns those of this text."""
    words = SPACE.split(text.strip())
    plain = [PUNCTUATION.sub("", word).lower() or word for word in words]
    repeated = set()
    for end in range(PHRASE, len(words) + 1):
        phrase = " ".join(plain[end - PHRASE:end])
        if phrase in said:
            repeated.update(range(end - PHRASE, end))
        said.add(phrase)
    return " ".join(word for place, word in enumerate(words) if place not in repeated) if repeated else text


def domain_of(url):
    """The words of a url's registered name, and the public suffix that it was registered under; a customer of a shared host is a name of its own."""
    own = public_suffixes(url, include_psl_private_domains=True)
    host = ".".join(part for part in (own.subdomain, own.domain, own.suffix) if part)
    label = own.ipv4 or own.ipv6 or (own.domain if own.domain and own.suffix else host.partition(".")[0])
    found = public_suffixes(url)
    return label.replace("-", " ").replace("_", " "), found.suffix if found.domain else ""


class SegmentTokenizer:
    """A tokenizer.json of Hugging Face that puts one mark before and one after a text."""

    def __init__(self, file):
        try:
            self.tokenizer = Tokenizer.from_file(str(file))
        except Exception as e:  # the library knows no better
            raise SystemExit(f"{file} cannot be read as a tokenizer of Hugging Face: {e}") from None
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.empty = self.tokenizer.encode("").ids
        if len(self.empty) != 2:
            raise SystemExit(f"{file} makes {len(self.empty)} tokens of an empty text where 2 are wanted, a begin and an end mark: set its post_processor")
        self.vocabulary = self.tokenizer.get_vocab_size()
        self.highest = max(self.tokenizer.get_vocab().values())
        self.pad = self.tokenizer.token_to_id("[PAD]")
        if self.pad is None:
            raise SystemExit(f"{file} has no token [PAD]: take a tokenizer of BERT")

    def tokens(self, texts, length):
        """Ids of each text, cut to `length` tokens, marks included."""
        encoded = self.tokenizer.encode_batch([whole(text) for text in texts])
        return [self.empty if not text.strip() else [*of.ids[:length - 1], of.ids[-1]] if len(of.ids) > length else of.ids
                for text, of in zip(texts, encoded)]


def whole(text):
    """Half characters, which UTF-8 cannot say, become the replacement character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
