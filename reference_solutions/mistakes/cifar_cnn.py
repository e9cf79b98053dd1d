"""Variants of the CIFAR network, its stages and its options."""

from reference_solutions.mistakes.cifar_cnn_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

PLAIN = ("cifar_cnn.network", "cifar_cnn.network_gradients", "cifar_cnn.dropout")
NETWORKS = (*PLAIN, "cifar_cnn.options")
EVERYTHING = ("cifar_cnn.stage", *NETWORKS)
WITH_OPTIONS = ("cifar_cnn.stage", "cifar_cnn.options")
DROPOUT = ("cifar_cnn.dropout",)
INNER = "inner = self.activation1(self.norm1(self.conv1(x)))"
SUM = "out = out + inner"
LAST = "return self.pool(self.activation2(out))"
BIAS = "padding=1, bias=not batch_norm"

ON_STAGE = (
    mistake(
        "no_inner_activation",
        "cifar_cnn",
        Edit(INNER, "inner = self.norm1(self.conv1(x))"),
        probes=EVERYTHING,
        sentence="The activation between a stage's two convolutions is missing, so that they amount to one.",
    ),
    mistake(
        "no_last_activation",
        "cifar_cnn",
        Edit(LAST, "return self.pool(out)"),
        probes=EVERYTHING,
        sentence="The activation after a stage's second convolution (and the sum) is missing.",
    ),
    mistake(
        "average_pooling",
        "cifar_cnn",
        Edit("nn.MaxPool2d(2)", "nn.AvgPool2d(2)"),
        probes=EVERYTHING,
        sentence="Your stages end with average pooling; the docstring asks for max pooling.",
        credit=0.25,
    ),
    mistake(
        "kernel_5",
        "cifar_cnn",
        Edit("channels, 3, padding=1", "channels, 5, padding=2", times=2),
        probes=EVERYTHING,
        sentence="Your convolutions are 5x5; they are 3x3 with padding 1.",
        credit=0.25,
    ),
    mistake(
        "activation_before_sum",
        "cifar_cnn",
        Edit(SUM, "return self.pool(self.activation2(out) + inner)"),
        probes=WITH_OPTIONS,
        sentence="The activation stands before the addition; the shortcut is added first, then comes the activation.",
    ),
    mistake(
        "no_shortcut",
        "cifar_cnn",
        Edit("self.residual = residual", "self.residual = False"),
        probes=WITH_OPTIONS,
        sentence="residual=True changes nothing: the input of the second convolution is never added.",
    ),
    mistake(
        "always_residual",
        "cifar_cnn",
        Edit("self.residual = residual", "self.residual = True"),
        probes=("cifar_cnn.stage", *PLAIN),
        sentence="You add the shortcut always; it belongs there only with residual=True.",
        credit=0.25,
    ),
    mistake(
        "shortcut_around_both",
        "cifar_cnn",
        Edit(
            "self.residual = residual",
            "self.residual = residual\n"
            "        self.shortcut = nn.Conv2d(in_channels, channels, 1, bias=False) if residual else None",
        ),
        Edit(SUM, "out = out + self.shortcut(x)"),
        probes=WITH_OPTIONS,
        sentence="Your shortcut goes around both convolutions, by a projection; it goes around the second one only.",
        credit=0.25,
    ),
    mistake(
        "batchnorm_after_activation",
        "cifar_cnn",
        Edit(INNER, "inner = self.norm1(self.activation1(self.conv1(x)))"),
        probes=WITH_OPTIONS,
        sentence="Batch norm follows the activation; here it stands between the convolution and the activation.",
        credit=0.25,
    ),
    mistake(
        "biases_before_batchnorm",
        "cifar_cnn",
        Edit(BIAS, "padding=1", times=2),
        probes=WITH_OPTIONS,
        sentence="Your convolutions have biases in front of batch norm, which subtracts them again; use "
        "bias=False there.",
        credit=0.5,
    ),
    mistake(
        "never_a_bias",
        "cifar_cnn",
        Edit(BIAS, "padding=1, bias=False", times=2),
        probes=("cifar_cnn.stage", *PLAIN),
        sentence="Your convolutions have no bias even without batch norm, where nothing else could shift "
        "their outputs.",
        credit=0.5,
    ),
    mistake(
        "one_batchnorm",
        "cifar_cnn",
        Edit("self.norm2 = nn.BatchNorm2d(channels) if batch_norm else nn.Identity()", "self.norm2 = nn.Identity()"),
        probes=WITH_OPTIONS,
        sentence="Batch norm is missing after a stage's second convolution; each convolution has its own.",
        credit=0.25,
    ),
    mistake(
        "batch_norm_ignored",
        "cifar_cnn",
        Edit("nn.BatchNorm2d(channels) if batch_norm else nn.Identity()", "nn.Identity()", times=2),
        Edit(BIAS, "padding=1", times=2),
        probes=WITH_OPTIONS,
        sentence="batch_norm=True changes nothing: there is no batch norm in your stages.",
    ),
)

CLASSIFIER_END = "nn.Linear(8 * width, num_classes),"
ON_NETWORK = (
    mistake(
        "hidden_128",
        "cifar_cnn",
        Edit("8 * width", "128", times=2),
        probes=NETWORKS,
        sentence="Your hidden layer always has 128 units; it has 8 * width.",
        credit=0.5,
    ),
    mistake(
        "global_pooling",
        "cifar_cnn",
        Edit("nn.Flatten(),", "nn.AdaptiveAvgPool2d(1), nn.Flatten(),"),
        Edit("nn.Linear(4 * 4 * 4 * width,", "nn.Linear(4 * width,"),
        probes=NETWORKS,
        sentence="You pool the last maps to one pixel; the 4x4 maps are flattened into the linear layer.",
        credit=0.25,
    ),
    mistake(
        "softmax",
        "cifar_cnn",
        Edit(CLASSIFIER_END, f"{CLASSIFIER_END} nn.Softmax(dim=1),"),
        probes=NETWORKS,
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "ten_classes_only",
        "cifar_cnn",
        Edit(CLASSIFIER_END, "nn.Linear(8 * width, 10),"),
        probes=NETWORKS,
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
        credit=0.5,
    ),
    mistake(
        "linear_classifier",
        "cifar_cnn",
        Edit("            activation(),\n", ""),
        probes=NETWORKS,
        sentence="The activation between the two linear layers is missing, so that they amount to one.",
    ),
    mistake(
        "activation_ignored",
        "cifar_cnn",
        Edit("self.activation1, self.activation2 = activation(), activation()", "self.activation1 = nn.ReLU()"),
        Edit("self.activation2(out)", "self.activation1(out)"),
        Edit("            activation(),\n", "            nn.ReLU(),\n"),
        probes=("cifar_cnn.options",),
        sentence="Your network uses ReLU whatever `activation` is.",
    ),
    mistake(
        "activation_in_stages_only",
        "cifar_cnn",
        Edit("            activation(),\n", "            nn.ReLU(),\n"),
        probes=("cifar_cnn.options",),
        sentence="Between the two linear layers you use ReLU whatever `activation` is.",
        credit=0.5,
    ),
    mistake(
        "activation_in_classifier_only",
        "cifar_cnn",
        Edit("batch_norm, residual, activation)", "batch_norm, residual)", times=3),
        probes=("cifar_cnn.options",),
        sentence="Your stages use ReLU whatever `activation` is; it reaches only the linear layers.",
        credit=0.25,
    ),
)

OWN_DROPOUT = """
    class CifarCNN(nn.Module):
        def __init__(
            self, num_classes=10, width=32, batch_norm=False, dropout=0.0, residual=False, activation=nn.ReLU
        ):
            super().__init__()
            sizes = [3, width, 2 * width, 4 * width]
            self.stages = nn.Sequential(
                *(Stage(a, b, batch_norm, residual, activation) for a, b in zip(sizes, sizes[1:]))
            )
            self.activation, self.dropout = activation(), dropout
            self.hidden, self.head = nn.Linear(64 * width, 8 * width), nn.Linear(8 * width, num_classes)

        def drop(self, x):
            {drop}

        def forward(self, x):
            x = self.drop(self.stages(x).flatten(1))
            return self.head(self.drop(self.activation(self.hidden(x))))
"""
ON_DROPOUT = (
    mistake(
        "dropout_ignored",
        "cifar_cnn",
        Edit("            nn.Dropout(dropout),\n", "", times=2),
        probes=DROPOUT,
        sentence="dropout=0.3 changes nothing: there is no dropout in your network.",
    ),
    mistake(
        "half_dropped",
        "cifar_cnn",
        Edit("nn.Dropout(dropout)", "nn.Dropout(0.5 if dropout else 0.0)", times=2),
        probes=DROPOUT,
        sentence="You always drop half; drop with the probability that `dropout` gives.",
        credit=0.5,
    ),
    mistake(
        "probability_to_keep",
        "cifar_cnn",
        Edit("nn.Dropout(dropout)", "nn.Dropout(1 - dropout if dropout else 0.0)", times=2),
        probes=DROPOUT,
        sentence="You take `dropout` for the probability to keep a number; it is the probability to drop it.",
        credit=0.25,
    ),
    mistake(
        "one_dropout",
        "cifar_cnn",
        Edit("            activation(),\n            nn.Dropout(dropout),\n", "            activation(),\n"),
        probes=DROPOUT,
        sentence="One dropout is missing: there is one in front of each of the two linear layers.",
        credit=0.5,
    ),
    mistake(
        "dropout_in_evaluation",
        "cifar_cnn",
        Define(OWN_DROPOUT.format(drop="return nn.functional.dropout(x, self.dropout)")),
        probes=DROPOUT,
        sentence="You drop in evaluation mode too; F.dropout needs training=self.training.",
    ),
    mistake(
        "dropout_unscaled",
        "cifar_cnn",
        Define(
            OWN_DROPOUT.format(drop="return x * (torch.rand_like(x) >= self.dropout) if self.training else x").replace(
                "class CifarCNN", "import torch\n\n\n    class CifarCNN", 1
            )
        ),
        probes=DROPOUT,
        sentence="What is kept must be divided by 1 - p while training, or evaluation sees larger numbers "
        "than training.",
    ),
)

VARIANTS: tuple[Variant, ...] = ON_STAGE + ON_NETWORK + ON_DROPOUT + ACCEPTED
