"""Variants of the batch-norm pair and of the chain's steps."""

from reference_solutions.mistakes.batchnorm_accepted import ACCEPTED
from reference_solutions.mistakes.variant import Define, Edit, Variant, mistake

FORWARD = ("batchnorm.forward",)
BACKWARD = ("batchnorm.backward", "batchnorm.backward_hard")
BOTH = FORWARD + BACKWARD
VARIANCE = "var = (rows - mu).square().mean(dim=0)"
XHAT = "xhat = (rows - mu) / torch.sqrt(var + eps)"
DVAR = "return (dxhat * (x - mu)).sum(dim=0) * -0.5 * (var + eps) ** -1.5"
DMU = "return -dxhat.sum(dim=0) / torch.sqrt(var + eps) + dvar * (-2 * (x - mu)).mean(dim=0)"
DX = "return dxhat / torch.sqrt(var + eps) + dvar * 2 * (x - mu) / len(x) + dmu / len(x)"
OUTPUT = "return channels_second(gamma * xhat + beta, x), cache"

ON_FORWARD = (
    mistake(
        "unbiased_variance",
        "batchnorm",
        Edit(VARIANCE, "var = rows.var(dim=0)"),
        probes=BOTH,
        sentence="You divide by m - 1; batch norm normalises with the biased variance, divided by m.",
    ),
    mistake(
        "difference_of_squares",
        "batchnorm",
        Edit(VARIANCE, "var = rows.square().mean(dim=0) - mu.square()"),
        probes=("batchnorm.forward", "batchnorm.backward_hard"),
        sentence="E[x^2] - E[x]^2 cancels when the mean is large; average the squared deviations from the mean.",
        credit=0.5,
    ),
    mistake(
        "eps_outside_root",
        "batchnorm",
        Edit(XHAT, "xhat = (rows - mu) / (torch.sqrt(var) + eps)"),
        probes=BOTH,
        sentence="You add eps to the deviation; it belongs under the root, sqrt(var + eps).",
    ),
    mistake(
        "no_eps",
        "batchnorm",
        Edit(XHAT, "xhat = (rows - mu) / torch.sqrt(var)"),
        probes=BOTH,
        sentence="You left eps out; the denominator is sqrt(var + eps).",
    ),
    mistake(
        "fixed_eps",
        "batchnorm",
        Edit(VARIANCE, f"eps = 1e-5\n    {VARIANCE}"),
        probes=("batchnorm.forward", "batchnorm.backward_hard"),
        sentence="You wrote 1e-5 for eps; use the argument eps.",
        credit=0.5,
    ),
    mistake(
        "divides_by_variance",
        "batchnorm",
        Edit(XHAT, "xhat = (rows - mu) / (var + eps)"),
        probes=BOTH,
        sentence="You divide by the variance; divide by its root, sqrt(var + eps).",
    ),
    mistake(
        "normalises_rows",
        "batchnorm",
        Define("""
            def batchnorm_forward(x, gamma, beta, eps=1e-5):
                rows = channels_last(x)
                mu = rows.mean(dim=1, keepdim=True)
                var = (rows - mu).square().mean(dim=1, keepdim=True)
                xhat = (rows - mu) / torch.sqrt(var + eps)
                cache = {"x": rows, "mu": mu, "var": var, "xhat": xhat, "gamma": gamma, "eps": eps}
                return channels_second(gamma * xhat + beta, x), cache
        """),
        probes=BOTH,
        sentence="You average over the channels, as layer norm does; batch norm averages over all other axes.",
    ),
    mistake(
        "statistics_a_pixel",
        "batchnorm",
        Edit("xhat = (rows", "xhat = pixelwise(x, eps) if x.ndim == 4 else (rows"),
        Define("""
            def channels_last(x):
                return x.movedim(1, -1).reshape(-1, x.shape[1])


            def pixelwise(x, eps):
                return channels_last((x - x.mean(dim=0)) / torch.sqrt(x.var(dim=0, correction=0) + eps))
        """),
        probes=BOTH,
        sentence="For (N, C, H, W) you average over N only; each channel has one mean, over N, H and W.",
        credit=0.25,
    ),
    mistake(
        "reshape_mixes_channels",
        "batchnorm",
        Define("""
            def channels_last(x):
                return x.reshape(-1, x.shape[1])


            def channels_second(rows, like):
                return rows.reshape(like.shape)
        """),
        probes=BOTH,
        sentence="Reshaping (N, C, H, W) to (-1, C) mixes the channels; move the channel axis to the end first.",
        credit=0.25,
    ),
    mistake(
        "no_gamma",
        "batchnorm",
        Edit(OUTPUT, "return channels_second(xhat + beta, x), cache"),
        probes=FORWARD,
        sentence="You left out the scale: y = gamma * xhat + beta.",
    ),
    mistake(
        "no_beta",
        "batchnorm",
        Edit(OUTPUT, "return channels_second(gamma * xhat, x), cache"),
        probes=FORWARD,
        sentence="You left out the shift: y = gamma * xhat + beta.",
    ),
    mistake(
        "float32",
        "batchnorm",
        Edit("    rows = channels_last(x)\n", "    rows = channels_last(x).float()\n"),
        probes=BOTH,
        sentence="You compute in float32; keep the dtype of x, or the digits of float64 are lost.",
        credit=0.25,
    ),
    mistake(
        "built_in",
        "batchnorm",
        Edit(
            OUTPUT,
            "return torch.nn.functional.batch_norm(x, None, None, gamma, beta, training=True, eps=eps), cache",
        ),
        probes=BOTH,
        sentence="You call PyTorch's batch norm; the handout asks for the formulas.",
    ),
)

ON_CHAIN = (
    mistake(
        "dgamma_mean",
        "batchnorm",
        Edit("return (df_dy * xhat).sum(dim=0)", "return (df_dy * xhat).mean(dim=0)"),
        probes=("batchnorm.chain_dgamma", *BACKWARD),
        sentence="You average over the batch; gamma touches every row, so its gradient is the sum of df_dy * xhat.",
    ),
    mistake(
        "dgamma_without_xhat",
        "batchnorm",
        Edit("return (df_dy * xhat).sum(dim=0)", "return df_dy.sum(dim=0)"),
        probes=("batchnorm.chain_dgamma", *BACKWARD),
        sentence="The factor xhat is missing: y = gamma * xhat + beta, so df/dgamma sums df_dy * xhat.",
    ),
    mistake(
        "dbeta_mean",
        "batchnorm",
        Edit("return df_dy.sum(dim=0)", "return df_dy.mean(dim=0)"),
        probes=("batchnorm.chain_dbeta", *BACKWARD),
        sentence="You average over the batch; beta touches every row, so its gradient is the sum of df_dy.",
    ),
    mistake(
        "dbeta_over_channels",
        "batchnorm",
        Edit("return df_dy.sum(dim=0)", "return df_dy.sum(dim=1)"),
        probes=("batchnorm.chain_dbeta", *BACKWARD),
        sentence="You sum over the channels; sum over the batch (dim 0), so that one number a channel is left.",
    ),
    mistake(
        "dxhat_without_gamma",
        "batchnorm",
        Edit("return df_dy * gamma", "return df_dy"),
        probes=("batchnorm.chain_dxhat", *BACKWARD),
        sentence="You forgot gamma: y = gamma * xhat + beta, so df/dxhat = df_dy * gamma.",
    ),
    mistake(
        "dxhat_divided_by_gamma",
        "batchnorm",
        Edit("return df_dy * gamma", "return df_dy / gamma"),
        probes=("batchnorm.chain_dxhat", *BACKWARD),
        sentence="You divide by gamma; y = gamma * xhat + beta, so df/dxhat = df_dy * gamma.",
    ),
    mistake(
        "dvar_sign",
        "batchnorm",
        Edit(DVAR, DVAR.replace("-0.5", "0.5")),
        probes=("batchnorm.chain_dvar", *BACKWARD),
        sentence="The sign of df/dvar is wrong: the derivative of (var + eps)^(-1/2) is -1/2 (var + eps)^(-3/2).",
    ),
    mistake(
        "dvar_power",
        "batchnorm",
        Edit(DVAR, DVAR.replace("-1.5", "-0.5")),
        probes=("batchnorm.chain_dvar", *BACKWARD),
        sentence="The power in df/dvar is -3/2: the derivative of (var + eps)^(-1/2) is -1/2 (var + eps)^(-3/2).",
    ),
    mistake(
        "dvar_without_half",
        "batchnorm",
        Edit(DVAR, DVAR.replace("-0.5", "-1.0")),
        probes=("batchnorm.chain_dvar", *BACKWARD),
        sentence="The 1/2 is missing in df/dvar: the derivative of (var + eps)^(-1/2) is -1/2 (var + eps)^(-3/2).",
    ),
    mistake(
        "dvar_without_eps",
        "batchnorm",
        Edit(DVAR, DVAR.replace("(var + eps)", "var")),
        probes=("batchnorm.chain_dvar", *BACKWARD),
        sentence="eps is missing in df/dvar: the root was taken of var + eps.",
    ),
    mistake(
        "dmu_sign",
        "batchnorm",
        Edit(DMU, DMU.replace("-dxhat", "dxhat")),
        probes=("batchnorm.chain_dmu", *BACKWARD),
        sentence="The sign of df/dmu is wrong: xhat falls when the mean rises, so a minus stands in front.",
    ),
    mistake(
        "dmu_mean",
        "batchnorm",
        Edit(DMU, DMU.replace("-dxhat.sum", "-dxhat.mean")),
        probes=("batchnorm.chain_dmu", *BACKWARD),
        sentence="You average over the batch in df/dmu; the mean touches every row, so the gradients add up.",
    ),
    mistake(
        "dmu_not_normalised",
        "batchnorm",
        Edit(DMU, "return -dxhat.sum(dim=0)"),
        probes=("batchnorm.chain_dmu", *BACKWARD),
        sentence="df/dmu lacks the division by sqrt(var + eps), the slope of xhat in the mean.",
    ),
    mistake(
        "dx_without_mean_term",
        "batchnorm",
        Edit(DX, "return dxhat / torch.sqrt(var + eps) + dvar * 2 * (x - mu) / len(x)"),
        probes=("batchnorm.chain_dx", *BACKWARD),
        sentence="The path through the mean is missing in df/dx: add df/dmu / m.",
    ),
    mistake(
        "dx_without_variance_term",
        "batchnorm",
        Edit(DX, "return dxhat / torch.sqrt(var + eps) + dmu / len(x)"),
        probes=("batchnorm.chain_dx", *BACKWARD),
        sentence="The path through the variance is missing in df/dx: add df/dvar * 2 (x - mu) / m.",
    ),
    mistake(
        "dx_constant_statistics",
        "batchnorm",
        Edit(DX, "return dxhat / torch.sqrt(var + eps)"),
        probes=("batchnorm.chain_dx", *BACKWARD),
        sentence="You treat mean and variance as constants; both depend on x, so df/dx has three terms.",
    ),
    mistake(
        "dx_without_count",
        "batchnorm",
        Edit(DX, DX.replace(" / len(x)", "")),
        probes=("batchnorm.chain_dx", *BACKWARD),
        sentence="The factor 1/m is missing in df/dx: each row is one m-th of the mean and of the variance.",
    ),
    mistake(
        "dx_unbiased",
        "batchnorm",
        Edit(DX, DX.replace("(x - mu) / len(x)", "(x - mu) / (len(x) - 1)")),
        probes=("batchnorm.chain_dx", *BACKWARD),
        sentence="The variance term of df/dx is divided by m - 1; the variance here is the biased one, so divide by m.",
    ),
    mistake(
        "dx_without_two",
        "batchnorm",
        Edit(DX, DX.replace("dvar * 2 *", "dvar *")),
        probes=("batchnorm.chain_dx", *BACKWARD),
        sentence="The factor 2 is missing in df/dx: the derivative of (x - mu)^2 is 2 (x - mu).",
    ),
)

ON_BACKWARD = (
    mistake(
        "dgamma_from_x",
        "batchnorm",
        Edit('df_dgamma(dy, cache["xhat"])', 'df_dgamma(dy, cache["x"])'),
        probes=BACKWARD,
        sentence="You hand x to df_dgamma; gamma multiplies the normalised input, xhat.",
        credit=0.5,
    ),
    mistake(
        "counts_images",
        "batchnorm",
        Edit(
            "return channels_second(dx, df_dy),",
            "dx += (dvar * 2 * (x - mu) + dmu) * (1 / len(df_dy) - 1 / len(x))\n    return channels_second(dx, df_dy),",
        ),
        probes=BACKWARD,
        sentence="For (N, C, H, W) you divide by N; the mean is over m = N * H * W numbers.",
        credit=0.25,
    ),
    mistake(
        "backward_fixed_eps",
        "batchnorm",
        Edit('cache["eps"]\n', "1e-5\n"),
        probes=("batchnorm.backward_hard",),
        sentence="Your backward pass takes eps to be 1e-5; keep the forward pass's eps in the cache.",
        credit=0.5,
    ),
    mistake(
        "backward_by_autograd",
        "batchnorm",
        Define("""
            def batchnorm_backward(df_dy, cache):
                x = cache["x"].detach().requires_grad_()
                gamma = cache["gamma"].detach().requires_grad_()
                centred = x - x.mean(dim=0)
                y = gamma * centred / torch.sqrt(centred.square().mean(dim=0) + cache["eps"])
                dy = channels_last(df_dy)
                dx, dgamma = torch.autograd.grad(y, (x, gamma), dy)
                return channels_second(dx, df_dy), dgamma, dy.sum(dim=0)
        """),
        probes=BACKWARD,
        sentence="You let autograd differentiate; the handout asks for the formulas.",
    ),
)

VARIANTS: tuple[Variant, ...] = ON_FORWARD + ON_CHAIN + ON_BACKWARD + ACCEPTED
