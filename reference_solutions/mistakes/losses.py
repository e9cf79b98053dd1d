"""Variants of the cross-entropy and the penalties."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

STABLE = ("losses.cross_entropy_stable",)
BOTH = ("losses.cross_entropy", *STABLE)
L2, L1 = ("losses.l2_penalty",), ("losses.l1_penalty",)


def _cross_entropy(*lines: str) -> Define:
    return Define("\n".join(["def cross_entropy(logits, targets):", *(f"    {line}" for line in lines)]))


CROSS_ENTROPY: tuple[Variant, ...] = (
    mistake(
        "softmax_first",
        "losses",
        Edit("shifted = logits - logits", "logits = logits.softmax(dim=1)\n    shifted = logits - logits"),
        probes=BOTH,
        sentence="You take the softmax before a cross-entropy that takes it again; pass the logits as they are.",
    ),
    mistake(
        "sum_for_mean",
        "losses",
        Edit("(log_normaliser - picked).mean()", "(log_normaliser - picked).sum()"),
        probes=BOTH,
        sentence="You add the losses of the batch up; divide by the number of images, so that batch size does "
        "not matter.",
    ),
    mistake(
        "not_reduced",
        "losses",
        Edit("(log_normaliser - picked).mean()", "log_normaliser - picked"),
        probes=BOTH,
        sentence="You return one loss an image; the mean over the batch is asked for.",
    ),
    mistake(
        "mean_over_classes",
        "losses",
        _cross_entropy(
            "log_p = logits - logits.logsumexp(dim=1, keepdim=True)",
            "return -(torch.eye(logits.shape[1])[targets] * log_p).mean()",
        ),
        probes=BOTH,
        sentence="Your mean also runs over the classes, so the loss is smaller by their number; divide by the "
        "batch only.",
    ),
    mistake(
        "missing_minus",
        "losses",
        Edit("(log_normaliser - picked).mean()", "(picked - log_normaliser).mean()"),
        probes=BOTH,
        sentence="The minus sign is missing: the loss is negative, and training would make the network worse.",
    ),
    mistake(
        "own_guess_as_target",
        "losses",
        Edit("shifted.gather(1, targets.unsqueeze(1)).squeeze(1)", "shifted.max(dim=1).values"),
        probes=BOTH,
        sentence="You score the most likely class instead of the target's class, so the labels are never used.",
    ),
    mistake(
        "softmax_over_batch",
        "losses",
        Edit("shifted.exp().sum(dim=1).log()", "shifted.exp().sum(dim=0).log()[targets]"),
        probes=BOTH,
        sentence="Your softmax is normalised over the batch (dim 0) instead of over the classes (dim 1).",
    ),
    mistake(
        "log2",
        "losses",
        Edit("(log_normaliser - picked).mean()", "(log_normaliser - picked).mean() / 0.6931471805599453"),
        probes=BOTH,
        sentence="You use the logarithm to base 2; cross-entropy here is in natural logarithms (ln 10 = 2.303 "
        "at the start).",
    ),
    mistake(
        "overflow",
        "losses",
        Edit("shifted = logits - logits.max(dim=1, keepdim=True).values", "shifted = logits"),
        probes=STABLE,
        sentence="exp overflows for large logits and gives inf or NaN; subtract each row's maximum first.",
    ),
    mistake(
        "log_of_zero",
        "losses",
        _cross_entropy(
            "p = logits.softmax(dim=1)",
            "return -p.gather(1, targets.unsqueeze(1)).log().mean()",
        ),
        probes=STABLE,
        sentence="A probability that underflows to 0 gives log(0) = -inf; work with logits minus log-sum-exp, "
        "not with log(softmax).",
    ),
    mistake(
        "epsilon_in_log",
        "losses",
        _cross_entropy(
            "p = logits.softmax(dim=1)",
            "return -(p.gather(1, targets.unsqueeze(1)) + 1e-8).log().mean()",
        ),
        probes=BOTH,
        sentence="Adding an epsilon inside the logarithm hides the overflow and caps the loss; use log-sum-exp "
        "instead.",
    ),
    mistake(
        "global_maximum",
        "losses",
        Edit("logits.max(dim=1, keepdim=True).values", "logits.min()"),
        probes=STABLE,
        sentence="You shift by the smallest logit; subtract the largest of each row, so that no exp can overflow.",
    ),
    mistake(
        "detached",
        "losses",
        Edit("shifted = logits - logits", "logits = logits.detach()\n    shifted = logits - logits"),
        probes=BOTH,
        sentence="Your loss is cut off from the graph (detach, .data, .item() or numpy), so no gradient reaches "
        "the network.",
    ),
    mistake(
        "torch_cross_entropy",
        "losses",
        _cross_entropy("return torch.nn.functional.cross_entropy(logits, targets)"),
        probes=BOTH,
        sentence="You call PyTorch's own cross-entropy; write it from exp, sum and log (or logsumexp).",
    ),
    accepted(
        "logsumexp",
        "losses",
        _cross_entropy("return (logits.logsumexp(dim=1) - logits[torch.arange(len(targets)), targets]).mean()"),
        probes=BOTH,
    ),
    accepted(
        "one_hot_einsum",
        "losses",
        _cross_entropy(
            "log_p = logits - torch.logsumexp(logits, dim=1, keepdim=True)",
            "one_hot = torch.eye(logits.shape[1], dtype=logits.dtype)[targets]",
            'return -torch.einsum("nc,nc->", log_p, one_hot) / len(targets)',
        ),
        probes=BOTH,
    ),
    accepted(
        "image_by_image",
        "losses",
        _cross_entropy(
            "total = 0",
            "for row, target in zip(logits, targets):",
            "    row = row - row.max()",
            "    total = total - row[target] + torch.log(torch.sum(torch.exp(row)))",
            "return total / len(targets)",
        ),
        probes=BOTH,
    ),
)

PENALTIES: tuple[Variant, ...] = (
    mistake(
        "l2_without_half",
        "losses",
        Edit("return strength / 2 * torch", "return strength * torch"),
        probes=L2,
        credit=0.5,
        sentence="The factor 1/2 of the L2 penalty is missing: its gradient is 2 * strength * w instead of "
        "strength * w.",
    ),
    mistake(
        "l2_root",
        "losses",
        Edit("torch.stack([w.square().sum() for w in parameters]).sum()", "sum(w.norm() for w in parameters)"),
        probes=L2,
        sentence="You add up norms; the L2 penalty is the sum of squares, without the root.",
    ),
    mistake(
        "l2_mean",
        "losses",
        Edit("w.square().sum()", "w.square().mean()"),
        probes=L2,
        sentence="You average the squares within each tensor; the L2 penalty is their sum.",
    ),
    mistake(
        "l2_detached",
        "losses",
        Edit("w.square().sum()", "w.data.square().sum()"),
        probes=L2,
        sentence="The L2 penalty is computed from w.data (or detached), so it has no gradient and does nothing "
        "in training.",
    ),
    mistake(
        "l2_matrices_only",
        "losses",
        Edit("w.square().sum() for w in parameters", "w.square().sum() for w in parameters if w.ndim > 1"),
        probes=L2,
        credit=0.5,
        sentence="Your L2 penalty leaves biases out; it is asked for over all the given tensors.",
    ),
    mistake(
        "l2_last_only",
        "losses",
        Edit("torch.stack([w.square().sum() for w in parameters]).sum()", "[w.square().sum() for w in parameters][-1]"),
        probes=L2,
        sentence="Only one of the tensors counts in your L2 penalty (overwritten instead of added up, or a "
        "return in the loop).",
    ),
    mistake(
        "l1_mean",
        "losses",
        Edit("w.abs().sum()", "w.abs().mean()"),
        probes=L1,
        sentence="You average the absolute values within each tensor; the L1 penalty is their sum.",
    ),
    mistake(
        "l1_no_abs",
        "losses",
        Edit("w.abs().sum()", "w.sum()"),
        probes=L1,
        sentence="You add up the weights without their absolute values, so positive and negative ones cancel.",
    ),
    mistake(
        "l1_half",
        "losses",
        Edit("return strength * torch.stack", "return strength / 2 * torch.stack"),
        probes=L1,
        credit=0.5,
        sentence="Your L1 penalty has a factor 1/2, which belongs to the L2 penalty only.",
    ),
    mistake(
        "l1_squares",
        "losses",
        Edit("w.abs().sum()", "w.square().sum()"),
        probes=L1,
        sentence="You penalise squares; the L1 penalty is the sum of absolute values.",
    ),
    mistake(
        "l1_detached",
        "losses",
        Edit("w.abs().sum()", "w.detach().abs().sum()"),
        probes=L1,
        sentence="The L1 penalty is computed from detached weights (or w.data), so it has no gradient.",
    ),
    accepted(
        "penalties_by_loops",
        "losses",
        Define("""
            def l2_penalty(parameters, strength):
                total = 0.0
                for w in parameters:
                    total = total + (w**2).sum()
                return 0.5 * strength * total
        """),
        Define("""
            def l1_penalty(parameters, strength):
                return sum(strength * torch.norm(w, p=1) for w in parameters)
        """),
        probes=L1 + L2,
    ),
    accepted(
        "penalties_of_one_vector",
        "losses",
        Define("""
            def l2_penalty(parameters, strength):
                vector = torch.cat([w.flatten() for w in parameters])
                return strength * (vector @ vector) / 2
        """),
        Define("""
            def l1_penalty(parameters, strength):
                return strength * torch.linalg.vector_norm(torch.cat([w.reshape(-1) for w in parameters]), ord=1)
        """),
        probes=L1 + L2,
    ),
)

VARIANTS: tuple[Variant, ...] = CROSS_ENTROPY + PENALTIES
