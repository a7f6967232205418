"""Small networks that make their scores in different ways."""

import torch
from torch import nn

from kgexplain.inputs.network import network_of
from kgexplain.inputs.preprocessing import Preprocessing
from tests.activations.toys import Net, conv

PREPROCESSING = Preprocessing(resize=(6, 8), crop=None)


def lively(module):
    """Weights drawn anew, the same each time; biases that let no ReLU die."""
    random = torch.Generator().manual_seed(7)
    for parameter in module.parameters():
        torch.nn.init.normal_(parameter, 0.1, 0.5, generator=random)
    return module


def opened(module):
    return network_of(lively(module), "small", preprocessing=PREPROCESSING)


def pixels(images=3):
    return torch.rand(images, 3, 6, 8, generator=torch.Generator().manual_seed(4))


def through_means(self, shown):
    maps = torch.relu(self.second(torch.relu(self.first(shown))))
    return self.linear(maps.mean((2, 3)))


def through_maxima(self, shown):
    return self.linear(torch.relu(self.second(torch.relu(self.first(shown)))).amax((2, 3)))


def residual(self, shown):
    maps = torch.relu(self.first(shown))
    maps += self.second(maps)
    return self.linear(nn.functional.adaptive_avg_pool2d(maps.relu_(), 1).flatten(1))


def gated(self, shown):
    maps = torch.relu(self.first(shown))
    gate = torch.sigmoid(self.second(maps.mean((2, 3), keepdim=True)))
    return self.linear((maps * gate).mean((2, 3)))


def joined(self, shown):
    maps = torch.cat([self.first(shown), self.second(shown)], 1)
    return self.linear(maps.mean((2, 3)))


def by_two_layers(self, shown):
    means = torch.relu(self.second(torch.relu(self.first(shown)))).mean((2, 3))
    return self.linear(torch.tanh(self.hidden(means)))


def normalised(self, shown):
    maps = torch.relu(self.second(torch.relu(self.first(shown))))
    return self.linear(nn.functional.layer_norm(maps.mean((2, 3)), (5,)))


def of_filters(self, shown):
    return torch.relu(self.second(torch.relu(self.first(shown)))).mean((2, 3))


def softened(self, shown):
    return through_means(self, shown).softmax(1)


def pooled_before(self, shown):
    maps = nn.functional.max_pool2d(torch.relu(self.second(torch.relu(self.first(shown)))), 2)
    return self.linear(maps.mean((2, 3)))


def dropped(self, shown):
    maps = torch.relu(self.second(torch.relu(self.first(shown))))
    return self.linear(self.dropout(maps.mean([-1, -2])))


LINEAR = {
    "means": lambda filters=5, classes=3: Net(
        through_means, first=conv(), second=conv(filters, 4), linear=nn.Linear(filters, classes)
    ),
    "without a bias": lambda: Net(
        through_means, first=conv(), second=conv(5, 4), linear=nn.Linear(5, 3, bias=False)
    ),
    "maps made smaller": lambda: Net(
        pooled_before, first=conv(padding=1), second=conv(5, 4, padding=1), linear=nn.Linear(5, 3)
    ),
    "dropout": lambda: Net(
        dropped, first=conv(), second=conv(5, 4), dropout=nn.Dropout(0.5), linear=nn.Linear(5, 3)
    ),
    "as many filters as classes": lambda: Net(
        through_means, first=conv(), second=conv(3, 4), linear=nn.Linear(3, 3)
    ),
    "residual": lambda: Net(
        residual, first=conv(5, padding=1), second=conv(5, 5, padding=1), linear=nn.Linear(5, 3)
    ),
}
OTHER = {
    "maxima": lambda: Net(through_maxima, first=conv(), second=conv(5, 4), linear=nn.Linear(5, 3)),
    "joined": lambda: Net(joined, first=conv(2), second=conv(3), linear=nn.Linear(5, 4)),
    "two layers": lambda filters=5, classes=3: Net(
        by_two_layers,
        first=conv(),
        second=conv(filters, 4),
        hidden=nn.Linear(filters, 5),
        linear=nn.Linear(5, classes),
    ),
    "normalised": lambda: Net(normalised, first=conv(), second=conv(5, 4), linear=nn.Linear(5, 3)),
    "softened": lambda: Net(softened, first=conv(), second=conv(5, 4), linear=nn.Linear(5, 3)),
}


def exact():
    """Four filters and five classes; 32-bit numbers suffice for pixels in eighths, whatever the batch is.

    Scores are products of two pooled maps each.
    """

    def products(self, shown):
        means = torch.relu(self.conv(shown)).mean((2, 3))
        return means[:, [0, 1, 2, 3, 0]] * means[:, [1, 2, 3, 0, 2]]

    network = opened(Net(products, conv=nn.Conv2d(3, 4, 1)))
    for parameter in network.module.parameters():
        parameter.data = (parameter.data * 4).round()
    return network
