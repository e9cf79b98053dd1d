"""Variants of dropout and of the multilayer perceptron."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

LAYER, PLAIN, DROPPED = ("dropout_mlp.dropout",), ("dropout_mlp.mlp",), ("dropout_mlp.mlp_dropout",)
MASK = "kept = torch.rand_like(x) >= self.p"
SCALED = "return x * kept / (1 - self.p)"
EVALUATION = "            return x\n"
CHECKED = '        if not 0 <= p < 1:\n            raise ValueError(f"p must be at least 0 and less than 1, got {p}")\n'
FIRST, SECOND = "nn.Linear(inputs, first),\n            nn.ReLU(),", "nn.Linear(first, second),\n            nn.ReLU(),"
LAST = "            nn.Linear(second, classes),\n"
HIDDEN = "            Dropout(hidden_dropout),\n"

ON_DROPOUT = (
    mistake(
        "no_scaling",
        "dropout_mlp",
        Edit(SCALED, "return x * kept"),
        probes=LAYER + DROPPED,
        credit=0.25,
        sentence="Nothing is scaled: divide what is kept by 1 - p in training, or multiply by 1 - p in evaluation.",
    ),
    mistake(
        "scaled_twice",
        "dropout_mlp",
        Edit(EVALUATION, "            return x * (1 - self.p)\n"),
        probes=LAYER + DROPPED,
        credit=0.25,
        sentence="You scale in training and in evaluation; one of the two is enough.",
    ),
    mistake(
        "multiplied_in_training",
        "dropout_mlp",
        Edit(SCALED, "return x * kept * (1 - self.p)"),
        probes=LAYER + DROPPED,
        credit=0.25,
        sentence="You multiply by 1 - p in training; what is kept has to grow there, so divide.",
    ),
    mistake(
        "divided_by_p",
        "dropout_mlp",
        Edit(MASK, "kept = torch.rand_like(x) >= self.p\n        if self.p == 0:\n            return x"),
        Edit(SCALED, "return x * kept / self.p"),
        probes=LAYER + DROPPED,
        credit=0.25,
        sentence="You scale by p, the share that is dropped; scale by 1 - p, the share that is kept.",
    ),
    mistake(
        "keep_probability",
        "dropout_mlp",
        Edit(MASK, "kept = torch.rand_like(x) < self.p if self.p else torch.ones_like(x)"),
        Edit(SCALED, "return x * kept / (self.p or 1)"),
        probes=LAYER + DROPPED,
        credit=0.25,
        sentence="You take p for the probability of keeping; it is that of dropping.",
    ),
    mistake(
        "active_in_evaluation",
        "dropout_mlp",
        Edit("        if not self.training:\n            return x\n", ""),
        probes=LAYER + DROPPED,
        sentence="Dropout is active in evaluation too; look at self.training.",
    ),
    mistake(
        "mask_kept",
        "dropout_mlp",
        Edit(
            MASK,
            "if not hasattr(self, 'mask') or self.mask.shape != x.shape:\n"
            "            self.mask = torch.rand_like(x) >= self.p\n"
            "        kept = self.mask",
        ),
        probes=LAYER,
        sentence="The mask is drawn once and kept; draw a new one in every call.",
    ),
    mistake(
        "one_mask_for_the_batch",
        "dropout_mlp",
        Edit(MASK, "kept = torch.rand_like(x[:1]) >= self.p"),
        probes=LAYER,
        credit=0.5,
        sentence="All samples of a batch share one mask; every element is dropped on its own.",
    ),
    mistake(
        "whole_samples",
        "dropout_mlp",
        Edit(MASK, "kept = torch.rand_like(x[:, :1]) >= self.p"),
        probes=LAYER,
        credit=0.25,
        sentence="Whole samples are dropped or kept; every element is dropped on its own.",
    ),
    mistake(
        "normal_numbers",
        "dropout_mlp",
        Edit(MASK, "kept = torch.randn_like(x) >= self.p if self.p else torch.ones_like(x)"),
        probes=LAYER + DROPPED,
        credit=0.25,
        sentence="You compare normal numbers with p (randn); uniform ones are less than p with probability p (rand).",
    ),
    mistake(
        "kept_are_one",
        "dropout_mlp",
        Edit(SCALED, "return x.detach() * kept / (1 - self.p)"),
        probes=LAYER,
        sentence="No gradient flows through your dropout: the input was cut off from the graph (detach or .data).",
    ),
    mistake(
        "any_probability",
        "dropout_mlp",
        Edit(CHECKED, ""),
        probes=LAYER,
        credit=0.5,
        sentence="Dropout accepts probabilities that make no sense; raise ValueError unless 0 <= p < 1.",
    ),
    mistake(
        "probability_of_one",
        "dropout_mlp",
        Edit("if not 0 <= p < 1:", "if not 0 <= p <= 1:"),
        probes=LAYER,
        credit=0.5,
        sentence="Dropout accepts p = 1, which divides by zero; raise ValueError unless 0 <= p < 1.",
    ),
    mistake(
        "torch_dropout",
        "dropout_mlp",
        Edit(f"{MASK}\n        {SCALED}", "return nn.functional.dropout(x, self.p)"),
        probes=LAYER + DROPPED,
        sentence="You use PyTorch's own dropout; draw the mask yourself.",
    ),
)

ON_MLP = (
    mistake(
        "no_second_relu",
        "dropout_mlp",
        Edit(SECOND, "nn.Linear(first, second),"),
        probes=PLAIN,
        credit=0.5,
        sentence="The ReLU after the second layer is missing, so the last two layers are one linear map.",
    ),
    mistake(
        "no_relu",
        "dropout_mlp",
        Edit("            nn.ReLU(),\n", "", times=2),
        probes=PLAIN,
        sentence="There is no ReLU in your network, so it is one linear map.",
    ),
    mistake(
        "relu_on_logits",
        "dropout_mlp",
        Edit(LAST, f"{LAST}            nn.ReLU(),\n"),
        probes=PLAIN,
        credit=0.5,
        sentence="A ReLU follows the last layer; logits may be negative.",
    ),
    mistake(
        "softmax",
        "dropout_mlp",
        Edit(LAST, f"{LAST}            nn.Softmax(dim=1),\n"),
        probes=PLAIN,
        credit=0.5,
        sentence="You end with softmax; return logits, since cross-entropy applies the softmax itself.",
    ),
    mistake(
        "sigmoid",
        "dropout_mlp",
        Edit("nn.ReLU()", "nn.Sigmoid()", times=2),
        probes=PLAIN,
        credit=0.25,
        sentence="The activation is ReLU; yours is the sigmoid.",
    ),
    mistake(
        "not_flattened",
        "dropout_mlp",
        Edit("            nn.Flatten(),\n", ""),
        probes=PLAIN,
        credit=0.5,
        sentence="Images of shape (N, 3, 32, 32) reach the first layer unflattened; flatten them to (N, 3072).",
    ),
    mistake(
        "no_biases",
        "dropout_mlp",
        Edit("nn.Linear(inputs, first)", "nn.Linear(inputs, first, bias=False)"),
        Edit("nn.Linear(first, second)", "nn.Linear(first, second, bias=False)"),
        Edit("nn.Linear(second, classes)", "nn.Linear(second, classes, bias=False)"),
        probes=PLAIN,
        credit=0.5,
        sentence="Your layers have no biases, which is 2,010 parameters fewer.",
    ),
    mistake(
        "sizes_ignored",
        "dropout_mlp",
        Edit("inputs, first, second, classes = sizes", "inputs, first, second, classes = sizes[0], 1000, 1000, 10"),
        probes=PLAIN + DROPPED,
        credit=0.5,
        sentence="You wrote the numbers of units into the code; use the argument sizes.",
    ),
    mistake(
        "one_hidden_layer",
        "dropout_mlp",
        Edit(f"            {SECOND}\n{HIDDEN}", ""),
        Edit("nn.Linear(second, classes)", "nn.Linear(first, classes)"),
        probes=PLAIN + DROPPED,
        credit=0.25,
        sentence="Your network has one hidden layer; there are two.",
    ),
    mistake(
        "batchnorm_added",
        "dropout_mlp",
        Edit(FIRST, "nn.Linear(inputs, first),\n            nn.BatchNorm1d(first),\n            nn.ReLU(),"),
        probes=PLAIN,
        credit=0.25,
        sentence="There is batch norm in your network; this one has none.",
    ),
    mistake(
        "no_input_dropout",
        "dropout_mlp",
        Edit("            Dropout(input_dropout),\n", ""),
        probes=DROPPED,
        credit=0.5,
        sentence="No inputs are dropped; apply dropout to the input as well, with input_dropout.",
    ),
    mistake(
        "no_hidden_dropout",
        "dropout_mlp",
        Edit(HIDDEN, "", times=2),
        probes=DROPPED,
        credit=0.25,
        sentence="No hidden units are dropped; apply dropout after each hidden layer, with hidden_dropout.",
    ),
    mistake(
        "first_hidden_layer_only",
        "dropout_mlp",
        Edit(f"{HIDDEN}{LAST}", LAST),
        probes=DROPPED,
        credit=0.5,
        sentence="Dropout is missing after the second hidden layer.",
    ),
    mistake(
        "second_hidden_layer_only",
        "dropout_mlp",
        Edit(f"{HIDDEN}            nn.Linear(first", "            nn.Linear(first"),
        probes=DROPPED,
        credit=0.5,
        sentence="Dropout is missing after the first hidden layer.",
    ),
    mistake(
        "rates_swapped",
        "dropout_mlp",
        Edit(
            "        inputs, first",
            "        input_dropout, hidden_dropout = hidden_dropout, input_dropout\n        inputs, first",
        ),
        probes=DROPPED,
        credit=0.5,
        sentence="The two dropout rates are swapped: input_dropout belongs to the input, hidden_dropout to the rest.",
    ),
    mistake(
        "one_rate",
        "dropout_mlp",
        Edit("Dropout(input_dropout)", "Dropout(hidden_dropout)"),
        probes=DROPPED,
        credit=0.5,
        sentence="The input is dropped with the hidden layers' rate; use input_dropout there.",
    ),
    mistake(
        "logits_dropped",
        "dropout_mlp",
        Edit(LAST, f"{LAST}{HIDDEN}"),
        probes=DROPPED,
        credit=0.5,
        sentence="Dropout follows the last layer too, which sets logits to zero; drop inputs and hidden units only.",
    ),
    mistake(
        "rates_ignored",
        "dropout_mlp",
        Edit("            Dropout(input_dropout),\n", ""),
        Edit(HIDDEN, "", times=2),
        probes=DROPPED,
        sentence="MLP ignores both dropout rates.",
    ),
)

OTHER_WAYS = (
    accepted(
        "scaled_in_evaluation",
        "dropout_mlp",
        Edit(SCALED, "return x * kept"),
        Edit(EVALUATION, "            return x * (1 - self.p)\n"),
        probes=LAYER + PLAIN + DROPPED,
    ),
    accepted(
        "bernoulli",
        "dropout_mlp",
        Define("""
            class Dropout(nn.Module):
                def __init__(self, p=0.5):
                    super().__init__()
                    if p < 0 or p >= 1:
                        raise ValueError("impossible probability")
                    self.keep = 1 - p

                def forward(self, x):
                    if self.training:
                        return x * torch.bernoulli(torch.full_like(x, self.keep)).div(self.keep)
                    return x
        """),
        probes=LAYER + PLAIN + DROPPED,
    ),
    accepted(
        "masked_fill",
        "dropout_mlp",
        Edit(f"{MASK}\n        {SCALED}", "return x.masked_fill(torch.rand(x.shape) < self.p, 0.0) / (1 - self.p)"),
        probes=LAYER + PLAIN + DROPPED,
    ),
    accepted(
        "dropped_before_relu",
        "dropout_mlp",
        Edit(f"nn.ReLU(),\n{HIDDEN}", "Dropout(hidden_dropout),\n            nn.ReLU(),\n", times=2),
        probes=LAYER + PLAIN + DROPPED,
    ),
    accepted(
        "function_by_function",
        "dropout_mlp",
        Define("""
            class MLP(nn.Module):
                def __init__(self, input_dropout=0.0, hidden_dropout=0.0, sizes=(3072, 1000, 1000, 10)):
                    super().__init__()
                    self.drop_in, self.drop = Dropout(input_dropout), Dropout(hidden_dropout)
                    self.out = nn.Linear(sizes[2], sizes[3])
                    self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes[:2], sizes[1:3]))

                def forward(self, x):
                    x = self.drop_in(x.view(len(x), -1))
                    for layer in self.hidden:
                        x = self.drop(layer(x).clamp(min=0))
                    return self.out(x)
        """),
        probes=LAYER + PLAIN + DROPPED,
    ),
    accepted(
        "layers_transposed",
        "dropout_mlp",
        Define("""
            import math

            class Dense(nn.Module):
                def __init__(self, inputs, outputs):
                    super().__init__()
                    self.weight = nn.Parameter(torch.randn(inputs, outputs) / math.sqrt(inputs))
                    self.bias = nn.Parameter(torch.zeros(1, outputs))

                def forward(self, x):
                    return x @ self.weight + self.bias


            class MLP(nn.Module):
                def __init__(self, input_dropout=0.0, hidden_dropout=0.0, sizes=(3072, 1000, 1000, 10)):
                    super().__init__()
                    layers = [nn.Flatten(), Dropout(input_dropout)]
                    for a, b in zip(sizes[:-2], sizes[1:-1]):
                        layers += [Dense(a, b), nn.ReLU(), Dropout(hidden_dropout)]
                    self.stack = nn.Sequential(*layers, Dense(sizes[-2], sizes[-1]))

                def forward(self, x):
                    return self.stack(x)
        """),
        probes=LAYER + PLAIN + DROPPED,
    ),
)

VARIANTS: tuple[Variant, ...] = ON_DROPOUT + ON_MLP + OTHER_WAYS
