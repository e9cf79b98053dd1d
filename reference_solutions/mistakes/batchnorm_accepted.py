"""Other right ways to write the batch-norm pair."""

from reference_solutions.mistakes.variant import Define, Edit, accepted

FORWARD = ("batchnorm.forward",)
BACKWARD = ("batchnorm.backward", "batchnorm.backward_hard")

ACCEPTED = (
    accepted(
        "closed_form",
        "batchnorm",
        Define("""
            def batchnorm_backward(df_dy, cache):
                dy, xhat = channels_last(df_dy), cache["xhat"]
                dgamma, dbeta = (dy * xhat).sum(dim=0), dy.sum(dim=0)
                scale = cache["gamma"] / torch.sqrt(cache["var"] + cache["eps"]) / len(dy)
                return channels_second(scale * (len(dy) * dy - dbeta - xhat * dgamma), df_dy), dgamma, dbeta
        """),
        probes=BACKWARD,
    ),
    accepted(
        "axes_kept",
        "batchnorm",
        Define("""
            def batchnorm_forward(x, gamma, beta, eps=1e-5):
                axes = [0] + list(range(2, x.ndim))
                shape = [1, -1] + [1] * (x.ndim - 2)
                var, mu = torch.var_mean(x, dim=axes, correction=0, keepdim=True)
                xhat = (x - mu) * torch.rsqrt(var + eps)
                return xhat * gamma.view(shape) + beta.view(shape), (xhat, gamma.view(shape), var, eps, axes)


            def batchnorm_backward(df_dy, cache):
                xhat, gamma, var, eps, axes = cache
                dxhat = df_dy * gamma
                mean, slope = (t.mean(dim=axes, keepdim=True) for t in (dxhat, dxhat * xhat))
                dx = (dxhat - mean - xhat * slope) / torch.sqrt(var + eps)
                return dx, (df_dy * xhat).sum(dim=axes), df_dy.sum(dim=axes)
        """),
        probes=FORWARD + BACKWARD,
    ),
    accepted(
        "dmu_without_variance_term",
        "batchnorm",
        Edit(" + dvar * (-2 * (x - mu)).mean(dim=0)", ""),
        probes=("batchnorm.chain_dmu", *BACKWARD),
    ),
    accepted(
        "einsum",
        "batchnorm",
        Edit("return (df_dy * xhat).sum(dim=0)", 'return torch.einsum("mc,mc->c", df_dy, xhat)'),
        Edit("return df_dy.sum(dim=0)", "return torch.ones(len(df_dy), dtype=df_dy.dtype) @ df_dy"),
        Edit(
            "return (dxhat * (x - mu)).sum(dim=0) * -0.5 * (var + eps) ** -1.5",
            's = torch.sqrt(var + eps)\n    return -torch.einsum("mc,mc->c", dxhat, x - mu) / (2 * s * s * s)',
        ),
        probes=("batchnorm.chain_dgamma", "batchnorm.chain_dbeta", "batchnorm.chain_dvar", *BACKWARD),
    ),
    accepted(
        "loop_over_channels",
        "batchnorm",
        Define("""
            def batchnorm_forward(x, gamma, beta, eps=1e-5):
                rows = channels_last(x)
                mu, var = torch.zeros_like(gamma), torch.zeros_like(gamma)
                xhat = torch.empty_like(rows)
                for c in range(rows.shape[1]):
                    mu[c] = rows[:, c].sum() / len(rows)
                    var[c] = ((rows[:, c] - mu[c]) ** 2).sum() / len(rows)
                    xhat[:, c] = (rows[:, c] - mu[c]) / (var[c] + eps) ** 0.5
                cache = {"x": rows, "mu": mu, "var": var, "xhat": xhat, "gamma": gamma, "eps": eps}
                return channels_second(xhat * gamma + beta, x).contiguous(), cache
        """),
        probes=FORWARD + BACKWARD,
    ),
)
