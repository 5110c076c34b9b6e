"""The face recogniser: one backbone with an identity embedding and heads for hair, eyes and gender."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.training.attribute_heads import AttributeHeads
from core.training.backbone import LITE, Lite, build_backbone
from core.training.whitening import Embedding

HAIR = (
    "aqua",
    "black",
    "blonde",
    "blue",
    "brown",
    "gray",
    "green",
    "orange",
    "pink",
    "purple",
    "red",
    "white",
)
EYES = ("aqua", "black", "blue", "brown", "green", "orange", "pink", "purple", "red", "yellow")
GENDER = ("female", "male")
ATTRIBUTES: Mapping[str, tuple[str, ...]] = {"hair": HAIR, "eyes": EYES, "gender": GENDER}


@dataclass(frozen=True)
class RecogniserConfig:
    """What a recogniser is and how it is trained.

    `without_sources` and `without_characters` are left out of training, so that they can be asked about as new
    ones; `seen` chooses the groups to train on ("training" leaves the validation groups out, "all" does not),
    `all_characters` trains on those too that are otherwise kept to be asked about as new ones.
    A batch is trained at one of `sizes` pixels, drawn at random, and pictures are `size` pixels afterwards:
    augmentation shows faces larger than they are asked about (Touvron et al., "Fixing the train-test resolution
    discrepancy", 2019), and small pictures train faster. `attribute_share` of a time budget goes into heads for
    the attributes, on the backbone as it then is. Each batch shows two versions of `strangers` unlabelled faces, which
    are to be more like each other than like anyone else in the batch (`temperature` of Chen et al., "A simple
    framework for contrastive learning", 2020). The embedding of EfficientNet-lite0 is made of its features afterwards
    (see `whitened`): `embedding` numbers, with `shrinkage`, and `map_weights` for each map, finest first, and for the
    halves of one, beside 1 for the pooled features; other backbones keep the `dimensions` they were trained with.
    `start` is the checkpoint of an earlier run over the same characters, whose averaged weights are gone on from.
    """

    backbone: str = LITE
    pretrained: bool = True
    sizes: Sequence[int] = (80, 96)
    size: int = 112
    dimensions: int = 256
    embedding: int = 384
    shrinkage: float = 0.6
    map_weights: Sequence[float] = (1.0, 1.0, 1.0, 1.5, 1.0, 1.5)
    dropout: float = 0.2
    margin: float = 0.2
    scale: float = 20.0
    smoothing: float = 0.05
    attribute_weight: float = 0.5
    identities: int = 32
    pictures: int = 2
    gallery: int = 4
    attributes: int = 10
    strangers: int = 0
    stranger_weight: float = 0.3
    temperature: float = 0.1
    source_scale: Mapping[str, float] = field(
        default_factory=lambda: {"Wh1teZz/danganronpa_sprite_bucket": 0.4}
    )
    without_sources: Sequence[str] = ()
    without_characters: Sequence[str] = ()
    all_characters: bool = False
    seen: str = "training"
    rate: float = 1e-3
    head_scale: float = 3.0
    weight_decay: float = 0.02
    ema: float = 0.998
    steps: int = 20_000
    attribute_share: float = 0.12
    attribute_steps: int = 2_000
    warmup: int = 200
    precision: str = "float32"
    seed: int = 1
    start: str = ""


class Recogniser(nn.Module):
    """Crops float32 [N, 3, S, S] RGB 0-255 to `embedding` [N, D] L2-normalised and logits of each attribute."""

    def __init__(self, config: RecogniserConfig, characters: int) -> None:
        super().__init__()
        self.backbone, width = build_backbone(config.backbone, pretrained=config.pretrained)
        self.norm = nn.BatchNorm1d(width, momentum=0.05)
        self.dropout = nn.Dropout(config.dropout)
        self.project = nn.Linear(width, config.dimensions, bias=False)
        self.attributes = nn.ModuleDict(
            {name: nn.Linear(width, len(values)) for name, values in ATTRIBUTES.items()}
        )
        self.centres = nn.Parameter(torch.randn(characters, config.dimensions) * 0.05)

    def forward(self, crops: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        features = self.dropout(self.norm(self.backbone(prepared(crops))))
        embedding = functional.normalize(self.project(features), dim=1)
        return embedding, {name: head(features) for name, head in self.attributes.items()}

    def asked(self, crops: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """What `forward` gives, with the embedding of a face and its mirror image, as at run time."""
        embedding, logits = self(_both_ways(crops))
        return _mean_of_both(embedding), {name: values.chunk(2)[0] for name, values in logits.items()}


def _both_ways(crops: Tensor) -> Tensor:
    """[2 N, 3, S, S]: faces, then their mirror images."""
    return torch.cat([crops, crops.flip(3)])


def _mean_of_both(embedding: Tensor) -> Tensor:
    """[N, D] of length 1, from that of faces and then their mirror images [2 N, D]."""
    return functional.normalize(embedding.reshape(2, -1, embedding.shape[1]).mean(0), dim=1)


def prepared(crops: Tensor) -> Tensor:
    """Pictures 0-255 as the ImageNet weights expect them."""
    return (crops.contiguous(memory_format=torch.channels_last) - 127.0) / 128.0


class SharpRecogniser(nn.Module):
    """A trained recogniser, as it is, whose embedding and attributes are read from inside its backbone. Answers as
    `Recogniser`."""

    def __init__(self, recogniser: Recogniser, embedding: int) -> None:
        super().__init__()
        backbone = recogniser.backbone
        assert isinstance(backbone, Lite)
        self.recogniser = recogniser.requires_grad_(False)
        width = recogniser.norm.num_features
        self.heads = AttributeHeads(backbone.map_widths, width, ATTRIBUTES)
        self.embedding = Embedding(width, backbone.map_widths, embedding)

    def train(self, mode: bool = True) -> SharpRecogniser:
        super().train(mode)
        self.recogniser.eval()
        return self

    def seen(self, crops: Tensor) -> Tensor:
        """[N, features] of crops: what the embedding is made of."""
        pooled, maps = self._inside(crops)
        return self.embedding.seen(self.recogniser.norm(pooled), maps)

    def forward(self, crops: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        pooled, maps = self._inside(crops)
        return self.embedding(self.recogniser.norm(pooled), maps), self.heads(pooled, maps)

    def asked(self, crops: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """As that of `Recogniser`; the heads look at the face alone, which takes half the time and is as good."""
        pooled, maps = self._inside(_both_ways(crops))
        embedding = self.embedding(self.recogniser.norm(pooled), maps)
        return _mean_of_both(embedding), self.heads(pooled.chunk(2)[0], [one.chunk(2)[0] for one in maps])

    def _inside(self, crops: Tensor) -> tuple[Tensor, list[Tensor]]:
        backbone = self.recogniser.backbone
        assert isinstance(backbone, Lite)
        return backbone.maps(prepared(crops))
