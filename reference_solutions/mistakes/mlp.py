"""Variants of the forward pass of a multi-layer perceptron."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

BOTH = ("mlp.forward", "mlp.anywhere")
ANYWHERE = ("mlp.anywhere",)
HIDDEN, OUTPUT = "torch.relu(X @ W_h + b_h)", "torch.relu(hidden @ W_o + b_o)"

VARIANTS: tuple[Variant, ...] = (
    mistake(
        "no_output_relu",
        "mlp",
        Edit(OUTPUT, "hidden @ W_o + b_o"),
        probes=BOTH,
        credit=0.5,
        sentence="The output layer lacks its ReLU; here every layer has one.",
    ),
    mistake(
        "no_hidden_relu",
        "mlp",
        Edit(HIDDEN, "X @ W_h + b_h"),
        probes=BOTH,
        sentence="The hidden layer lacks its ReLU, so the two layers are one linear map.",
    ),
    mistake(
        "no_relu",
        "mlp",
        Edit(HIDDEN, "X @ W_h + b_h"),
        Edit(OUTPUT, "hidden @ W_o + b_o"),
        probes=BOTH,
        sentence="Neither layer has its ReLU, so the two layers are one linear map.",
    ),
    mistake(
        "no_biases",
        "mlp",
        Edit(HIDDEN, "torch.relu(X @ W_h)"),
        Edit(OUTPUT, "torch.relu(hidden @ W_o)"),
        probes=BOTH,
        sentence="You leave out the biases b_h and b_o.",
    ),
    mistake(
        "no_hidden_bias",
        "mlp",
        Edit(HIDDEN, "torch.relu(X @ W_h)"),
        probes=BOTH,
        sentence="You leave out the hidden layer's bias b_h.",
    ),
    mistake(
        "no_output_bias",
        "mlp",
        Edit(OUTPUT, "torch.relu(hidden @ W_o)"),
        probes=BOTH,
        sentence="You leave out the output layer's bias b_o.",
    ),
    mistake(
        "bias_after_relu",
        "mlp",
        Edit(HIDDEN, "torch.relu(X @ W_h) + b_h"),
        Edit(OUTPUT, "torch.relu(hidden @ W_o) + b_o"),
        probes=BOTH,
        sentence="You add the biases after ReLU; they belong inside it, ReLU(X W + b).",
    ),
    mistake(
        "sigmoid",
        "mlp",
        Edit("torch.relu(", "torch.sigmoid(", times=2),
        probes=BOTH,
        sentence="You use the sigmoid; every neuron of this network has ReLU.",
    ),
    mistake(
        "softmax_output",
        "mlp",
        Edit(OUTPUT, "torch.softmax(hidden @ W_o + b_o, dim=1)"),
        probes=BOTH,
        sentence="You end with softmax; this network's output layer has ReLU.",
    ),
    mistake(
        "leaky_relu",
        "mlp",
        Edit("torch.relu(", "torch.nn.functional.leaky_relu(", times=2),
        probes=BOTH,
        sentence="You use leaky ReLU; ReLU gives exactly zero for negative numbers.",
    ),
    mistake(
        "absolute_value",
        "mlp",
        Edit("torch.relu(", "torch.abs(", times=2),
        probes=BOTH,
        sentence="You take absolute values; ReLU replaces negative numbers by zero, max(0, z).",
    ),
    mistake(
        "maximum_of_row",
        "mlp",
        Edit(OUTPUT, "(hidden @ W_o + b_o).max(dim=1, keepdim=True).values.clamp(min=0)"),
        probes=("mlp.forward",),
        sentence="You take the largest output of each row; ReLU acts on each number by itself.",
    ),
    mistake(
        "transposed_weights",
        "mlp",
        Edit("X @ W_h", "X @ W_h.T"),
        Edit("hidden @ W_o", "hidden @ W_o.T"),
        probes=BOTH,
        sentence="You transpose the weights; W_h is (inputs, units) here, so X @ W_h fits as it is.",
    ),
    mistake(
        "returns_hidden",
        "mlp",
        Edit(f"return {OUTPUT}", "return hidden"),
        probes=BOTH,
        sentence="You return the hidden layer's outputs; the output layer is still to come.",
    ),
    mistake(
        "samples_as_columns",
        "mlp",
        Edit(f"return {OUTPUT}", f"return {OUTPUT}.T"),
        probes=BOTH,
        credit=0.5,
        sentence="You return (k, m); samples are rows, so the output is (m, k).",
    ),
    mistake(
        "mean_over_batch",
        "mlp",
        Edit(f"return {OUTPUT}", f"return {OUTPUT}.mean(dim=0)"),
        probes=BOTH,
        sentence="You average over the batch; the output keeps one row a sample, (m, k).",
    ),
    mistake(
        "float32",
        "mlp",
        Edit(HIDDEN, "torch.relu((X @ W_h + b_h).float().to(X.dtype))"),
        probes=BOTH,
        credit=0.5,
        sentence="You compute in float32 on the way; keep the dtype of X.",
    ),
    mistake(
        "relu_on_inputs",
        "mlp",
        Edit(
            "hidden = torch.relu(X @ W_h + b_h)",
            "with torch.no_grad():\n        X.clamp_(min=0)\n    hidden = torch.relu(X @ W_h + b_h)",
        ),
        probes=BOTH,
        sentence="You apply ReLU to the inputs, and in place; the input layer has no activation.",
    ),
    mistake(
        "detached",
        "mlp",
        Edit(f"return {OUTPUT}", f"return {OUTPUT}.detach()"),
        probes=ANYWHERE,
        credit=0.5,
        sentence="Your output is cut off from its arguments (detach, .data, numpy, no_grad), so nothing can be learnt.",
    ),
    mistake(
        "squeezed",
        "mlp",
        Edit(f"return {OUTPUT}", f"return {OUTPUT}.squeeze()"),
        probes=ANYWHERE,
        credit=0.5,
        sentence="You squeeze the output, so a batch of one sample loses its axis; keep (m, k) for every m.",
    ),
    mistake(
        "sizes_written_out",
        "mlp",
        Edit(HIDDEN, "torch.relu(X.reshape(-1, 10) @ W_h.reshape(10, 50) + b_h)"),
        probes=ANYWHERE,
        credit=0.5,
        sentence="You wrote 10 and 50 into the function; take the sizes from the arguments.",
    ),
    accepted(
        "linear",
        "mlp",
        Define("""
            import torch.nn.functional as F

            def mlp_forward(X, W_h, b_h, W_o, b_o):
                hidden = F.relu(F.linear(X, W_h.t(), b_h.reshape(-1)))
                return F.relu(F.linear(hidden, W_o.t(), b_o.flatten()))
        """),
        probes=BOTH,
    ),
    accepted(
        "bias_as_weight",
        "mlp",
        Define("""
            def mlp_forward(X, W_h, b_h, W_o, b_o):
                def layer(z, w, b):
                    ones = z.new_ones(len(z), 1)
                    return torch.clamp(torch.cat([ones, z], 1) @ torch.cat([b.view(1, -1), w]), min=0)

                return layer(layer(X, W_h, b_h), W_o, b_o)
        """),
        probes=BOTH,
    ),
    accepted(
        "einsum",
        "mlp",
        Edit(HIDDEN, 'torch.maximum(torch.einsum("mi,ih->mh", X, W_h) + b_h, torch.zeros((), dtype=X.dtype))'),
        Edit(OUTPUT, "(z := hidden.matmul(W_o).add(b_o)) * (z > 0)"),
        probes=BOTH,
    ),
)
