"""Other right ways to write the CIFAR network."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

EVERYTHING = (
    "cifar_cnn.stage",
    "cifar_cnn.network",
    "cifar_cnn.network_gradients",
    "cifar_cnn.dropout",
    "cifar_cnn.options",
)

ACCEPTED = (
    accepted(
        "functional",
        "cifar_cnn",
        Define("""
            import torch
            import torch.nn.functional as F

            class Stage(nn.Module):
                def __init__(self, in_channels, channels, batch_norm=False, residual=False, activation=nn.ReLU):
                    super().__init__()
                    self.add, self.act = residual, activation()
                    self.second = nn.Conv2d(channels, channels, (3, 3), padding="same", bias=not batch_norm)
                    self.first = nn.Conv2d(in_channels, channels, (3, 3), padding="same", bias=not batch_norm)
                    self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(2 * batch_norm))

                def forward(self, x):
                    x = self.first(x)
                    x = self.act(self.norms[0](x) if self.norms else x)
                    y = self.second(x)
                    y = self.norms[1](y) if self.norms else y
                    y = self.act(torch.add(x, y) if self.add else y)
                    return F.max_pool2d(y, kernel_size=2, stride=2)
        """),
        probes=EVERYTHING,
    ),
    accepted(
        "dropout_by_hand",
        "cifar_cnn",
        Edit("nn.Dropout(dropout)", "Drop(dropout)", times=2),
        Edit(
            "class Stage(nn.Module):",
            "class Drop(nn.Module):\n"
            "    def __init__(self, p):\n"
            "        super().__init__()\n"
            "        self.p = p\n\n"
            "    def forward(self, x):\n"
            "        if not self.training or self.p == 0:\n"
            "            return x\n"
            "        return x * torch.empty_like(x).bernoulli_(1 - self.p) / (1 - self.p)\n\n\n"
            "class Stage(nn.Module):",
        ),
        Edit("from torch import Tensor, nn", "import torch\nfrom torch import Tensor, nn"),
        probes=EVERYTHING,
    ),
    accepted(
        "lists_and_views",
        "cifar_cnn",
        Define("""
            class CifarCNN(nn.Module):
                def __init__(
                    self, num_classes=10, width=32, batch_norm=False, dropout=0.0, residual=False, activation=nn.ReLU
                ):
                    super().__init__()
                    self.out = nn.Linear(8 * width, num_classes)
                    self.act = activation()
                    self.hidden = nn.LazyLinear(8 * width)
                    kinds = dict(batch_norm=batch_norm, residual=residual, activation=activation)
                    pairs = ((3, width), (width, 2 * width), (2 * width, 4 * width))
                    self.parts = nn.ModuleList([Stage(a, b, **kinds) for a, b in pairs])
                    self.drop = nn.Dropout(p=dropout)
                    self.hidden(torch.zeros(1, 64 * width))

                def forward(self, x):
                    for part in self.parts:
                        x = part(x)
                    x = x.reshape(len(x), -1)
                    return self.out(self.drop(self.act(self.hidden(self.drop(x)))))
        """),
        Edit("from torch import Tensor, nn", "import torch\nfrom torch import Tensor, nn"),
        probes=EVERYTHING,
    ),
)
