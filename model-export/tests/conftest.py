import json
import sys

import pytest

sys.dont_write_bytecode = True

import build_zero_shot
from encoder import Encoder


@pytest.fixture(scope="session")
def encoder_folder():
    return build_zero_shot.HERE / "target" / "encoder"


@pytest.fixture(scope="session")
def encoder(encoder_folder):
    return Encoder(encoder_folder)


@pytest.fixture(scope="session")
def bundle():
    return build_zero_shot.OPERATORS / "main/resources/dev/tradewind/model"


@pytest.fixture(scope="session")
def model(bundle):
    return json.loads((bundle / "model.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def industries(bundle):
    return build_zero_shot.read_industries(bundle / "industries.csv")


@pytest.fixture
def classify(encoder, bundle, model, industries):
    """The best industry of an observation and its probability."""

    def best(texts=(), titles=(), domain="", name="", extension="com"):
        observation = {"texts": list(texts), "titles": list(titles), "domain": domain, "name": name, "extension": extension}
        logits = build_zero_shot.run_head(bundle, build_zero_shot.features(encoder, [observation]))
        shares = build_zero_shot.softmax(logits, model["temperature"])[0]
        return industries[shares.argmax()], shares.max()

    return best
