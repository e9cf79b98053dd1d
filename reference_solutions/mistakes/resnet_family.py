"""Variants of the two residual blocks and of the ResNets for 32x32 images."""

from reference_solutions.mistakes.resnet_family_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

FAMILY = ("resnet_family.family",)
NETWORKS = ("resnet_family.network", "resnet_family.network_gradients", *FAMILY)
BASIC = ("resnet_family.basic_block", *NETWORKS)
BOTTLENECK = ("resnet_family.bottleneck", *NETWORKS)
EVERYTHING = ("resnet_family.basic_block", *BOTTLENECK)
SUM = "return F.relu(residual + self.shortcut(x))"
PROJECTED = "return nn.Sequential(projection, nn.BatchNorm2d(out_channels))"
STEM = "nn.Conv2d(3, width, 3, padding=1, bias=False), nn.BatchNorm2d(width), nn.ReLU()"
POOL = "return self.head(x.mean(dim=(2, 3)))"

ON_BLOCKS = (
    mistake(
        "relu_before_sum",
        "resnet_family",
        Edit(SUM, "return F.relu(residual) + self.shortcut(x)", times=2),
        probes=EVERYTHING,
        sentence="A ReLU stands before the addition; the sum comes first, ReLU(F(x) + x) (He et al. 2016, figure 2).",
    ),
    mistake(
        "no_last_relu",
        "resnet_family",
        Edit(SUM, "return residual + self.shortcut(x)", times=2),
        probes=EVERYTHING,
        sentence="The ReLU after the addition is missing; the block is ReLU(F(x) + x) (He et al. 2016, figure 2).",
    ),
    mistake(
        "no_shortcut",
        "resnet_family",
        Edit(SUM, "return F.relu(residual)", times=2),
        probes=EVERYTHING,
        sentence="You never add the shortcut, which makes this the plain network that the paper compares with.",
    ),
    mistake(
        "shortcut_without_parameters",
        "resnet_family",
        Define("""
            def make_shortcut(in_channels, out_channels, stride):
                return Padded(out_channels - in_channels, stride)


            class Padded(nn.Module):
                def __init__(self, extra, stride):
                    super().__init__()
                    self.extra, self.stride = extra, stride

                def forward(self, x):
                    return F.pad(x[:, :, :: self.stride, :: self.stride], (0, 0, 0, 0, 0, self.extra))
        """),
        probes=EVERYTHING,
        sentence="Your shortcuts are sub-sampled and padded with zeros (option A); here they are "
        "projections (option B).",
        credit=0.5,
    ),
    mistake(
        "projection_everywhere",
        "resnet_family",
        Edit(
            "    if stride == 1 and in_channels == out_channels:\n        return nn.Identity()\n",
            "",
        ),
        probes=EVERYTHING,
        sentence="Every shortcut is a projection (option C); where the shape stays the same it is the identity.",
        credit=0.5,
    ),
    mistake(
        "projection_only_with_stride",
        "resnet_family",
        Edit("if stride == 1 and in_channels == out_channels:", "if stride == 1:"),
        probes=("resnet_family.basic_block", *BOTTLENECK),
        sentence="You project only where the stride is 2; it is needed too where only the number of channels changes.",
    ),
    mistake(
        "projection_without_batchnorm",
        "resnet_family",
        Edit(PROJECTED, "return projection"),
        probes=EVERYTHING,
        sentence="Batch norm is missing after the projection; every convolution has one.",
        credit=0.5,
    ),
    mistake(
        "projection_with_relu",
        "resnet_family",
        Edit(PROJECTED, "return nn.Sequential(projection, nn.BatchNorm2d(out_channels), nn.ReLU())"),
        probes=EVERYTHING,
        sentence="Your projection ends with a ReLU; the shortcut is linear, and the ReLU follows the sum.",
        credit=0.5,
    ),
    mistake(
        "projection_with_bias",
        "resnet_family",
        Edit("1, stride=stride, bias=False)", "1, stride=stride)"),
        probes=EVERYTHING,
        sentence="Your projections have biases, which the batch norm behind them makes useless; set bias=False.",
        credit=0.5,
    ),
    mistake(
        "convolution_biases",
        "resnet_family",
        Edit(", bias=False", "", times=7),
        probes=EVERYTHING,
        sentence="Your convolutions have biases, which the batch norm behind them makes useless; set bias=False.",
        credit=0.5,
    ),
    mistake(
        "no_inner_relu",
        "resnet_family",
        Edit(
            "            nn.BatchNorm2d(channels),\n            nn.ReLU(),\n"
            "            nn.Conv2d(channels, channels, 3, padding",
            "            nn.BatchNorm2d(channels),\n            nn.Conv2d(channels, channels, 3, padding",
        ),
        probes=BASIC,
        sentence="The ReLU between the two convolutions of a basic block is missing.",
    ),
    mistake(
        "stride_in_second_convolution",
        "resnet_family",
        Edit("nn.Conv2d(in_channels, channels, 3, stride=stride,", "nn.Conv2d(in_channels, channels, 3,"),
        Edit("nn.Conv2d(channels, channels, 3, padding=1,", "nn.Conv2d(channels, channels, 3, stride, padding=1,"),
        probes=BASIC,
        sentence="The stride is in the basic block's second convolution; the first one down-samples.",
        credit=0.5,
    ),
    mistake(
        "pre_activation",
        "resnet_family",
        Define("""
            class BasicBlock(nn.Module):
                expansion = 1

                def __init__(self, in_channels, channels, stride=1):
                    super().__init__()
                    self.residual = nn.Sequential(
                        nn.BatchNorm2d(in_channels),
                        nn.ReLU(),
                        nn.Conv2d(in_channels, channels, 3, stride=stride, padding=1, bias=False),
                        nn.BatchNorm2d(channels),
                        nn.ReLU(),
                        nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                    )
                    self.shortcut = make_shortcut(in_channels, channels, stride)

                def forward(self, x):
                    return self.residual(x) + self.shortcut(x)
        """),
        probes=BASIC,
        sentence="This is the later pre-activation block (He et al. 2016b); here batch norm follows the convolution.",
        credit=0.25,
    ),
    mistake(
        "stride_in_first_1x1",
        "resnet_family",
        Edit(
            "nn.Conv2d(in_channels, channels, 1, bias=False)", "nn.Conv2d(in_channels, channels, 1, stride, bias=False)"
        ),
        Edit(
            "nn.Conv2d(channels, channels, 3, stride=stride, padding=1, bias=False)",
            "nn.Conv2d(channels, channels, 3, padding=1, bias=False)",
        ),
        probes=BOTTLENECK,
        sentence="The bottleneck's first 1x1 convolution has the stride, which skips three of four "
        "pixels; the 3x3 one has it.",
        credit=0.75,
    ),
    mistake(
        "bottleneck_without_second_relu",
        "resnet_family",
        Edit(
            "            nn.ReLU(),\n            nn.Conv2d(channels, 4 * channels,",
            "            nn.Conv2d(channels, 4 * channels,",
        ),
        probes=BOTTLENECK,
        sentence="The ReLU between the bottleneck's 3x3 and its last 1x1 convolution is missing.",
        credit=0.25,
    ),
    mistake(
        "bottleneck_without_last_batchnorm",
        "resnet_family",
        Edit("            nn.BatchNorm2d(4 * channels),\n", ""),
        probes=BOTTLENECK,
        sentence="Batch norm is missing after the bottleneck's last convolution; every convolution has one.",
        credit=0.25,
    ),
)

ON_NETWORKS = (
    mistake(
        "stem_of_imagenet",
        "resnet_family",
        Edit(
            "nn.Conv2d(3, width, 3, padding=1, bias=False)", "nn.Conv2d(3, width, 7, stride=2, padding=3, bias=False)"
        ),
        probes=NETWORKS,
        sentence="Your first convolution is ImageNet's, 7x7 with stride 2; for 32x32 images it is 3x3 with stride 1.",
        credit=0.25,
    ),
    mistake(
        "max_pool_after_stem",
        "resnet_family",
        Edit(STEM, f"{STEM}, nn.MaxPool2d(3, 2, 1)"),
        probes=NETWORKS,
        sentence="A max pool follows your first convolution, as for ImageNet; here there is none.",
        credit=0.25,
    ),
    mistake(
        "no_batchnorm_in_stem",
        "resnet_family",
        Edit("nn.BatchNorm2d(width), nn.ReLU())", "nn.ReLU())"),
        probes=NETWORKS,
        sentence="Batch norm is missing after the first convolution; every convolution has one.",
        credit=0.5,
    ),
    mistake(
        "no_relu_in_stem",
        "resnet_family",
        Edit("nn.BatchNorm2d(width), nn.ReLU())", "nn.BatchNorm2d(width))"),
        probes=NETWORKS,
        sentence="The ReLU after the first convolution's batch norm is missing.",
        credit=0.5,
    ),
    mistake(
        "first_stage_downsamples",
        "resnet_family",
        Edit("if stage > 0 and index == 0 else", "if index == 0 else"),
        probes=NETWORKS,
        sentence="Your first stage halves the image too; only the later stages begin with stride 2.",
        credit=0.25,
    ),
    mistake(
        "last_block_downsamples",
        "resnet_family",
        Edit("if stage > 0 and index == 0 else", "if stage < len(layers) - 1 and index == count - 1 else"),
        probes=NETWORKS,
        sentence="Your stages halve the image in their last block; a stage begins with stride 2.",
        credit=0.25,
    ),
    mistake(
        "global_max_pool",
        "resnet_family",
        Edit(POOL, "return self.head(x.amax(dim=(2, 3)))"),
        probes=NETWORKS,
        sentence="You take the maximum over the image at the end; it is global average pooling.",
        credit=0.5,
    ),
    mistake(
        "softmax",
        "resnet_family",
        Edit(POOL, f"{POOL}.softmax(dim=1)"),
        probes=NETWORKS,
        sentence="You end with softmax; return logits, since the losses apply it themselves where they need it.",
    ),
    mistake(
        "ten_classes_only",
        "resnet_family",
        Edit("nn.Linear(in_channels, num_classes)", "nn.Linear(in_channels, 10)"),
        probes=NETWORKS,
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
        credit=0.5,
    ),
    mistake(
        "resnet34_of_18",
        "resnet_family",
        Edit("return ResNet(BasicBlock, (3, 4, 6, 3),", "return ResNet(BasicBlock, (2, 2, 2, 2),"),
        probes=FAMILY,
        sentence="Your ResNet-34 has the blocks of ResNet-18; it has 3, 4, 6 and 3 (He et al. 2016, table 1).",
        credit=0.75,
    ),
    mistake(
        "resnet50_of_basic_blocks",
        "resnet_family",
        Edit("ResNet(Bottleneck, (3, 4, 6, 3)", "ResNet(BasicBlock, (3, 4, 6, 3)"),
        probes=FAMILY,
        sentence="Your ResNet-50 is made of basic blocks, which makes it ResNet-34; from 50 on blocks are bottlenecks.",
        credit=0.75,
    ),
    mistake(
        "resnet101_swapped",
        "resnet_family",
        Edit("(3, 4, 23, 3)", "(3, 23, 4, 3)"),
        probes=FAMILY,
        sentence="Your ResNet-101 has its 23 blocks in the second stage; they are in the third, 3, 4, 23, 3.",
        credit=0.75,
    ),
    mistake(
        "resnet152_with_four",
        "resnet_family",
        Edit("(3, 8, 36, 3)", "(3, 4, 36, 3)"),
        probes=FAMILY,
        sentence="Your ResNet-152 has four blocks in its second stage; it has 3, 8, 36 and 3 (He et al. "
        "2016, table 1).",
        credit=0.75,
    ),
    mistake(
        "torchvision",
        "resnet_family",
        Define("""
            def resnet18(num_classes=10, width=64):
                from torchvision.models import resnet
                return resnet.ResNet(resnet.BasicBlock, [1, 1, 1, 1], num_classes)
        """),
        probes=FAMILY,
        sentence="You return a network of torchvision.models; the handout asks for your own, the one for 32x32 images.",
    ),
)

VARIANTS: tuple[Variant, ...] = ON_BLOCKS + ON_NETWORKS + ACCEPTED
