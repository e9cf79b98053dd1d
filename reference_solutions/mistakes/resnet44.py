"""Variants of ResNet-44. Those of the block itself are the same as ResNet-20's, so only the most common are here."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

FULL = ("resnet44.resnet44", "resnet44.resnet44_gradients")
EVERYTHING = (*FULL, "resnet44.depths")
CALL = "return cifar_resnet(44, num_classes)"
SUM = "return (self.body(x) + aside).relu()"
ASIDE = "aside = F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.missing))"
HEAD = "nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, num_classes)"

VARIANTS: tuple[Variant, ...] = (
    mistake(
        "one_block_too_few",
        "resnet44",
        Edit("range((depth - 2) // 6)", "range((depth - 2) // 6 - 1)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Each stage has one block too few: depth 44 = 6n + 2 needs n = 7.",
    ),
    mistake(
        "one_block_too_many",
        "resnet44",
        Edit("range((depth - 2) // 6)", "range((depth - 2) // 6 + 1)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Each stage has one block too many: depth 44 = 6n + 2 needs n = 7.",
    ),
    mistake(
        "depth_20",
        "resnet44",
        Edit(CALL, "return cifar_resnet(20, num_classes)"),
        probes=FULL,
        sentence="resnet44 is still the ResNet-20 of the homework before, with three blocks a stage; it has seven.",
    ),
    mistake(
        "forty_four_only",
        "resnet44",
        Edit("range((depth - 2) // 6)", "range(7)"),
        probes=("resnet44.depths",),
        sentence="cifar_resnet always has seven blocks a stage; the number follows from depth, n = (depth - 2) / 6.",
    ),
    mistake(
        "projection_shortcut",
        "resnet44",
        Edit(
            "self.stride, self.missing = stride, outputs - inputs",
            "self.aside = nn.Identity()\n"
            "        if stride != 1 or inputs != outputs:\n"
            "            projection = nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False)\n"
            "            self.aside = nn.Sequential(projection, nn.BatchNorm2d(outputs))",
        ),
        Edit(ASIDE, "aside = self.aside(x)"),
        probes=EVERYTHING,
        credit=0.5,
        sentence="Your shortcuts are 1x1 convolutions (option B, 661,338 parameters); option A has no parameters.",
    ),
    mistake(
        "no_shortcut",
        "resnet44",
        Edit(SUM, "return self.body(x).relu()"),
        probes=EVERYTHING,
        sentence="Your blocks have no shortcut; a plain network of 44 layers trains badly (He et al. 2016, figure 1).",
    ),
    mistake(
        "relu_before_sum",
        "resnet44",
        Edit(SUM, "return self.body(x).relu() + aside"),
        probes=EVERYTHING,
        sentence="A ReLU stands before the addition in your blocks; the sum comes first, ReLU(F(x) + x).",
    ),
    mistake(
        "no_last_relu",
        "resnet44",
        Edit(SUM, "return self.body(x) + aside"),
        probes=EVERYTHING,
        sentence="The ReLU after the addition is missing in your blocks; a block is ReLU(F(x) + x).",
    ),
    mistake(
        "zeros_in_front",
        "resnet44",
        Edit("(0, 0, 0, 0, 0, self.missing)", "(0, 0, 0, 0, self.missing, 0)"),
        probes=EVERYTHING,
        credit=0.75,
        sentence="Your shortcuts put the channels of zeros in front; the docstring appends them after the existing "
        "ones.",
    ),
    mistake(
        "zeros_on_both_sides",
        "resnet44",
        Edit("(0, 0, 0, 0, 0, self.missing)", "(0, 0, 0, 0, self.missing // 2, self.missing // 2)"),
        probes=EVERYTHING,
        credit=0.75,
        sentence="Your shortcuts put half of the channels of zeros in front; the docstring appends all of them.",
    ),
    mistake(
        "convolution_biases",
        "resnet44",
        Edit("padding=1, bias=False", "padding=1"),
        probes=EVERYTHING,
        credit=0.5,
        sentence="Your convolutions have biases, which the batch norm behind them makes useless; leave them out.",
    ),
    mistake(
        "imagenet_stem",
        "resnet44",
        Edit(
            "[*convolution(3, 16), nn.ReLU()]",
            "[nn.Conv2d(3, 16, 7, 2, 3, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.MaxPool2d(3, 2, 1)]",
        ),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your network begins like ImageNet's (7x7, stride 2, max-pooling); for 32x32 images it is one 3x3 "
        "convolution of stride 1.",
    ),
    mistake(
        "wide_stages",
        "resnet44",
        Edit("in (16, 32, 64)", "in (64, 128, 256)"),
        Edit("*convolution(3, 16), nn.ReLU()], 16", "*convolution(3, 64), nn.ReLU()], 64"),
        Edit("nn.Linear(64, num_classes)", "nn.Linear(256, num_classes)"),
        probes=EVERYTHING,
        credit=0.25,
        sentence="Your stages have 64, 128 and 256 maps like the first three of ImageNet's; here they have 16, 32 "
        "and 64.",
    ),
    mistake(
        "softmax_at_the_end",
        "resnet44",
        Edit("nn.Linear(64, num_classes))", "nn.Linear(64, num_classes), nn.Softmax(dim=1))"),
        probes=EVERYTHING,
        sentence="The network ends with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "ten_classes",
        "resnet44",
        Edit("nn.Linear(64, num_classes)", "nn.Linear(64, 10)"),
        probes=("resnet44.resnet44", "resnet44.depths"),
        credit=0.5,
        sentence="You wrote 10 for the number of classes; use num_classes.",
    ),
    accepted(
        "lab_of_the_homework_before",
        "resnet44",
        Define("""
            class Block(nn.Module):
                def __init__(self, a, b, stride=1):
                    super().__init__()
                    self.stride = stride
                    self.conv1 = nn.Conv2d(a, b, 3, stride=stride, padding=1, bias=False)
                    self.bn1 = nn.BatchNorm2d(b)
                    self.conv2 = nn.Conv2d(b, b, 3, padding=1, bias=False)
                    self.bn2 = nn.BatchNorm2d(b)

                def forward(self, x):
                    y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
                    s = x[:, :, :: self.stride, :: self.stride]
                    if s.shape[1] < y.shape[1]:
                        s = torch.cat([s, s.new_zeros(len(s), y.shape[1] - s.shape[1], *s.shape[2:])], dim=1)
                    return F.relu(y + s)


            class Network(nn.Module):
                def __init__(self, n, classes):
                    super().__init__()
                    self.fc = nn.Linear(64, classes)
                    self.bn, self.conv = nn.BatchNorm2d(16), nn.Conv2d(3, 16, 3, 1, 1, bias=False)
                    self.one = self.stage(16, 16, n, 1)
                    self.two = self.stage(16, 32, n, 2)
                    self.three = self.stage(32, 64, n, 2)

                def stage(self, a, b, n, stride):
                    return nn.ModuleList([Block(a, b, stride)] + [Block(b, b) for _ in range(n - 1)])

                def forward(self, x):
                    x = F.relu(self.bn(self.conv(x)))
                    for block in [*self.one, *self.two, *self.three]:
                        x = block(x)
                    return self.fc(F.avg_pool2d(x, 8).flatten(1))


            def cifar_resnet(depth, num_classes=10):
                return Network((depth - 2) // 6, num_classes)
        """),
        Edit("import torch.nn.functional as F", "import torch\nimport torch.nn.functional as F"),
        probes=EVERYTHING,
    ),
    accepted(
        "pooled_subsampling",
        "resnet44",
        Edit("x[:, :, :: self.stride, :: self.stride]", "F.avg_pool2d(x, 1, self.stride)"),
        Edit(HEAD, "nn.AvgPool2d(8), nn.Flatten(), nn.Linear(64, num_classes)"),
        probes=EVERYTHING,
    ),
)
