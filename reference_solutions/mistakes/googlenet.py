"""Variants of MiniGoogLeNet."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

PARTS, NETWORK = ("googlenet.modules",), ("googlenet.network", "googlenet.network_gradients")
EVERYTHING = PARTS + NETWORK
NORM = "            nn.BatchNorm2d(out_channels),\n"
JOIN_BRANCHES = "torch.cat([self.one(x), self.three(x)], dim=1)"
JOIN_POOLED = "torch.cat([self.three(x), self.pool(x)], dim=1)"
POOL = "self.pool = nn.MaxPool2d(3, stride=2, padding=1)"
HEAD = "return self.head(self.features(x).mean(dim=(2, 3)))"
ONE, THREE = "self.one = ConvModule(in_channels, ones, 1)", "self.three = ConvModule(in_channels, threes, 3, padding=1)"

ON_MODULES = (
    mistake(
        "convolution_biases",
        "googlenet",
        Edit("stride, padding, bias=False)", "stride, padding)"),
        probes=EVERYTHING,
        credit=0.5,
        sentence="Your convolutions have biases, which the batch norm behind them makes useless; set bias=False.",
    ),
    mistake(
        "relu_before_batchnorm",
        "googlenet",
        Edit(f"{NORM}            nn.ReLU(),\n", f"            nn.ReLU(),\n{NORM}"),
        probes=EVERYTHING,
        credit=0.5,
        sentence="ReLU comes before batch norm in your ConvModule; it comes after it.",
    ),
    mistake(
        "no_batchnorm",
        "googlenet",
        Edit(NORM, ""),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your ConvModule has no batch norm; it stands between the convolution and ReLU.",
    ),
    mistake(
        "no_relu",
        "googlenet",
        Edit("            nn.ReLU(),\n", ""),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your ConvModule has no ReLU.",
    ),
    mistake(
        "branches_swapped",
        "googlenet",
        Edit(JOIN_BRANCHES, "torch.cat([self.three(x), self.one(x)], dim=1)"),
        probes=EVERYTHING,
        credit=0.75,
        sentence="The maps of your 3x3 branch come first; the docstring puts those of the 1x1 branch first.",
    ),
    mistake(
        "branches_in_a_row",
        "googlenet",
        Edit(THREE, "self.three = ConvModule(ones, threes, 3, padding=1)"),
        Edit(f"return {JOIN_BRANCHES}", "one = self.one(x)\n        return torch.cat([one, self.three(one)], dim=1)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your 3x3 branch starts from the output of the 1x1 branch; both start from the input.",
    ),
    mistake(
        "reduced_branch",
        "googlenet",
        Edit(
            THREE,
            "self.three = nn.Sequential(\n"
            "            ConvModule(in_channels, ones, 1), ConvModule(ones, threes, 3, padding=1)\n        )",
        ),
        probes=EVERYTHING,
        credit=0.25,
        sentence="A 1x1 reduction precedes your 3x3 branch, as in the full GoogLeNet; the small one has none.",
    ),
    mistake(
        "widths_swapped",
        "googlenet",
        Edit(ONE, ONE.replace("ones", "threes")),
        Edit(THREE, THREE.replace("threes", "ones")),
        probes=EVERYTHING,
        credit=0.5,
        sentence="The numbers of maps are swapped: the first belongs to the 1x1 branch, the second to the 3x3 one.",
    ),
    mistake(
        "five_by_five",
        "googlenet",
        Edit(THREE, "self.three = ConvModule(in_channels, threes, 5, padding=2)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your second branch is 5x5; it is 3x3.",
    ),
    mistake(
        "no_padding",
        "googlenet",
        Edit(THREE, "self.three = ConvModule(in_channels, threes, 3)"),
        probes=EVERYTHING,
        sentence="Your 3x3 branch has no padding, so its maps are smaller than those of the 1x1 branch.",
    ),
    mistake(
        "joined_along_height",
        "googlenet",
        Edit(JOIN_BRANCHES, JOIN_BRANCHES.replace("dim=1", "dim=2")),
        probes=EVERYTHING,
        sentence="You join the branches along the height (dim=2); channels are dim=1.",
    ),
    mistake(
        "pool_first",
        "googlenet",
        Edit(JOIN_POOLED, "torch.cat([self.pool(x), self.three(x)], dim=1)"),
        probes=EVERYTHING,
        credit=0.75,
        sentence="The pooled maps come first in your DownsampleModule; those of the convolution belong first.",
    ),
    mistake(
        "average_pool",
        "googlenet",
        Edit(POOL, "self.pool = nn.AvgPool2d(3, stride=2, padding=1)"),
        probes=EVERYTHING,
        credit=0.5,
        sentence="Your DownsampleModule takes means; its pooling is max-pooling.",
    ),
    mistake(
        "pool_of_two",
        "googlenet",
        Edit(POOL, "self.pool = nn.MaxPool2d(2)"),
        probes=EVERYTHING,
        credit=0.5,
        sentence="Your max-pool covers 2x2; it covers 3x3 with stride 2 and padding 1.",
    ),
    mistake(
        "pool_of_the_convolution",
        "googlenet",
        Edit(
            "self.three = ConvModule(in_channels, threes, 3, stride=2, padding=1)",
            "self.three = ConvModule(in_channels, threes, 3, padding=1)",
        ),
        Edit(JOIN_POOLED, "torch.cat([self.pool(self.three(x)), self.pool(x)], dim=1)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your convolution in the DownsampleModule has stride 1 and is pooled; it has stride 2 itself.",
    ),
    mistake(
        "stride_ignored",
        "googlenet",
        Edit("kernel, stride, padding, bias=False)", "kernel, 1, padding, bias=False)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your ConvModule ignores its stride.",
    ),
)

ON_NETWORK = (
    mistake(
        "one_module_missing",
        "googlenet",
        Edit("(96, 64), (80, 80), (48, 96), ", "(96, 64), (48, 96), "),
        probes=NETWORK,
        credit=0.5,
        sentence="The InceptionModule (80, 80) is missing.",
    ),
    mistake(
        "last_module_missing",
        "googlenet",
        Edit("((176, 160), (176, 160)),", "((176, 160),),"),
        probes=NETWORK,
        credit=0.5,
        sentence="Your network has one InceptionModule (176, 160); there are two.",
    ),
    mistake(
        "stem_of_imagenet",
        "googlenet",
        Edit("ConvModule(in_channels, 96, 3, padding=1)", "ConvModule(in_channels, 96, 7, padding=3)"),
        probes=NETWORK,
        credit=0.25,
        sentence="Your first convolution is 7x7, as for ImageNet; it is 3x3.",
    ),
    mistake(
        "global_max_pool",
        "googlenet",
        Edit(HEAD, "return self.head(self.features(x).amax(dim=(2, 3)))"),
        probes=NETWORK,
        credit=0.5,
        sentence="You take the maximum over the positions at the end; it is their mean.",
    ),
    mistake(
        "flattened_without_pooling",
        "googlenet",
        Edit("nn.Linear(channels, num_classes)", "nn.Linear(channels * 7 * 7, num_classes)"),
        Edit(HEAD, "return self.head(self.features(x).flatten(1))"),
        probes=NETWORK,
        credit=0.25,
        sentence="You flatten the 7x7 maps into the linear layer; the mean over the positions comes first.",
    ),
    mistake(
        "softmax",
        "googlenet",
        Edit(HEAD, f"{HEAD}.softmax(dim=1)"),
        probes=NETWORK,
        credit=0.5,
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "ten_classes_only",
        "googlenet",
        Edit("nn.Linear(channels, num_classes)", "nn.Linear(channels, 10)"),
        probes=("googlenet.network",),
        credit=0.5,
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
    ),
    mistake(
        "one_channel_only",
        "googlenet",
        Edit("ConvModule(in_channels, 96, 3, padding=1)", "ConvModule(1, 96, 3, padding=1)"),
        probes=("googlenet.network",),
        credit=0.5,
        sentence="You wrote 1 for the number of input channels; use the argument in_channels.",
    ),
    mistake(
        "torchvision",
        "googlenet",
        Define("""
            class MiniGoogLeNet(nn.Module):
                def __init__(self, num_classes=10, in_channels=1):
                    super().__init__()
                    from torchvision.models.googlenet import BasicConv2d, Inception
                    self.layers = nn.Sequential(BasicConv2d(in_channels, 96, kernel_size=3, padding=1),
                                                Inception(96, 32, 16, 32, 8, 16, 16))
                    self.head = nn.Linear(96, num_classes)

                def forward(self, x):
                    return self.head(self.layers(x).mean(dim=(2, 3)))
        """),
        probes=NETWORK,
        sentence="You use parts of torchvision.models; the handout asks for your own network.",
    ),
)

OTHER_WAYS = (
    accepted(
        "pooled_by_layer",
        "googlenet",
        Edit(
            "self.features = nn.Sequential(*layers)",
            "self.features = nn.Sequential(*layers, nn.AvgPool2d(7), nn.Flatten())",
        ),
        Edit(HEAD, "return self.head(self.features(x))"),
        probes=NETWORK,
    ),
    accepted(
        "one_class_of_modules",
        "googlenet",
        Define("""
            class Branches(nn.ModuleList):
                def forward(self, x):
                    return torch.cat([branch(x) for branch in self], 1)


            class InceptionModule(Branches):
                def __init__(self, in_channels, ones, threes):
                    super().__init__([ConvModule(in_channels, ones, 1), ConvModule(in_channels, threes, 3, 1, 1)])


            class DownsampleModule(Branches):
                def __init__(self, in_channels, threes):
                    super().__init__([ConvModule(in_channels, threes, 3, 2, 1), nn.MaxPool2d(3, 2, 1)])
        """),
        probes=EVERYTHING,
    ),
    accepted(
        "functional",
        "googlenet",
        Define("""
            import torch.nn.functional as F

            class ConvModule(nn.Module):
                def __init__(self, in_channels, out_channels, kernel, stride=1, padding=0):
                    super().__init__()
                    self.norm = nn.BatchNorm2d(out_channels)
                    self.weight = nn.Parameter(0.05 * torch.randn(out_channels, in_channels, kernel, kernel))
                    self.geometry = {"stride": stride, "padding": padding}

                def forward(self, x):
                    return F.relu(self.norm(F.conv2d(x, self.weight, **self.geometry)), inplace=True)
        """),
        probes=EVERYTHING,
    ),
    accepted(
        "line_by_line",
        "googlenet",
        Define("""
            class MiniGoogLeNet(nn.Module):
                def __init__(self, num_classes=10, in_channels=1):
                    super().__init__()
                    self.fc = nn.LazyLinear(num_classes)
                    self.stem = ConvModule(in_channels, 96, kernel=3, padding=1)
                    self.a1, self.a2 = InceptionModule(96, 32, 32), InceptionModule(64, 32, 48)
                    self.down1 = DownsampleModule(80, 80)
                    self.b1, self.b2 = InceptionModule(160, 112, 48), InceptionModule(160, 96, 64)
                    self.b3, self.b4 = InceptionModule(160, 80, 80), InceptionModule(160, 48, 96)
                    self.down2 = DownsampleModule(144, 96)
                    self.c1, self.c2 = InceptionModule(240, 176, 160), InceptionModule(336, 176, 160)

                def forward(self, x):
                    x = self.down1(self.a2(self.a1(self.stem(x))))
                    x = self.down2(self.b4(self.b3(self.b2(self.b1(x)))))
                    x = nn.functional.adaptive_avg_pool2d(self.c2(self.c1(x)), 1)
                    return self.fc(x.squeeze(3).squeeze(2))
        """),
        probes=NETWORK,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_MODULES + ON_NETWORK + OTHER_WAYS
