"""Variants of LeNet-5 and of its forms with dropout and with batch norm."""

from reference_solutions.mistakes.lenet_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Edit, Variant, mistake

LENET = ("lenet.lenet5", "lenet.lenet5_gradients")
DROPOUT, BATCHNORM = ("lenet.dropout",), ("lenet.batchnorm",)
EVERYWHERE = (*LENET, *DROPOUT, *BATCHNORM)
FIRST, SECOND = "nn.Conv2d(1, 6, 5, padding=2)", "nn.Conv2d(6, 16, 5)"
LAST = "            nn.Linear(84, num_classes),\n        )"
PLAIN_FORWARD = "return self.classifier(self.features(x))"
DROPPED = "flatten, first, nn.ReLU(), nn.Dropout(0.5), second, nn.ReLU(), nn.Dropout(0.5), last"
NORM1, NORM2 = "            nn.BatchNorm2d(6),\n", "            nn.BatchNorm2d(16),\n"

ON_LENET: tuple[Variant, ...] = (
    mistake(
        "no_padding",
        "lenet",
        Edit(FIRST, "nn.Conv2d(1, 6, 5)"),
        Edit("16 * 5 * 5", "16 * 4 * 4"),
        probes=EVERYWHERE,
        credit=0.25,
        sentence="The first convolution does not pad; LeNet-5 expects 32x32, so 28x28 needs padding 2 (400 inputs, "
        "not 256, to the linear part).",
    ),
    mistake(
        "padding_in_both",
        "lenet",
        Edit(SECOND, "nn.Conv2d(6, 16, 5, padding=2)"),
        Edit("16 * 5 * 5", "16 * 7 * 7"),
        probes=EVERYWHERE,
        credit=0.25,
        sentence="Both convolutions pad; only the first does (400 inputs to the linear part, not 784).",
    ),
    mistake(
        "kernels_of_three",
        "lenet",
        Edit(FIRST, "nn.Conv2d(1, 6, 3, padding=1)"),
        Edit(SECOND, "nn.Conv2d(6, 16, 3)"),
        Edit("16 * 5 * 5", "16 * 6 * 6"),
        probes=EVERYWHERE,
        sentence="Your kernels are 3x3; both of LeNet-5's are 5x5.",
    ),
    mistake(
        "tanh",
        "lenet",
        Edit("            nn.ReLU(),\n", "            nn.Tanh(),\n", times=6),
        Edit("nn.ReLU(), nn.Dropout(0.5)", "nn.Tanh(), nn.Dropout(0.5)", times=2),
        probes=EVERYWHERE,
        credit=0.5,
        sentence="You use tanh, as LeCun did in 1998; here it is ReLU.",
    ),
    mistake(
        "average_pool",
        "lenet",
        Edit("nn.MaxPool2d(2)", "nn.AvgPool2d(2)", times=4),
        probes=LENET,
        credit=0.5,
        sentence="You pool with the average, close to LeCun's sub-sampling; here it is max-pooling.",
    ),
    mistake(
        "overlapping_pool",
        "lenet",
        Edit("nn.MaxPool2d(2)", "nn.MaxPool2d(3, stride=2, padding=1)", times=4),
        probes=LENET,
        sentence="Your pooling windows are 3x3 and overlap; they are 2x2, side by side.",
    ),
    mistake(
        "no_relu_after_convolutions",
        "lenet",
        Edit("            nn.ReLU(),\n            nn.MaxPool2d(2),", "            nn.MaxPool2d(2),", times=4),
        Edit("first, *_, second, _, _ = plain.features", "first, _, second, _ = plain.features"),
        probes=LENET,
        sentence="The ReLU after the convolutions is missing.",
    ),
    mistake(
        "no_relu_between_linear_layers",
        "lenet",
        Edit("120),\n            nn.ReLU(),", "120),"),
        Edit("84),\n            nn.ReLU(),", "84),"),
        Edit("flatten, first, _, second, _, last", "flatten, first, second, last"),
        Edit("nn.ReLU(), nn.Dropout(0.5)", "nn.Dropout(0.5)", times=2),
        probes=LENET,
        sentence="The ReLU between the linear layers is missing; without it the three are one linear map.",
    ),
    mistake(
        "softmax",
        "lenet",
        Edit(PLAIN_FORWARD, "return self.classifier(self.features(x)).softmax(dim=1)", times=3),
        probes=EVERYWHERE,
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "log_softmax",
        "lenet",
        Edit(PLAIN_FORWARD, "return self.classifier(self.features(x)).log_softmax(dim=1)", times=3),
        probes=EVERYWHERE,
        sentence="You end with log-softmax; return logits, since cross-entropy applies it itself.",
    ),
    mistake(
        "relu_on_logits",
        "lenet",
        Edit(PLAIN_FORWARD, "return self.classifier(self.features(x)).relu()", times=3),
        probes=LENET,
        sentence="You put a ReLU on the logits, which cuts off every negative score.",
    ),
    mistake(
        "ten_classes_only",
        "lenet",
        Edit(LAST, LAST.replace("num_classes", "10")),
        probes=("lenet.lenet5",),
        credit=0.5,
        sentence="You wrote 10 for the number of classes; use the argument num_classes.",
    ),
    mistake(
        "no_bias",
        "lenet",
        Edit(FIRST, "nn.Conv2d(1, 6, 5, padding=2, bias=False)"),
        Edit(SECOND, "nn.Conv2d(6, 16, 5, bias=False)"),
        probes=LENET,
        credit=0.5,
        sentence="Your convolutions have no biases; LeNet-5's have (61,706 parameters in all).",
    ),
    mistake(
        "one_linear_layer_short",
        "lenet",
        Edit(
            "            nn.Linear(120, 84),\n            nn.ReLU(),\n            nn.Linear(84,",
            "            nn.Linear(120,",
        ),
        Edit("flatten, first, _, second, _, last", "flatten, first, _, last"),
        Edit("nn.Dropout(0.5), second, nn.ReLU(), nn.Dropout(0.5), last", "nn.Dropout(0.5), last"),
        probes=EVERYWHERE,
        sentence="The linear layer of 84 units is missing; LeNet-5 ends 400, 120, 84, 10.",
    ),
    mistake(
        "channels_last_flatten",
        "lenet",
        Edit(PLAIN_FORWARD, "return self.classifier(self.features(x).permute(0, 2, 3, 1).contiguous())", times=3),
        probes=LENET,
        credit=0.75,
        sentence="You flatten rows and columns before channels; flatten as nn.Flatten does, channels first.",
    ),
)

ON_DROPOUT: tuple[Variant, ...] = (
    mistake(
        "dropout_missing",
        "lenet",
        Edit(DROPPED, "flatten, first, nn.ReLU(), second, nn.ReLU(), last"),
        probes=DROPOUT,
        sentence="Nothing is dropped in training; put dropout after both hidden linear layers.",
    ),
    mistake(
        "dropout_after_first_only",
        "lenet",
        Edit("second, nn.ReLU(), nn.Dropout(0.5)", "second, nn.ReLU()"),
        probes=DROPOUT,
        credit=0.5,
        sentence="Only the layer of 120 units has dropout; that of 84 has it too.",
    ),
    mistake(
        "dropout_after_second_only",
        "lenet",
        Edit("first, nn.ReLU(), nn.Dropout(0.5)", "first, nn.ReLU()"),
        probes=DROPOUT,
        credit=0.5,
        sentence="Only the layer of 84 units has dropout; that of 120 has it too.",
    ),
    mistake(
        "dropout_of_a_fifth",
        "lenet",
        Edit("nn.Dropout(0.5)", "nn.Dropout(0.2)", times=2),
        probes=DROPOUT,
        credit=0.5,
        sentence="You drop with probability 0.2; the handout asks for 0.5.",
    ),
    mistake(
        "dropout_on_inputs_of_linear_part",
        "lenet",
        Edit("flatten, first, nn", "flatten, nn.Dropout(0.5), first, nn"),
        probes=DROPOUT,
        credit=0.5,
        sentence="You also drop the flattened maps; only the outputs of the two hidden linear layers are dropped.",
    ),
    mistake(
        "dropout_on_logits",
        "lenet",
        Edit("nn.Dropout(0.5), last", "nn.Dropout(0.5), last, nn.Dropout(0.5)"),
        probes=DROPOUT,
        sentence="You also drop logits, which sets scores of classes to zero at random.",
    ),
    mistake(
        "dropout_of_maps",
        "lenet",
        Edit("self.features = plain.features", "self.features = nn.Sequential(*plain.features, nn.Dropout2d(0.5))"),
        Edit(DROPPED, "flatten, first, nn.ReLU(), second, nn.ReLU(), last"),
        probes=DROPOUT,
        credit=0.25,
        sentence="You drop maps of the convolutions; dropout belongs to the linear part here.",
    ),
    mistake(
        "dropout_of_whole_samples",
        "lenet",
        Edit("nn.Dropout(0.5)", "nn.Dropout1d(0.5)", times=2),
        probes=DROPOUT,
        sentence="You drop all units of a sample together (Dropout1d or Dropout2d on a matrix); use nn.Dropout.",
    ),
    mistake(
        "dropout_in_evaluation",
        "lenet",
        Edit(
            PLAIN_FORWARD + "\n\n\nclass LeNet5BatchNorm",
            "return self.classifier.train()(self.features(x))\n\n\nclass LeNet5BatchNorm",
        ),
        probes=DROPOUT,
        credit=0.5,
        sentence="You drop in evaluation mode too (F.dropout needs training=self.training).",
    ),
    mistake(
        "dropout_not_scaled",
        "lenet",
        Edit("nn.Dropout(0.5)", "Unscaled()", times=2),
        Edit(
            "class LeNet5Dropout(nn.Module):",
            "class Unscaled(nn.Module):\n"
            "    def forward(self, x):\n"
            "        return x * (x.new_empty(x.shape).uniform_() > 0.5) if self.training else x\n\n\n"
            "class LeNet5Dropout(nn.Module):",
        ),
        probes=DROPOUT,
        credit=0.5,
        sentence="What is kept is not scaled by 2, so activations are twice as large in evaluation as in training.",
    ),
    mistake(
        "dropout_same_mask_for_batch",
        "lenet",
        Edit("nn.Dropout(0.5)", "Shared()", times=2),
        Edit(
            "class LeNet5Dropout(nn.Module):",
            "class Shared(nn.Module):\n"
            "    def forward(self, x):\n"
            "        return x * (x.new_empty(x.shape[1:]).uniform_() > 0.5) * 2 if self.training else x\n\n\n"
            "class LeNet5Dropout(nn.Module):",
        ),
        probes=DROPOUT,
        credit=0.5,
        sentence="One mask serves the whole batch; each sample needs its own.",
    ),
)

ON_BATCH_NORM: tuple[Variant, ...] = (
    mistake(
        "batchnorm_missing",
        "lenet",
        Edit(NORM1, ""),
        Edit(NORM2, ""),
        probes=BATCHNORM,
        sentence="There is no batch norm; put nn.BatchNorm2d between each convolution and its ReLU.",
    ),
    mistake(
        "batchnorm_after_relu",
        "lenet",
        Edit(NORM1 + "            nn.ReLU(),\n", "            nn.ReLU(),\n" + NORM1),
        Edit(NORM2 + "            nn.ReLU(),\n", "            nn.ReLU(),\n" + NORM2),
        probes=BATCHNORM,
        credit=0.5,
        sentence="You normalise after ReLU; batch norm stands between the convolution and its ReLU.",
    ),
    mistake(
        "batchnorm_after_pooling",
        "lenet",
        Edit(
            NORM1 + "            nn.ReLU(),\n            nn.MaxPool2d(2),\n",
            "            nn.ReLU(),\n            nn.MaxPool2d(2),\n" + NORM1,
        ),
        Edit(
            NORM2 + "            nn.ReLU(),\n            nn.MaxPool2d(2),\n",
            "            nn.ReLU(),\n            nn.MaxPool2d(2),\n" + NORM2,
        ),
        probes=BATCHNORM,
        credit=0.5,
        sentence="You normalise after pooling; batch norm stands between the convolution and its ReLU.",
    ),
    mistake(
        "one_batchnorm",
        "lenet",
        Edit(NORM2, ""),
        probes=BATCHNORM,
        credit=0.25,
        sentence="Batch norm is missing after the second convolution; each of the two has its own.",
    ),
    mistake(
        "batchnorm_in_linear_part",
        "lenet",
        Edit(
            "self.classifier = plain.classifier",
            "flatten, dense, relu, hidden, also, last = plain.classifier\n"
            "        self.classifier = nn.Sequential(\n"
            "            flatten, dense, nn.BatchNorm1d(120), relu, hidden, nn.BatchNorm1d(84), also, last\n"
            "        )",
        ),
        probes=BATCHNORM,
        credit=0.5,
        sentence="You normalise the linear layers too; batch norm follows the convolutions only.",
    ),
    mistake(
        "batchnorm_without_conv_bias",
        "lenet",
        Edit(
            "self.classifier = plain.classifier",
            "first.bias = second.bias = None\n        self.classifier = plain.classifier",
        ),
        probes=BATCHNORM,
        credit=0.75,
        sentence="You dropped the convolutions' biases. Batch norm makes them idle, but the handout keeps them.",
    ),
    mistake(
        "instance_norm",
        "lenet",
        Edit("nn.BatchNorm2d(6)", "nn.InstanceNorm2d(6, affine=True)"),
        Edit("nn.BatchNorm2d(16)", "nn.InstanceNorm2d(16, affine=True)"),
        probes=BATCHNORM,
        credit=0.25,
        sentence="You normalise each image by itself (instance norm); batch norm takes its statistics over the batch.",
    ),
    mistake(
        "no_running_statistics",
        "lenet",
        Edit("nn.BatchNorm2d(6)", "nn.BatchNorm2d(6, track_running_stats=False)"),
        Edit("nn.BatchNorm2d(16)", "nn.BatchNorm2d(16, track_running_stats=False)"),
        probes=BATCHNORM,
        credit=0.25,
        sentence="You keep no running statistics, so at test time an image's logits depend on its batch.",
    ),
    mistake(
        "momentum_of_tensorflow",
        "lenet",
        Edit("nn.BatchNorm2d(6)", "nn.BatchNorm2d(6, momentum=0.9)"),
        Edit("nn.BatchNorm2d(16)", "nn.BatchNorm2d(16, momentum=0.9)"),
        probes=BATCHNORM,
        credit=0.5,
        sentence="momentum=0.9 is TensorFlow's way of counting; PyTorch's default 0.1 is the share of the new batch.",
    ),
)

VARIANTS: tuple[Variant, ...] = ON_LENET + ON_DROPOUT + ON_BATCH_NORM + ACCEPTED
