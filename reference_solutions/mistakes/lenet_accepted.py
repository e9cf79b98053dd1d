"""Other right ways to write LeNet-5 and its forms."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

LENET = ("lenet.lenet5", "lenet.lenet5_gradients")
DROPOUT, BATCHNORM = ("lenet.dropout",), ("lenet.batchnorm",)

ACCEPTED = (
    accepted(
        "functional",
        "lenet",
        Define("""
            import torch.nn.functional as F

            class LeNet5(nn.Module):
                def __init__(self, num_classes=10):
                    super().__init__()
                    self.out = nn.Linear(84, num_classes)
                    self.fc2 = nn.Linear(120, 84)
                    self.fc1 = nn.Linear(400, 120)
                    self.conv2 = nn.Conv2d(6, 16, kernel_size=5)
                    self.conv1 = nn.Conv2d(1, 6, kernel_size=5, padding="same")

                def forward(self, x):
                    x = F.max_pool2d(F.relu(self.conv1(x)), 2)
                    x = F.max_pool2d(F.relu(self.conv2(x)), 2)
                    x = x.reshape(x.shape[0], -1)
                    return self.out(F.relu(self.fc2(F.relu(self.fc1(x)))))

            class LeNet5Dropout(LeNet5):
                def forward(self, x):
                    x = F.max_pool2d(F.relu(self.conv1(x)), 2)
                    x = F.max_pool2d(F.relu(self.conv2(x)), 2).flatten(1)
                    x = F.dropout(F.relu(self.fc1(x)), training=self.training)
                    return self.out(F.dropout(F.relu(self.fc2(x)), training=self.training))

            class LeNet5BatchNorm(LeNet5):
                def __init__(self, num_classes=10):
                    super().__init__(num_classes)
                    self.norms = nn.ModuleDict({"b": nn.BatchNorm2d(16), "a": nn.BatchNorm2d(6)})

                def forward(self, x):
                    x = F.max_pool2d(F.relu(self.norms["a"](self.conv1(x))), 2)
                    x = F.max_pool2d(F.relu(self.norms["b"](self.conv2(x))), 2).flatten(1)
                    return self.out(F.relu(self.fc2(F.relu(self.fc1(x)))))
        """),
        probes=LENET + DROPOUT + BATCHNORM,
    ),
    accepted(
        "third_convolution_for_first_linear_layer",
        "lenet",
        Edit(
            "            nn.Flatten(),\n            nn.Linear(16 * 5 * 5, 120),",
            "            nn.Flatten(),\n            AsLinear(),",
        ),
        Edit(
            "class LeNet5(nn.Module):",
            "class AsLinear(nn.Linear):\n"
            "    def __init__(self):\n"
            "        super().__init__(400, 120)\n\n"
            "    def forward(self, x):\n"
            "        kernels = self.weight.view(120, 16, 5, 5)\n"
            "        return nn.functional.conv2d(x.view(-1, 16, 5, 5), kernels, self.bias).flatten(1)\n\n\n"
            "class LeNet5(nn.Module):",
        ),
        probes=LENET + DROPOUT + BATCHNORM,
    ),
    accepted(
        "pool_before_relu",
        "lenet",
        Edit(
            "            nn.ReLU(),\n            nn.MaxPool2d(2),",
            "            nn.MaxPool2d(2),\n            nn.ReLU(),",
            times=4,
        ),
        probes=LENET + DROPOUT + BATCHNORM,
    ),
    accepted(
        "dropout_before_relu",
        "lenet",
        Edit("nn.ReLU(), nn.Dropout(0.5)", "nn.Dropout(0.5), nn.ReLU()", times=2),
        probes=DROPOUT,
    ),
    accepted(
        "dropout_by_hand",
        "lenet",
        Edit("nn.Dropout(0.5)", "ByHand()", times=2),
        Edit(
            "class LeNet5Dropout(nn.Module):",
            "class ByHand(nn.Module):\n"
            "    def forward(self, x):\n"
            "        if not self.training:\n"
            "            return x\n"
            "        import torch\n"
            "        return x * torch.bernoulli(torch.full_like(x, 0.5)) / 0.5\n\n\n"
            "class LeNet5Dropout(nn.Module):",
        ),
        probes=DROPOUT,
    ),
    accepted(
        "lazy_layers",
        "lenet",
        Edit("nn.Conv2d(1, 6, 5, padding=2)", "nn.LazyConv2d(6, 5, padding=2)"),
        Edit("nn.Linear(16 * 5 * 5, 120)", "nn.LazyLinear(120)"),
        Edit("nn.BatchNorm2d(16)", "nn.LazyBatchNorm2d()"),
        probes=LENET + DROPOUT + BATCHNORM,
    ),
)
