"""Variants of the residual block and of the CIFAR ResNets."""

from reference_solutions.mistakes.resnet_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

NETWORK = ("resnet.resnet20", "resnet.resnet20_gradients", "resnet.depths")
EVERYTHING = (*NETWORK, "resnet.block")
SUM = "return F.relu(out + shortcut)"
SUBSAMPLE = "shortcut = x[:, :, :: self.stride, :: self.stride]"
APPEND = "(0, 0, 0, 0, 0, self.extra_channels)"
INNER = "out = F.relu(self.bn1(self.conv1(x)))"
STEM = "nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16), nn.ReLU()"
POOL = "return self.head(x.mean(dim=(2, 3)))"

ON_BLOCK = (
    mistake(
        "relu_before_sum",
        "resnet",
        Edit(SUM, "return F.relu(out) + shortcut"),
        probes=EVERYTHING,
        sentence="A ReLU stands before the addition; the sum comes first, ReLU(F(x) + x) (He et al. 2016, figure 2).",
    ),
    mistake(
        "no_last_relu",
        "resnet",
        Edit(SUM, "return out + shortcut"),
        probes=EVERYTHING,
        sentence="The ReLU after the addition is missing; the block is ReLU(F(x) + x) (He et al. 2016, figure 2).",
    ),
    mistake(
        "no_inner_relu",
        "resnet",
        Edit(INNER, "out = self.bn1(self.conv1(x))"),
        probes=EVERYTHING,
        sentence="The ReLU between the two convolutions of a block is missing; after bn1 comes ReLU.",
    ),
    mistake(
        "no_shortcut",
        "resnet",
        Edit(SUM, "return F.relu(out)"),
        probes=EVERYTHING,
        sentence="You never add the shortcut, which makes this the plain network that the paper compares with.",
    ),
    mistake(
        "projection_shortcut",
        "resnet",
        Edit(
            "self.extra_channels = out_channels - in_channels",
            "self.shortcut = nn.Identity()\n"
            "        if stride != 1 or in_channels != out_channels:\n"
            "            projection = nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False)\n"
            "            self.shortcut = nn.Sequential(projection, nn.BatchNorm2d(out_channels))",
        ),
        Edit(SUBSAMPLE, "shortcut = self.shortcut(x)"),
        Edit("        shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.extra_channels))\n", ""),
        probes=EVERYTHING,
        sentence="Your shortcuts are 1x1 convolutions (option B, 272,474 parameters); option A has no parameters.",
        credit=0.5,
    ),
    mistake(
        "average_pool_shortcut",
        "resnet",
        Edit(SUBSAMPLE, "shortcut = F.avg_pool2d(x, self.stride)"),
        probes=EVERYTHING,
        sentence="Your shortcut averages 2x2 pixels; option A takes every second row and column, x[:, :, ::2, ::2].",
        credit=0.5,
    ),
    mistake(
        "max_pool_shortcut",
        "resnet",
        Edit(SUBSAMPLE, "shortcut = F.max_pool2d(x, self.stride)"),
        probes=EVERYTHING,
        sentence="Your shortcut takes the largest of 2x2 pixels; option A takes every second one, x[:, :, ::2, ::2].",
        credit=0.5,
    ),
    mistake(
        "subsampling_from_one",
        "resnet",
        Edit(SUBSAMPLE, "shortcut = x[:, :, self.stride - 1 :: self.stride, self.stride - 1 :: self.stride]"),
        probes=EVERYTHING,
        sentence="Your sub-sampling starts at row and column 1; it starts at 0, as the strided convolution does.",
        credit=0.75,
    ),
    mistake(
        "zeros_in_front",
        "resnet",
        Edit(APPEND, "(0, 0, 0, 0, self.extra_channels, 0)"),
        probes=EVERYTHING,
        sentence="You put the channels of zeros in front; the handout appends them after the existing channels.",
        credit=0.75,
    ),
    mistake(
        "zeros_on_both_sides",
        "resnet",
        Edit(APPEND, "(0, 0, 0, 0, self.extra_channels // 2, self.extra_channels // 2)"),
        probes=EVERYTHING,
        sentence="You put half of the channels of zeros in front; the handout appends all of them at the end.",
        credit=0.75,
    ),
    mistake(
        "channels_repeated",
        "resnet",
        Edit(
            "shortcut = F.pad(shortcut, (0, 0, 0, 0, 0, self.extra_channels))",
            "shortcut = shortcut.repeat(1, self.conv1.out_channels // x.shape[1], 1, 1)",
        ),
        probes=EVERYTHING,
        sentence="Your shortcut repeats the channels to reach the new number; option A fills it up with zeros.",
        credit=0.5,
    ),
    mistake(
        "convolution_biases",
        "resnet",
        Edit("padding=1, bias=False", "padding=1", times=3),
        probes=EVERYTHING,
        sentence="Your convolutions have biases, which the batch norm behind them makes useless; set bias=False.",
        credit=0.5,
    ),
    mistake(
        "stride_in_second_convolution",
        "resnet",
        Edit("out_channels, 3, stride=stride,", "out_channels, 3, stride=1,"),
        Edit(
            "nn.Conv2d(out_channels, out_channels, 3, stride=1,",
            "nn.Conv2d(out_channels, out_channels, 3, stride=stride,",
        ),
        probes=EVERYTHING,
        sentence="The stride is in the block's second convolution; the first one down-samples.",
        credit=0.5,
    ),
    mistake(
        "no_second_batchnorm",
        "resnet",
        Edit("        self.bn2 = nn.BatchNorm2d(out_channels)\n", ""),
        Edit("out = self.bn2(self.conv2(out))", "out = self.conv2(out)"),
        probes=EVERYTHING,
        sentence="Batch norm is missing after the block's second convolution; every convolution has one.",
        credit=0.25,
    ),
    mistake(
        "shared_batchnorm",
        "resnet",
        Edit("        self.bn2 = nn.BatchNorm2d(out_channels)\n", ""),
        Edit("self.bn2(self.conv2(out))", "self.bn1(self.conv2(out))"),
        probes=EVERYTHING,
        sentence="A block uses one batch norm twice; each convolution has its own, with its own statistics.",
        credit=0.25,
    ),
    mistake(
        "pre_activation",
        "resnet",
        Define("""
            class BasicBlock(nn.Module):
                def __init__(self, in_channels, out_channels, stride=1):
                    super().__init__()
                    self.stride, self.extra_channels = stride, out_channels - in_channels
                    self.bn1 = nn.BatchNorm2d(in_channels)
                    self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False)
                    self.bn2 = nn.BatchNorm2d(out_channels)
                    self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)

                def forward(self, x):
                    out = self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x))))))
                    shortcut = x[:, :, :: self.stride, :: self.stride]
                    return out + F.pad(shortcut, (0, 0, 0, 0, 0, self.extra_channels))
        """),
        probes=EVERYTHING,
        sentence="This is the later pre-activation block (He et al. 2016b); here batch norm follows the convolution.",
        credit=0.25,
    ),
)

ON_NETWORK = (
    mistake(
        "depth_14",
        "resnet",
        Edit("return ResNet(20, num_classes)", "return ResNet(14, num_classes)"),
        probes=("resnet.resnet20", "resnet.resnet20_gradients"),
        sentence="Your network has two blocks a stage, which is ResNet-14; depth 20 = 6n + 2 needs n = 3.",
        credit=0.25,
    ),
    mistake(
        "stem_of_imagenet",
        "resnet",
        Edit("nn.Conv2d(3, 16, 3, padding=1, bias=False)", "nn.Conv2d(3, 16, 7, stride=2, padding=3, bias=False)"),
        probes=NETWORK,
        sentence="Your first convolution is ImageNet's, 7x7 with stride 2; for 32x32 images it is 3x3 with stride 1.",
        credit=0.25,
    ),
    mistake(
        "max_pool_after_stem",
        "resnet",
        Edit(STEM, f"{STEM}, nn.MaxPool2d(3, 2, 1)"),
        probes=NETWORK,
        sentence="A max-pool follows your first convolution, as for ImageNet; the CIFAR network has none.",
        credit=0.25,
    ),
    mistake(
        "no_batchnorm_in_stem",
        "resnet",
        Edit("bias=False), nn.BatchNorm2d(16), nn.ReLU()", "bias=False), nn.ReLU()"),
        probes=NETWORK,
        sentence="Batch norm is missing after the first convolution; every convolution has one.",
        credit=0.5,
    ),
    mistake(
        "no_relu_in_stem",
        "resnet",
        Edit("nn.BatchNorm2d(16), nn.ReLU())", "nn.BatchNorm2d(16))"),
        probes=NETWORK,
        sentence="The ReLU after the first convolution's batch norm is missing.",
        credit=0.5,
    ),
    mistake(
        "first_stage_downsamples",
        "resnet",
        Edit("((16, 1), (32, 2), (64, 2))", "((16, 2), (32, 2), (64, 2))"),
        probes=NETWORK,
        sentence="Your first stage halves the image too; only the second and third stage begin with stride 2.",
        credit=0.25,
    ),
    mistake(
        "global_max_pool",
        "resnet",
        Edit(POOL, "return self.head(x.amax(dim=(2, 3)))"),
        probes=NETWORK,
        sentence="You take the maximum over the image at the end; it is global average pooling.",
        credit=0.5,
    ),
    mistake(
        "flattened_without_pooling",
        "resnet",
        Edit("nn.Linear(64, num_classes)", "nn.Linear(64 * 8 * 8, num_classes)"),
        Edit(POOL, "return self.head(x.flatten(1))"),
        probes=NETWORK,
        sentence="You flatten the 8x8 maps into the linear layer; global average pooling comes first.",
        credit=0.25,
    ),
    mistake(
        "softmax",
        "resnet",
        Edit(POOL, "return self.head(x.mean(dim=(2, 3))).softmax(dim=1)"),
        probes=NETWORK,
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "any_depth",
        "resnet",
        Edit(
            "        if remainder or n < 1:\n"
            '            raise ValueError(f"depth must be 6n + 2 with n >= 1, got {depth}")\n',
            "",
        ),
        probes=("resnet.depths",),
        sentence="ResNet accepts depths that do not exist; raise ValueError unless depth is 6n + 2 with n >= 1.",
        credit=0.5,
    ),
    mistake(
        "twenty_only",
        "resnet",
        Edit("n, remainder = divmod(depth - 2, 6)", "n, remainder = 3, (depth - 2) % 6"),
        probes=("resnet.depths",),
        sentence="ResNet always has three blocks a stage; the number follows from the depth, n = (depth - 2) / 6.",
    ),
    mistake(
        "ten_classes_only",
        "resnet",
        Edit("nn.Linear(64, num_classes)", "nn.Linear(64, 10)"),
        probes=("resnet.resnet20", "resnet.depths"),
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
        credit=0.5,
    ),
    mistake(
        "torchvision",
        "resnet",
        Define("""
            def resnet20(num_classes=10):
                from torchvision.models.resnet import BasicBlock, ResNet
                return ResNet(BasicBlock, [2, 2, 2, 2], num_classes)
        """),
        probes=("resnet.resnet20", "resnet.resnet20_gradients"),
        sentence="You return a network of torchvision.models; the handout asks for your own, the one for 32x32 images.",
    ),
)

VARIANTS: tuple[Variant, ...] = ON_BLOCK + ON_NETWORK + ACCEPTED
