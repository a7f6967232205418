"""Small networks, each with one difficulty, and what is heard of them."""

from types import SimpleNamespace

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812  (as in torch's own documentation)

from kgexplain.activations.sites import listening


class Net(nn.Module):
    """Modules by name, and a forward pass written as a function of them and the pixels."""

    def __init__(self, run, **modules):
        super().__init__()
        self.run = run
        for name, module in modules.items():
            self.add_module(name, module)
        self.eval()

    def forward(self, pixels):
        return self.run(self, pixels)


def heard(module, pixels, layers=("conv",), place="activation"):
    """Clones of what is heard in one pass, in the order in which it is heard."""
    maps = {}
    network = SimpleNamespace(module=module)
    with listening(network, layers, lambda n, m: maps.update({n: m.clone()}), place), torch.no_grad():
        module(pixels)
    return maps


def lively(norm):
    """A normalisation whose parameters are not 1 and 0."""
    for tensor in (norm.weight, norm.bias):
        nn.init.uniform_(tensor, 0.5, 2)
    if getattr(norm, "running_mean", None) is not None:
        norm.running_mean.uniform_(-1, 1)
        norm.running_var.uniform_(0.5, 2)
    return norm


def conv(filters=4, colours=3, kernel=3, **options):
    return nn.Conv2d(colours, filters, kernel, **options)


def pixels(images=2, colours=3, side=9):
    return torch.randn(images, colours, side, side + 1)


def agrees(module, expected, layer="conv"):
    shown = pixels()
    with torch.no_grad():
        wanted = expected(module, shown)
    found = heard(module, shown, (layer,))[layer]
    torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)
    return True


def pooled(maps):
    return maps.amax((2, 3))


def small():
    return nn.Sequential(
        conv(),
        lively(nn.BatchNorm2d(4)),
        nn.ReLU(inplace=True),
        conv(5, 4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(150, 6),
    ).eval()


def zero_first(maps):
    maps[:, 0] = 0
    return maps


def copied(maps):
    """The same values, written through a view into memory that was there before."""
    buffer = torch.zeros(maps.shape)
    buffer[:].copy_(maps)
    return buffer


def filled(maps):
    """Six maps, of which four are those given, written into memory that was there before."""
    buffer = torch.zeros(len(maps), 6, *maps.shape[2:])
    buffer[:, 1:5] = maps
    return buffer


class MemorySavingSwish(torch.autograd.Function):
    @staticmethod
    def forward(context, maps):
        context.save_for_backward(maps)
        return maps * torch.sigmoid(maps)


ACTIVATIONS = {
    "functional": F.relu,
    "torch": torch.relu,
    "method": lambda x: x.relu(),
    "in place by method": lambda x: x.relu_(),
    "in place by option": lambda x: F.relu(x, inplace=True),
    "by keyword": lambda x: torch.relu(input=x),
    "module": nn.ReLU(),
    "module in place": nn.ReLU(inplace=True),
    "clamp": lambda x: x.clamp(min=0),
    "maximum": lambda x: torch.maximum(x, torch.zeros(1)),
    "sixth": F.relu6,
    "leaky": lambda x: F.leaky_relu(x, 0.3),
    "elu": F.elu,
    "selu": F.selu,
    "celu": F.celu,
    "gelu": F.gelu,
    "silu": F.silu,
    "silu in place": nn.SiLU(inplace=True),
    "mish": F.mish,
    "hardswish": F.hardswish,
    "hardswish in place": nn.Hardswish(inplace=True),
    "hardsigmoid": F.hardsigmoid,
    "softplus": F.softplus,
    "softsign": F.softsign,
    "logsigmoid": F.logsigmoid,
    "tanh": torch.tanh,
    "tanhshrink": F.tanhshrink,
    "threshold": lambda x: F.threshold(x, 0.1, 0.2),
    "rrelu": nn.RReLU().eval(),
    "prelu": nn.PReLU(4, init=0.3),
    "swish by hand": lambda x: x * torch.sigmoid(x),
    "swish by hand, turned round": lambda x: torch.sigmoid(x) * x,
    "swish that saves memory": MemorySavingSwish.apply,
    "hard swish by hand": lambda x: x * F.relu6(x + 3) / 6,
    "gelu by hand": lambda x: 0.5 * x * (1 + torch.tanh(0.79788456 * (x + 0.044715 * x**3))),
}
