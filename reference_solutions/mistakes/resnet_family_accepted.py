"""Other right ways to write the residual blocks and the ResNets."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

EVERYTHING = (
    "resnet_family.basic_block",
    "resnet_family.bottleneck",
    "resnet_family.network",
    "resnet_family.network_gradients",
    "resnet_family.family",
)

ACCEPTED = (
    accepted(
        "pooled_by_layer",
        "resnet_family",
        Edit("return self.head(x.mean(dim=(2, 3)))", "return self.head(F.avg_pool2d(x, 4).flatten(1))"),
        Edit(
            "return F.relu(residual + self.shortcut(x))", "return (self.shortcut(x) + residual).clamp(min=0)", times=2
        ),
        probes=EVERYTHING,
    ),
    accepted(
        "initialised_and_in_place",
        "resnet_family",
        Edit("nn.ReLU()", "nn.ReLU(inplace=True)", times=4),
        Edit(
            "self.head = nn.Linear(in_channels, num_classes)",
            "self.head = nn.Linear(in_channels, num_classes)\n"
            "        for layer in self.modules():\n"
            "            if isinstance(layer, nn.Conv2d):\n"
            '                nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")\n'
            "            if isinstance(layer, (BasicBlock, Bottleneck)):\n"
            "                nn.init.zeros_(layer.residual[-1].weight)",
        ),
        probes=EVERYTHING,
    ),
    accepted(
        "layers_by_name",
        "resnet_family",
        Define("""
            class Bottleneck(nn.Module):
                expansion = 4

                def __init__(self, in_channels, channels, stride=1):
                    super().__init__()
                    out = channels * self.expansion
                    self.downsample = None
                    if stride > 1 or in_channels != out:
                        self.downsample = nn.ModuleList(
                            [nn.Conv2d(in_channels, out, 1, stride, bias=False), nn.BatchNorm2d(out)]
                        )
                    self.bn3, self.conv3 = nn.BatchNorm2d(out), nn.Conv2d(channels, out, 1, bias=False)
                    self.bn2 = nn.BatchNorm2d(channels)
                    self.conv2 = nn.Conv2d(channels, channels, 3, stride, 1, bias=False)
                    self.bn1, self.conv1 = nn.BatchNorm2d(channels), nn.Conv2d(in_channels, channels, 1, bias=False)

                def forward(self, x):
                    y = F.relu(self.bn1(self.conv1(x)))
                    y = F.relu(self.bn2(self.conv2(y)))
                    y = self.bn3(self.conv3(y))
                    if self.downsample is not None:
                        for layer in self.downsample:
                            x = layer(x)
                    y += x
                    return F.relu(y)


            class ResNet(nn.Module):
                def __init__(self, block, layers, num_classes=10, width=64):
                    super().__init__()
                    self.channels = width
                    self.conv1 = nn.Conv2d(3, width, kernel_size=3, stride=1, padding=1, bias=False)
                    self.bn1 = nn.BatchNorm2d(width)
                    self.layer1 = self.make_layer(block, width, layers[0], 1)
                    self.layer2 = self.make_layer(block, 2 * width, layers[1], 2)
                    self.layer3 = self.make_layer(block, 4 * width, layers[2], 2)
                    self.layer4 = self.make_layer(block, 8 * width, layers[3], 2)
                    self.pool = nn.AdaptiveAvgPool2d((1, 1))
                    self.fc = nn.Linear(8 * width * block.expansion, num_classes)

                def make_layer(self, block, channels, blocks, stride):
                    made = []
                    for step in [stride] + [1] * (blocks - 1):
                        made.append(block(self.channels, channels, step))
                        self.channels = channels * block.expansion
                    return nn.Sequential(*made)

                def forward(self, x):
                    x = F.relu(self.bn1(self.conv1(x)))
                    x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
                    return self.fc(self.pool(x).view(x.size(0), -1))
        """),
        probes=EVERYTHING,
    ),
)
