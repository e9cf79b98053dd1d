"""Variants of Swish and of its derivative."""

from reference_solutions.mistakes.variant import Define, Edit, Variant, accepted, mistake

FORWARD = "return x * torch.sigmoid(x)"
DERIVATIVE = "return s * (1 + x * (1 - s))"
SWISH = ("activations.swish", "simplenn.swish")
SLOPE = ("activations.derivative",)

MISTAKES = (
    mistake(
        "sigmoid_only",
        "activations",
        Edit(FORWARD, "return torch.sigmoid(x)"),
        probes=SWISH,
        sentence="You return sigmoid(x); Swish is x times sigmoid(x).",
    ),
    mistake(
        "no_grad",
        "activations",
        Edit(FORWARD, "with torch.no_grad():\n        return x * torch.sigmoid(x)"),
        probes=SWISH,
        sentence="Your Swish stops the gradient (torch.no_grad or detach), so the layers before it never learn.",
    ),
    mistake(
        "detached_gate",
        "activations",
        Edit(FORWARD, "return x * torch.sigmoid(x.detach())"),
        probes=SWISH,
        sentence="You detach the sigmoid, so its part x * s * (1 - s) of the gradient is lost; let autograd see both.",
    ),
    mistake(
        "built_in",
        "activations",
        Edit(FORWARD, "return torch.nn.functional.silu(x)"),
        probes=SWISH,
        sentence="You call PyTorch's SiLU; the handout asks for your own Swish, x * sigmoid(x).",
    ),
    mistake(
        "gelu_scale",
        "activations",
        Edit(FORWARD, "return x * torch.sigmoid(1.702 * x)"),
        probes=SWISH,
        sentence="You return x * sigmoid(1.702 x), an approximation of GELU; Swish here has no factor, x * sigmoid(x).",
    ),
    mistake(
        "hard_swish",
        "activations",
        Edit(FORWARD, "return x * torch.clamp(x + 3, 0, 6) / 6"),
        probes=SWISH,
        sentence="You return hard-swish, the piecewise linear stand-in of MobileNetV3; Swish is x * sigmoid(x).",
    ),
    mistake(
        "float32",
        "activations",
        Edit(FORWARD, "return x.float() * torch.sigmoid(x.float())"),
        probes=SWISH,
        sentence="You cast to float32; the result must have the dtype of x.",
    ),
    mistake(
        "derivative_of_sigmoid",
        "activations",
        Edit(DERIVATIVE, "return s * (1 - s)"),
        probes=SLOPE,
        sentence="You return the derivative of sigmoid; of x * sigmoid(x), the product rule gives s + x * s * (1 - s).",
    ),
    mistake(
        "derivative_without_x",
        "activations",
        Edit(DERIVATIVE, "return s + s * (1 - s)"),
        probes=SLOPE,
        sentence="The factor x is missing in the second term: the product rule gives s + x * s * (1 - s).",
    ),
    mistake(
        "derivative_sign",
        "activations",
        Edit(DERIVATIVE, "return s * (1 - x * (1 - s))"),
        probes=SLOPE,
        sentence="The sign of the second term is wrong: the derivative is s + x * s * (1 - s).",
    ),
    mistake(
        "derivative_overflows",
        "activations",
        Edit(DERIVATIVE, "e = torch.exp(-x)\n    return (1 + e + x * e) / (1 + e) ** 2"),
        probes=SLOPE,
        sentence="exp(-x) overflows for very negative x, and inf / inf is NaN; write it with torch.sigmoid.",
        credit=0.5,
    ),
    mistake(
        "derivative_by_autograd",
        "activations",
        Define("""
            def swish_derivative(x):
                x = x.detach().clone().requires_grad_()
                swish(x).sum().backward()
                return x.grad
        """),
        probes=SLOPE,
        sentence="You let autograd differentiate; the handout asks for the formula, s + x * s * (1 - s).",
    ),
    mistake(
        "derivative_by_differences",
        "activations",
        Define("""
            def swish_derivative(x, h=1e-4):
                return (swish(x + h) - swish(x - h)) / (2 * h)
        """),
        probes=SLOPE,
        sentence="You return a finite difference, which loses its digits for large x; give the formula.",
        credit=0.25,
    ),
)

ACCEPTED = (
    accepted(
        "quotient",
        "activations",
        Define("""
            def swish(x):
                return x / (1 + torch.exp(-x))
        """),
        probes=SWISH,
    ),
    accepted(
        "tanh_form",
        "activations",
        Edit(FORWARD, "return 0.5 * x * (1 + torch.tanh(0.5 * x))"),
        Edit(DERIVATIVE, "return swish(x) + s * (1 - swish(x))"),
        probes=SWISH + SLOPE,
    ),
    accepted(
        "own_backward",
        "activations",
        Define("""
            class Swish(nn.Module):
                def forward(self, x):
                    return SwishFunction.apply(x)


            def swish(x):
                return SwishFunction.apply(x)


            class SwishFunction(torch.autograd.Function):
                @staticmethod
                def forward(ctx, x):
                    ctx.save_for_backward(x)
                    return x * torch.sigmoid(x)

                @staticmethod
                def backward(ctx, gradient):
                    return gradient * swish_derivative(*ctx.saved_tensors)
        """),
        probes=SWISH + SLOPE,
    ),
)

VARIANTS: tuple[Variant, ...] = MISTAKES + ACCEPTED
