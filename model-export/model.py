"""The classifier: one BERT over a site's twelve segments, and one linear layer over their vectors and the url's extension.

    model = model.load(RUN)              # a folder that train.py wrote, its best weights
    logits = model(tokens, extensions)   # [n, classes]

tokens: per kind of segment ids [n, count, length] padded by 0: page_text [n, 5, 256], page_title [n, 5, 16], domain [n, 1, 8], business_name [n, 1, 10];
extensions: [n, 10] flags. The head reads [n, 12 * hidden + 10], segments in the order of `segments.SEGMENTS`.
"""
import json
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from encoder import one_line
from segments import COUNTS, EXTENSIONS, SEGMENTS

PAD = 0  # token id that fills up a segment
POOLINGS = ["pooler", "cls", "mean"]  # BERT's own pooled output, its first token, the mean of its tokens


class BertWebsiteClassifier(nn.Module):
    def __init__(self, bert, classes, pooling="pooler", normalize=False, dropout=0.1):
        super().__init__()
        self.bert = bert
        self.pooling, self.normalize = pooling, normalize
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(len(SEGMENTS) * bert.config.hidden_size + EXTENSIONS, classes)

    def forward(self, tokens, extensions):
        return self.head(self.dropout(self.features(tokens, extensions)))

    def features(self, tokens, extensions):
        """The head's input [n, 12 * hidden + 10]."""
        vectors = [self.vectors_of_kind(tokens[kind]) for kind in COUNTS]
        return torch.cat([*vectors, extensions], dim=1)

    def vectors_of_kind(self, ids):
        """Ids [n, count, length] to vectors [n, count * hidden]; equal segments, such as empty ones, are encoded once."""
        distinct, place = without_padding(ids.flatten(0, 1)).unique(dim=0, return_inverse=True)
        return self.segment_vectors(distinct)[place].view(len(ids), -1)

    def segment_vectors(self, ids):
        """Ids [m, length] to vectors [m, hidden], whatever they are padded to."""
        real = ids != PAD
        read = self.bert(ids, attention_mask=real.long())
        if self.pooling == "pooler":
            vectors = read.pooler_output
        elif self.pooling == "cls":
            vectors = read.last_hidden_state[:, 0]
        else:
            vectors = (read.last_hidden_state * real[..., None]).sum(dim=1) / real.sum(dim=1, keepdim=True)
        return functional.normalize(vectors, dim=-1) if self.normalize else vectors


def without_padding(ids):
    """Ids [m, length] without the columns in which all are padding."""
    return ids[:, :int((ids != PAD).sum(dim=1).max())]


def load(folder):
    """The classifier of a run folder with its best weights, ready to predict."""
    folder = Path(folder)
    for name in ("settings.json", "config.json", "best.pt"):
        if not (folder / name).is_file():
            raise SystemExit(f"no {name} in {folder}: give the --output folder of train.py")
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    bert = BertModel(BertConfig.from_json_file(folder / "config.json"), add_pooling_layer=settings["pooling"] == "pooler")
    model = BertWebsiteClassifier(bert, settings["classes"], settings["pooling"], settings["normalize"], settings["dropout"])
    try:
        model.load_state_dict(torch.load(folder / "best.pt", map_location="cpu", weights_only=True)["model"])
    except (RuntimeError, EOFError, KeyError, ValueError) as e:
        raise SystemExit(f"{folder / 'best.pt'} does not fit config.json and settings.json beside it: {one_line(e, 300)}") from None
    return model.eval()
