"""What a bundle has to beat on its own split: TF-IDF with logistic regression, and the embedded zero-shot bundle."""
import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from tqdm import tqdm

from bundle import Bundle
from dataset import open_split
from measure import from_split
from segments import NAMES

STRENGTHS = [1, 3, 10, 30, 100]  # values tried of C, the inverse of the regularisation
TERMS = 100_000  # unigrams and bigrams that are kept, the commonest
STEPS = 1000  # of the solver, at most
UNSEEN = 0.01  # probability that industries without a training site share


def tfidf(data, name, hidden):
    """Probabilities of a split's sites, learned from the training split; C is the likeliest on the validation split."""
    train, validation, judged = (open_split(data, split) for split in ("train", "validation", name))
    vectors = TfidfVectorizer(analyzer=lambda segments: segments, sublinear_tf=True, max_features=TERMS)
    learned = vectors.fit_transform(terms(train))
    site, industry = np.nonzero(train.right)
    if len(set(industry)) < 2:
        raise SystemExit(f"the training split of {data} has sites of one industry only: label others for a baseline")
    share = 1 / np.asarray(train.right).sum(axis=1)[site]

    def probabilities(model, of, without=()):
        found = np.zeros(of.right.shape)
        found[:, model.classes_] = model.predict_proba(vectors.transform(terms(of, without)))
        unseen = np.setdiff1d(np.arange(found.shape[1]), model.classes_)
        if len(unseen):
            found *= 1 - UNSEEN
            found[:, unseen] = UNSEEN / len(unseen)
        return found

    def loss(model):
        return -np.log((probabilities(model, validation) * validation.right).sum(axis=1)).mean()

    models = [LogisticRegression(C=strength, max_iter=STEPS).fit(learned[site], industry, share) for strength in tqdm(STRENGTHS, "TF-IDF", disable=None)]
    return probabilities(min(models, key=loss), judged, hidden)


def terms(split, without=()):
    """Each site's token ids, and pairs of them that follow each other in one segment; begin and end marks are none."""
    shown = [place for place, name in enumerate(NAMES) if name not in without]
    return [[term for place in shown for term in words_and_pairs(of[place][1:-1])] for of in split.segments()]


def words_and_pairs(ids):
    return [*map(str, ids), *(f"{one} {next}" for one, next in zip(ids, ids[1:]))]


def zero_shot(data, name, hidden):
    """Probabilities of a split's sites by the embedded bundle, if the dataset was made with its tokenizer and its industries."""
    bundle = Bundle()
    try:
        features = from_split(bundle, data, name).features
    except SystemExit as refused:
        raise SystemExit(f"no zero-shot baseline: {refused}, or leave it out by --baselines tf-idf") from None
    return bundle.probabilities(bundle.hidden_away(features, hidden))
