"""Other right ways to write the residual block and the network."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

EVERYTHING = ("resnet.resnet20", "resnet.resnet20_gradients", "resnet.depths", "resnet.block")
PADDED = "shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.extra_channels))"

ACCEPTED = (
    accepted(
        "concatenated_zeros",
        "resnet",
        Edit(
            PADDED,
            "if self.extra_channels:\n            shortcut = torch.cat([shortcut, torch.zeros_like(shortcut)], dim=1)",
        ),
        Edit("import torch.nn.functional as F", "import torch\nimport torch.nn.functional as F"),
        probes=EVERYTHING,
    ),
    accepted(
        "pooled_subsampling",
        "resnet",
        Edit(
            "shortcut = x[:, :, :: self.stride, :: self.stride]",
            "shortcut = F.max_pool2d(x, kernel_size=1, stride=self.stride)",
        ),
        Edit("return self.head(x.mean(dim=(2, 3)))", "return self.head(F.adaptive_avg_pool2d(x, 1).flatten(1))"),
        probes=EVERYTHING,
    ),
    accepted(
        "zero_last_gamma",
        "resnet",
        Edit(
            "self.bn2 = nn.BatchNorm2d(out_channels)",
            "self.bn2 = nn.BatchNorm2d(out_channels)\n        nn.init.zeros_(self.bn2.weight)",
        ),
        probes=EVERYTHING,
    ),
    accepted(
        "other_names",
        "resnet",
        Define("""
            class Shortcut(nn.Module):
                def __init__(self, extra, stride):
                    super().__init__()
                    self.extra, self.stride = extra, stride

                def forward(self, x):
                    x = F.avg_pool2d(x, 1, self.stride)
                    return F.pad(x, (0, 0, 0, 0, 0, self.extra)) if self.extra else x


            class BasicBlock(nn.Module):
                def __init__(self, in_channels, out_channels, stride=1):
                    super().__init__()
                    self.last = nn.ReLU(inplace=True)
                    self.aside = Shortcut(out_channels - in_channels, stride)
                    norm2, conv2 = nn.BatchNorm2d(out_channels), nn.LazyConv2d(out_channels, 3, 1, 1, bias=False)
                    self.residual = nn.Sequential(
                        nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False),
                        nn.BatchNorm2d(out_channels),
                        nn.ReLU(inplace=True),
                        conv2,
                        norm2,
                    )
                    self.residual(torch.zeros(2, in_channels, 4, 4))

                def forward(self, x):
                    y = self.residual(x)
                    y += self.aside(x)
                    return self.last(y)


            class ResNet(nn.Module):
                def __init__(self, depth=20, num_classes=10):
                    super().__init__()
                    if depth < 8 or depth % 6 != 2:
                        raise ValueError("depth must be 6n + 2")
                    n = depth // 6
                    self.classify = nn.Linear(64, num_classes)
                    widths = [16] * n + [32] * n + [64] * n
                    pairs = zip([16, *widths], widths)
                    self.blocks = nn.ModuleList(BasicBlock(a, b, b // a) for a, b in pairs)
                    self.norm = nn.BatchNorm2d(16)
                    self.first = nn.Conv2d(3, 16, 3, 1, 1, bias=False)

                def forward(self, x):
                    x = F.relu(self.norm(self.first(x)))
                    for block in self.blocks:
                        x = block(x)
                    return self.classify(F.avg_pool2d(x, 8).squeeze(3).squeeze(2))
        """),
        Edit("import torch.nn.functional as F", "import torch\nimport torch.nn.functional as F"),
        probes=EVERYTHING,
    ),
    accepted(
        "functional_parameters",
        "resnet",
        Define("""
            import torch

            class BasicBlock(nn.Module):
                def __init__(self, in_channels, out_channels, stride=1):
                    super().__init__()
                    self.stride, self.extra_channels = stride, out_channels - in_channels
                    self.shift = nn.ParameterList(torch.zeros(out_channels) for _ in range(2))
                    self.scale = nn.ParameterList([torch.ones(out_channels), torch.zeros(out_channels)])
                    self.kernel = nn.ParameterList(
                        0.1 * torch.randn(out_channels, c, 3, 3) for c in (in_channels, out_channels)
                    )
                    for i in range(2):
                        self.register_buffer(f"var{i}", torch.ones(out_channels))
                        self.register_buffer(f"mean{i}", torch.zeros(out_channels))

                def convolve(self, x, i, stride):
                    x = F.conv2d(x, self.kernel[i], stride=stride, padding=1)
                    mean, var = getattr(self, f"mean{i}"), getattr(self, f"var{i}")
                    return F.batch_norm(x, mean, var, self.scale[i], self.shift[i], training=self.training)

                def forward(self, x):
                    out = self.convolve(F.relu(self.convolve(x, 0, self.stride)), 1, 1)
                    shortcut = x[:, :, :: self.stride, :: self.stride]
                    channels = x.shape[1]
                    return F.relu(torch.cat([out[:, :channels] + shortcut, out[:, channels:]], dim=1))
        """),
        probes=EVERYTHING,
    ),
)
