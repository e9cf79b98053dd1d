"""Other right ways to write SimpleNN and its forms."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

EVERYTHING = (
    "simplenn.simplenn",
    "simplenn.simplenn_gradients",
    "simplenn.batchnorm",
    "simplenn.batchnorm_gradients",
    "simplenn.swish",
)
PLAIN = EVERYTHING[:2]

ACCEPTED = (
    accepted(
        "layers_declared_backwards",
        "simplenn",
        Define("""
            import torch.nn.functional as F

            class SimpleNN(nn.Module):
                def __init__(self, num_classes=10):
                    super().__init__()
                    self.out = nn.Linear(84, num_classes)
                    self.hidden2 = nn.Linear(120, 84)
                    self.hidden1 = nn.Linear(576, 120)
                    self.second = nn.Conv2d(8, 16, 3)
                    self.first = nn.Conv2d(3, 8, 5)

                def forward(self, x):
                    x = x.to(self.out.weight.device, self.hidden2.bias.dtype)
                    x = F.max_pool2d(F.relu(self.first(x)), 2)
                    x = F.max_pool2d(F.relu(self.second(x)), 2)
                    x = x.reshape(x.size(0), -1)
                    return self.out(F.relu(self.hidden2(F.relu(self.hidden1(x)))))
        """),
        probes=PLAIN,
    ),
    accepted(
        "pool_before_relu",
        "simplenn",
        Edit(
            "            nn.ReLU(),\n            nn.MaxPool2d(2),",
            "            nn.MaxPool2d(2),\n            nn.ReLU(),",
            times=2,
        ),
        probes=PLAIN,
    ),
    accepted(
        "functional_parameters",
        "simplenn",
        Define("""
            import torch
            import torch.nn.functional as F

            class SimpleNN(nn.Module):
                def __init__(self, num_classes=10):
                    super().__init__()
                    self.k1 = nn.Parameter(0.1 * torch.randn(8, 3, 5, 5))
                    self.c1 = nn.Parameter(torch.zeros(1, 8, 1, 1))
                    self.k2 = nn.Parameter(0.1 * torch.randn(16, 8, 3, 3))
                    self.c2 = nn.Parameter(torch.zeros(16))
                    sizes = [576, 120, 84, num_classes]
                    self.w = nn.ParameterList(0.05 * torch.randn(a, b) for a, b in zip(sizes, sizes[1:]))
                    self.b = nn.ParameterList(torch.zeros(1, b) for b in sizes[1:])

                def forward(self, x):
                    x = F.max_pool2d(F.relu(F.conv2d(x, self.k1) + self.c1), 2)
                    x = F.max_pool2d(F.relu(F.conv2d(x, self.k2, self.c2)), 2).flatten(1)
                    for i, (w, b) in enumerate(zip(self.w, self.b)):
                        x = x @ w + b if i == 0 else torch.relu(x) @ w + b
                    return x
        """),
        probes=PLAIN,
    ),
    accepted(
        "einsum_over_patches",
        "simplenn",
        Define("""
            import torch

            class SimpleNN(nn.Module):
                def __init__(self, num_classes=10):
                    super().__init__()
                    self.a, self.b = nn.Conv2d(3, 8, 5), nn.Conv2d(8, 16, 3)
                    self.dense = nn.ModuleList([nn.Linear(576, 120), nn.Linear(120, 84), nn.Linear(84, num_classes)])

                def convolved(self, x, layer):
                    k = layer.weight.shape[-1]
                    patches = x.unfold(2, k, 1).unfold(3, k, 1)
                    y = torch.einsum("nchwij,ocij->nohw", patches, layer.weight) + layer.bias.view(1, -1, 1, 1)
                    n, c, h, w = y.shape
                    return y.clamp(min=0).reshape(n, c, h // 2, 2, w // 2, 2).amax(dim=(3, 5))

                def forward(self, x):
                    x = self.convolved(self.convolved(x, self.a), self.b).flatten(1)
                    for layer in self.dense[:-1]:
                        x = torch.einsum("ni,oi->no", x, layer.weight).add(layer.bias).clamp(min=0)
                    return self.dense[-1](x)
        """),
        probes=PLAIN,
    ),
    accepted(
        "lazy_layers",
        "simplenn",
        Define("""
            def normalised_simplenn(activation, num_classes):
                convolutions = []
                for maps, kernel in ((8, 5), (16, 3)):
                    convolutions += [nn.LazyConv2d(maps, kernel), nn.LazyBatchNorm2d(), activation(), nn.MaxPool2d(2)]
                dense = [nn.LazyLinear(120), activation(), nn.LazyLinear(84), activation(), nn.LazyLinear(num_classes)]
                return nn.Sequential(*convolutions, nn.Flatten(), *dense)
        """),
        probes=EVERYTHING[2:],
    ),
    accepted(
        "batchnorm_by_hand",
        "simplenn",
        Define("""
            import torch

            class SimpleNNBatchNorm(nn.Module):
                def __init__(self, num_classes=10):
                    super().__init__()
                    self.net = normalised_simplenn(nn.ReLU, num_classes)
                    for i in (1, 5):
                        self.net[i] = Normalise(self.net[i].num_features)

                def forward(self, x):
                    return self.net(x)


            class Normalise(nn.Module):
                def __init__(self, channels):
                    super().__init__()
                    self.beta = nn.Parameter(torch.zeros(1, channels, 1, 1))
                    self.gamma = nn.Parameter(torch.ones(1, channels, 1, 1))
                    self.register_buffer("var", torch.ones(1, channels, 1, 1))
                    self.register_buffer("mean", torch.zeros(1, channels, 1, 1))

                def forward(self, x):
                    mean, var = self.mean, self.var
                    if self.training:
                        mean = x.mean(dim=(0, 2, 3), keepdim=True)
                        var = x.var(dim=(0, 2, 3), keepdim=True, correction=0)
                        count = x.numel() / x.shape[1]
                        self.mean = 0.9 * self.mean + 0.1 * mean.detach()
                        self.var = 0.9 * self.var + 0.1 * var.detach() * count / (count - 1)
                    scale = torch.rsqrt(var + 1e-5)
                    return self.beta + self.gamma * ((x - mean) * scale)
        """),
        probes=EVERYTHING[2:4],
    ),
    accepted(
        "inherited",
        "simplenn",
        Define("""
            class SimpleNNSwish(SimpleNNBatchNorm):
                def __init__(self, num_classes=10):
                    super().__init__(num_classes)
                    for i, layer in enumerate(self.net):
                        if isinstance(layer, nn.ReLU):
                            self.net[i] = Swish()
        """),
        probes=EVERYTHING[4:],
    ),
)
