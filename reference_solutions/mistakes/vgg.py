"""Variants of VGG-A, of its options, and of the light VGG-A."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

PLAIN = ("vgg.vgg_a", "vgg.gradients", "vgg.dropout")
NORMALISED = ("vgg.batch_norm", "vgg.gradients", "vgg.dropout")
NETWORKS = (*PLAIN, "vgg.batch_norm")
DROPOUT = ("vgg.dropout",)
LIGHT = ("vgg.light",)
STAGES = "((1,), (2,), (4, 4), (8, 8), (8, 8))"
NORM = (
    "                if batch_norm:\n"
    "                    layers.append(nn.BatchNorm2d(factor * width))\n"
    "                layers.append(nn.ReLU())\n"
)
FIRST = "            nn.Dropout(dropout),\n            nn.Linear(8 * width, 8 * width),\n            nn.ReLU(),\n"

ON_VGG_A = (
    mistake(
        "five_convolutions",
        "vgg",
        Edit(STAGES, "((1,), (2,), (4,), (8,), (8,))"),
        probes=NETWORKS,
        sentence="Your VGG-A has one convolution in each stage; the third to fifth stage have two.",
        credit=0.25,
    ),
    mistake(
        "vgg_b",
        "vgg",
        Edit(STAGES, "((1, 1), (2, 2), (4, 4), (8, 8), (8, 8))"),
        probes=NETWORKS,
        sentence="You have two convolutions in every stage, which is VGG-B; A has one in the first two stages.",
        credit=0.25,
    ),
    mistake(
        "average_pooling",
        "vgg",
        Edit("layers.append(nn.MaxPool2d(2))", "layers.append(nn.AvgPool2d(2))"),
        probes=NETWORKS,
        sentence="Your stages end with average pooling; VGG's end with max pooling.",
        credit=0.25,
    ),
    mistake(
        "no_relu_in_features",
        "vgg",
        Edit("                layers.append(nn.ReLU())\n", ""),
        probes=NETWORKS,
        sentence="No ReLU follows your convolutions.",
    ),
    mistake(
        "one_hidden_layer",
        "vgg",
        Edit(FIRST, "", times=2),
        probes=NETWORKS,
        sentence="Your classifier goes straight to the logits; it has three linear layers.",
        credit=0.25,
    ),
    mistake(
        "linear_classifier",
        "vgg",
        Edit(FIRST, FIRST.replace("            nn.ReLU(),\n", ""), times=2),
        probes=NETWORKS,
        sentence="The ReLUs between VGG-A's linear layers are missing, so that the three amount to one.",
    ),
    mistake(
        "softmax",
        "vgg",
        Edit(
            "return self.classifier(self.features(x))",
            "return self.classifier(self.features(x)).softmax(dim=1)",
            times=2,
        ),
        probes=(*NETWORKS, *LIGHT),
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "ten_classes_only",
        "vgg",
        Edit("nn.Linear(8 * width, num_classes)", "nn.Linear(8 * width, 10)", times=2),
        probes=(*NETWORKS, *LIGHT),
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
        credit=0.5,
    ),
    mistake(
        "batchnorm_after_relu",
        "vgg",
        Edit(
            NORM,
            "                layers.append(nn.ReLU())\n"
            "                if batch_norm:\n"
            "                    layers.append(nn.BatchNorm2d(factor * width))\n",
        ),
        probes=NORMALISED,
        sentence="Batch norm follows the ReLU; here it stands between the convolution and the ReLU.",
        credit=0.25,
    ),
    mistake(
        "batch_norm_ignored",
        "vgg",
        Edit(NORM, "                layers.append(nn.ReLU())\n"),
        probes=NORMALISED,
        sentence="batch_norm=True changes nothing: there is no batch norm in your VGG-A.",
    ),
    mistake(
        "always_batchnorm",
        "vgg",
        Edit("                if batch_norm:\n", "                if True:\n"),
        probes=PLAIN,
        sentence="Your VGG-A always has batch norm; it belongs there only with batch_norm=True.",
        credit=0.25,
    ),
    mistake(
        "batchnorm_a_stage",
        "vgg",
        Edit("                if batch_norm:\n", "                if batch_norm and factor != channels // width:\n"),
        probes=NORMALISED,
        sentence="Batch norm follows only the first convolution of some stages; every convolution has one.",
        credit=0.25,
    ),
    mistake(
        "no_bias_with_batchnorm",
        "vgg",
        Edit("3, padding=1))", "3, padding=1, bias=not batch_norm))"),
        probes=NORMALISED,
        sentence="With batch norm your convolutions lose their biases; the docstring keeps them, so that "
        "only batch norm "
        "differs.",
        credit=0.75,
    ),
)

ON_DROPOUT = (
    mistake(
        "dropout_ignored",
        "vgg",
        Edit("            nn.Dropout(dropout),\n", "", times=2),
        probes=DROPOUT,
        sentence="dropout=0.3 changes nothing: there is no dropout in your VGG-A.",
    ),
    mistake(
        "half_dropped",
        "vgg",
        Edit("nn.Dropout(dropout)", "nn.Dropout(0.5 if dropout else 0.0)", times=2),
        probes=DROPOUT,
        sentence="Your VGG-A always drops half; drop with the probability that `dropout` gives.",
        credit=0.5,
    ),
    mistake(
        "dropout_in_features",
        "vgg",
        Edit("layers.append(nn.MaxPool2d(2))", "layers += [nn.MaxPool2d(2), nn.Dropout(dropout)]"),
        probes=DROPOUT,
        sentence="You drop after every pooling too; only the two hidden linear layers have a dropout in front.",
        credit=0.5,
    ),
    mistake(
        "dropout_in_evaluation",
        "vgg",
        Edit("nn.Dropout(dropout)", "AlwaysDropping(dropout)", times=2),
        Edit(
            "class VGGA(nn.Module):",
            "class AlwaysDropping(nn.Dropout):\n"
            "    def forward(self, x):\n"
            "        return nn.functional.dropout(x, self.p)\n\n\n"
            "class VGGA(nn.Module):",
        ),
        probes=DROPOUT,
        sentence="Your VGG-A drops in evaluation mode too; F.dropout needs training=self.training.",
    ),
    mistake(
        "one_dropout",
        "vgg",
        Edit(
            "            nn.ReLU(),\n            nn.Dropout(dropout),\n",
            "            nn.ReLU(),\n",
        ),
        probes=DROPOUT,
        sentence="One dropout is missing: there is one in front of each of the two hidden linear layers.",
        credit=0.5,
    ),
)

ON_LIGHT = (
    mistake(
        "light_third_stage",
        "vgg",
        Edit(
            "nn.Linear(2 * width * 8 * 8, 8 * width)",
            "nn.Linear(4 * width * 4 * 4, 8 * width)",
        ),
        Edit(
            "            nn.Conv2d(width, 2 * width, 3, padding=1),\n            nn.ReLU(),\n"
            "            nn.MaxPool2d(2),\n",
            "            nn.Conv2d(width, 2 * width, 3, padding=1),\n            nn.ReLU(),\n"
            "            nn.MaxPool2d(2),\n"
            "            nn.Conv2d(2 * width, 4 * width, 3, padding=1),\n            nn.ReLU(),\n"
            "            nn.MaxPool2d(2),\n",
        ),
        probes=LIGHT,
        sentence="Your light VGG-A has a third stage; it has two.",
        credit=0.25,
    ),
    mistake(
        "light_without_hidden_layer",
        "vgg",
        Edit("            nn.ReLU(),\n            nn.Linear(8 * width, 8 * width),\n", ""),
        probes=LIGHT,
        sentence="Your light VGG-A has two linear layers; it has three, with ReLU between them.",
        credit=0.25,
    ),
    mistake(
        "light_kernel_5",
        "vgg",
        Edit("nn.Conv2d(3, width, 3, padding=1)", "nn.Conv2d(3, width, 5, padding=2)"),
        probes=LIGHT,
        sentence="The light VGG-A's first convolution is 5x5 with you; it is 3x3.",
        credit=0.25,
    ),
)

EVERYTHING = (*NETWORKS, *LIGHT)
ACCEPTED = (
    accepted(
        "configuration_list",
        "vgg",
        Define("""
            import torch
            import torch.nn.functional as F

            CONFIGURATION = [1, "M", 2, "M", 4, 4, "M", 8, 8, "M", 8, 8, "M"]

            class VGGA(nn.Module):
                def __init__(self, num_classes=10, width=64, batch_norm=False, dropout=0.0):
                    super().__init__()
                    self.dropout = dropout
                    self.fc3 = nn.Linear(8 * width, num_classes)
                    self.fc2 = nn.Linear(8 * width, 8 * width)
                    self.fc1 = nn.Linear(8 * width, 8 * width)
                    self.convolutions, self.norms = nn.ModuleList(), nn.ModuleList()
                    before = 3
                    for entry in [1, 2, 4, 4, 8, 8, 8, 8]:
                        self.convolutions.append(nn.Conv2d(before, entry * width, 3, 1, 1))
                        self.norms.append(nn.BatchNorm2d(entry * width) if batch_norm else nn.Identity())
                        before = entry * width

                def forward(self, x):
                    for number, (convolution, norm) in enumerate(zip(self.convolutions, self.norms)):
                        x = norm(convolution(x)).relu()
                        if number in (0, 1, 3, 5, 7):
                            x = F.max_pool2d(x, 2)
                    x = F.dropout(torch.flatten(x, 1), self.dropout, self.training)
                    x = F.dropout(F.relu(self.fc1(x)), self.dropout, self.training)
                    return self.fc3(F.relu(self.fc2(x)))
        """),
        probes=NETWORKS,
    ),
    accepted(
        "in_place_and_initialised",
        "vgg",
        Edit("nn.ReLU()", "nn.ReLU(inplace=True)", times=7),
        Edit(
            "        self.features = nn.Sequential(*layers)\n",
            "        self.features = nn.Sequential(*layers)\n"
            "        for layer in self.features:\n"
            "            if isinstance(layer, nn.Conv2d):\n"
            "                nn.init.xavier_normal_(layer.weight)\n"
            "                nn.init.zeros_(layer.bias)\n",
        ),
        probes=EVERYTHING,
    ),
    accepted(
        "one_sequence",
        "vgg",
        Define("""
            class VGGALight(nn.Sequential):
                def __init__(self, num_classes=10, width=16):
                    hidden = 8 * width
                    super().__init__(
                        nn.Conv2d(3, width, (3, 3), padding="same"),
                        nn.MaxPool2d(2, 2),
                        nn.ReLU(),
                        nn.Conv2d(width, 2 * width, (3, 3), padding="same"),
                        nn.MaxPool2d(2, 2),
                        nn.ReLU(),
                        nn.Flatten(start_dim=1),
                        nn.Linear(128 * width, hidden),
                        nn.ReLU(),
                        nn.Linear(hidden, hidden),
                        nn.ReLU(),
                        nn.Linear(hidden, num_classes),
                    )
        """),
        probes=LIGHT,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_VGG_A + ON_DROPOUT + ON_LIGHT + ACCEPTED
