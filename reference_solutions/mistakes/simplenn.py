"""Variants of SimpleNN and of its forms with batch norm and with Swish."""

from reference_solutions.mistakes.simplenn_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

PLAIN = ("simplenn.simplenn", "simplenn.simplenn_gradients")
NORMALISED = ("simplenn.batchnorm", "simplenn.batchnorm_gradients", "simplenn.swish")
SWISH = ("simplenn.swish",)
LAST = "            nn.Linear(84, num_classes),\n"

ON_PLAIN = (
    mistake(
        "no_relu_after_convolutions",
        "simplenn",
        Edit("            nn.ReLU(),\n            nn.MaxPool2d(2),", "            nn.MaxPool2d(2),", times=2),
        probes=PLAIN,
        sentence="The ReLU after the convolutions is missing; each is followed by ReLU, then by max-pooling.",
    ),
    mistake(
        "no_relu_between_linear_layers",
        "simplenn",
        Edit("nn.Linear(120, 84),\n            nn.ReLU(),", "nn.Linear(120, 84),"),
        Edit("nn.Linear(16 * 6 * 6, 120),\n            nn.ReLU(),", "nn.Linear(16 * 6 * 6, 120),"),
        probes=PLAIN,
        sentence="The ReLU between the linear layers is missing; without it the three are one linear map.",
    ),
    mistake(
        "padding",
        "simplenn",
        Edit(
            "            nn.Conv2d(3, 8, 5),\n            nn.ReLU",
            "            nn.Conv2d(3, 8, 5, padding=2),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Conv2d(8, 16, 3),\n            nn.ReLU",
            "            nn.Conv2d(8, 16, 3, padding=1),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Linear(16 * 6 * 6, 120),\n            nn.ReLU",
            "            nn.Linear(16 * 8 * 8, 120),\n            nn.ReLU",
        ),
        probes=PLAIN,
        sentence="You pad the convolutions; without padding the maps are 6x6 at the end, and 16 of them make 576.",
    ),
    mistake(
        "softmax",
        "simplenn",
        Edit(LAST, LAST + "            nn.Softmax(dim=1),\n"),
        probes=PLAIN,
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "log_softmax",
        "simplenn",
        Edit(LAST, LAST + "            nn.LogSoftmax(dim=1),\n"),
        probes=PLAIN,
        sentence="You end with log-softmax; return logits, since cross-entropy applies it itself.",
    ),
    mistake(
        "relu_on_logits",
        "simplenn",
        Edit(LAST, LAST + "            nn.ReLU(),\n"),
        probes=PLAIN,
        sentence="You put a ReLU on the logits, which cuts off every negative score; the last linear layer is the end.",
    ),
    mistake(
        "kernels_swapped",
        "simplenn",
        Edit(
            "            nn.Conv2d(3, 8, 5),\n            nn.ReLU",
            "            nn.Conv2d(3, 8, 3),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Conv2d(8, 16, 3),\n            nn.ReLU",
            "            nn.Conv2d(8, 16, 5),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Linear(16 * 6 * 6, 120),\n            nn.ReLU",
            "            nn.Linear(16 * 5 * 5, 120),\n            nn.ReLU",
        ),
        probes=PLAIN,
        sentence="The kernel sizes are swapped: the first convolution is 5x5, the second 3x3.",
    ),
    mistake(
        "lenet_of_the_tutorial",
        "simplenn",
        Edit(
            "            nn.Conv2d(3, 8, 5),\n            nn.ReLU",
            "            nn.Conv2d(3, 6, 5),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Conv2d(8, 16, 3),\n            nn.ReLU",
            "            nn.Conv2d(6, 16, 5),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Linear(16 * 6 * 6, 120),\n            nn.ReLU",
            "            nn.Linear(16 * 5 * 5, 120),\n            nn.ReLU",
        ),
        probes=PLAIN,
        sentence="This is the network of PyTorch's tutorial; here it is 5x5 to 8 maps, then 3x3 to 16.",
    ),
    mistake(
        "average_pool",
        "simplenn",
        Edit("            nn.MaxPool2d(2),", "            nn.AvgPool2d(2),", times=2),
        probes=PLAIN,
        sentence="You pool with the average; the handout asks for max-pooling.",
    ),
    mistake(
        "tanh",
        "simplenn",
        Edit("            nn.ReLU(),", "            nn.Tanh(),", times=4),
        probes=PLAIN,
        sentence="You use tanh, as LeNet-5 did; the handout asks for ReLU.",
    ),
    mistake(
        "ten_classes_only",
        "simplenn",
        Edit(LAST, "            nn.Linear(84, 10),\n"),
        probes=("simplenn.simplenn",),
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
        credit=0.5,
    ),
    mistake(
        "no_bias",
        "simplenn",
        Edit(
            "            nn.Conv2d(3, 8, 5),\n            nn.ReLU",
            "            nn.Conv2d(3, 8, 5, bias=False),\n            nn.ReLU",
        ),
        Edit(
            "            nn.Conv2d(8, 16, 3),\n            nn.ReLU",
            "            nn.Conv2d(8, 16, 3, bias=False),\n            nn.ReLU",
        ),
        probes=PLAIN,
        sentence="Your convolutions have no biases; SimpleNN's do (82,030 parameters in all).",
        credit=0.5,
    ),
    mistake(
        "channels_last_flatten",
        "simplenn",
        Edit(
            "return self.classifier(self.features(x))", "return self.classifier(self.features(x).permute(0, 2, 3, 1))"
        ),
        probes=PLAIN,
        sentence="You flatten rows and columns before channels; flatten as nn.Flatten does, channels first.",
        credit=0.75,
    ),
    mistake(
        "mixes_images",
        "simplenn",
        Edit(
            "return self.classifier(self.features(x))", "return self.classifier(self.features(x).reshape(576, -1).t())"
        ),
        probes=PLAIN,
        sentence="Your flattening mixes the images of a batch; keep the batch axis, as x.flatten(1) does.",
    ),
    mistake(
        "dropout",
        "simplenn",
        Edit(
            "nn.Linear(120, 84),\n            nn.ReLU(),",
            "nn.Linear(120, 84),\n            nn.ReLU(),\n            nn.Dropout(0.5),",
        ),
        probes=PLAIN,
        sentence="You added dropout; SimpleNN has none, so the same input must give the same logits in training mode.",
        credit=0.5,
    ),
)

ON_BATCH_NORM = (
    mistake(
        "batchnorm_after_relu",
        "simplenn",
        Edit("nn.BatchNorm2d(8),\n        activation(),", "activation(),\n        nn.BatchNorm2d(8),"),
        Edit("nn.BatchNorm2d(16),\n        activation(),", "activation(),\n        nn.BatchNorm2d(16),"),
        probes=NORMALISED,
        sentence="You normalise after the activation; batch norm stands between the convolution and its ReLU.",
        credit=0.5,
    ),
    mistake(
        "batchnorm_after_pooling",
        "simplenn",
        Edit(
            "nn.BatchNorm2d(8),\n        activation(),\n        nn.MaxPool2d(2),",
            "activation(),\n        nn.MaxPool2d(2),\n        nn.BatchNorm2d(8),",
        ),
        Edit(
            "nn.BatchNorm2d(16),\n        activation(),\n        nn.MaxPool2d(2),",
            "activation(),\n        nn.MaxPool2d(2),\n        nn.BatchNorm2d(16),",
        ),
        probes=NORMALISED,
        sentence="You normalise after pooling; batch norm stands between the convolution and its ReLU.",
        credit=0.5,
    ),
    mistake(
        "one_batchnorm",
        "simplenn",
        Edit("        nn.BatchNorm2d(16),\n", ""),
        probes=NORMALISED,
        sentence="Batch norm is missing after the second convolution; each of the two has its own.",
        credit=0.25,
    ),
    mistake(
        "batchnorm_without_conv_bias",
        "simplenn",
        Edit("nn.Conv2d(3, 8, 5),\n        nn.Batch", "nn.Conv2d(3, 8, 5, bias=False),\n        nn.Batch"),
        Edit("nn.Conv2d(8, 16, 3),\n        nn.Batch", "nn.Conv2d(8, 16, 3, bias=False),\n        nn.Batch"),
        probes=NORMALISED,
        sentence="You dropped the convolutions' biases. Batch norm makes them idle, but the handout keeps them.",
        credit=0.75,
    ),
    mistake(
        "batchnorm_in_linear_part",
        "simplenn",
        Edit(
            "nn.Linear(120, 84),\n        activation(),",
            "nn.Linear(120, 84),\n        nn.BatchNorm1d(84),\n        activation(),",
        ),
        Edit(
            "nn.Linear(16 * 6 * 6, 120),\n        activation(),",
            "nn.Linear(16 * 6 * 6, 120),\n        nn.BatchNorm1d(120),\n        activation(),",
        ),
        probes=NORMALISED,
        sentence="You normalise the linear layers too; batch norm follows the convolutions only.",
        credit=0.5,
    ),
    mistake(
        "no_running_statistics",
        "simplenn",
        Edit("nn.BatchNorm2d(8)", "nn.BatchNorm2d(8, track_running_stats=False)"),
        Edit("nn.BatchNorm2d(16)", "nn.BatchNorm2d(16, track_running_stats=False)"),
        probes=("simplenn.batchnorm", "simplenn.swish"),
        sentence="You keep no running statistics, so at test time an image's logits depend on its batch.",
        credit=0.25,
    ),
    mistake(
        "momentum_of_tensorflow",
        "simplenn",
        Edit("nn.BatchNorm2d(8)", "nn.BatchNorm2d(8, momentum=0.9)"),
        Edit("nn.BatchNorm2d(16)", "nn.BatchNorm2d(16, momentum=0.9)"),
        probes=("simplenn.batchnorm", "simplenn.swish"),
        sentence="momentum=0.9 is TensorFlow's way of counting; PyTorch's default 0.1 is the share of the new batch.",
        credit=0.5,
    ),
    mistake(
        "no_affine",
        "simplenn",
        Edit("nn.BatchNorm2d(8)", "nn.BatchNorm2d(8, affine=False)"),
        Edit("nn.BatchNorm2d(16)", "nn.BatchNorm2d(16, affine=False)"),
        probes=NORMALISED,
        sentence="Your batch norm has no scale and shift (affine=False); they are part of it and are learned.",
        credit=0.5,
    ),
)

ON_SWISH = (
    mistake(
        "relu_for_swish",
        "simplenn",
        Edit("normalised_simplenn(Swish, num_classes)", "normalised_simplenn(nn.ReLU, num_classes)"),
        probes=SWISH,
        sentence="SimpleNNSwish still uses ReLU; put your Swish in place of every ReLU.",
    ),
    mistake(
        "built_in_silu",
        "simplenn",
        Edit("normalised_simplenn(Swish, num_classes)", "normalised_simplenn(nn.SiLU, num_classes)"),
        probes=SWISH,
        sentence="SimpleNNSwish uses PyTorch's nn.SiLU; the handout asks for your own Swish.",
    ),
    mistake(
        "swish_in_convolutions_only",
        "simplenn",
        Edit("120),\n        activation(),", "120),\n        nn.ReLU(),"),
        Edit("84),\n        activation(),", "84),\n        nn.ReLU(),"),
        probes=SWISH,
        sentence="The linear part still uses ReLU; put your Swish in place of every ReLU.",
        credit=0.5,
    ),
    mistake(
        "swish_after_relu",
        "simplenn",
        Edit(
            "self.net = normalised_simplenn(Swish, num_classes)",
            "self.net = normalised_simplenn(lambda: nn.Sequential(nn.ReLU(), Swish()), num_classes)",
        ),
        probes=SWISH,
        sentence="You apply Swish after ReLU, so it never sees a negative number; put it in place of ReLU.",
    ),
    mistake(
        "swish_without_batchnorm",
        "simplenn",
        Define("""
            class SimpleNNSwish(SimpleNN):
                def __init__(self, num_classes=10):
                    super().__init__(num_classes)
                    for part in (self.features, self.classifier):
                        for i, layer in enumerate(part):
                            if isinstance(layer, nn.ReLU):
                                part[i] = Swish()
        """),
        probes=SWISH,
        sentence="SimpleNNSwish has no batch norm; it is SimpleNNBatchNorm with Swish in place of ReLU.",
        credit=0.25,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_PLAIN + ON_BATCH_NORM + ON_SWISH + ACCEPTED
