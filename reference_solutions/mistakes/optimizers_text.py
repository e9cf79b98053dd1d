"""Lines of the reference's optimisers that several variants replace."""

INDENT = " " * 20
AVERAGE = "s.copy_(self.rho * s + (1 - self.rho) * g * g)"
SCALED_STEP = "p -= self.lr * g / (s.sqrt() + self.eps)"


def lines(*code: str) -> str:
    """The lines at the depth of an optimiser's inner loop."""
    return "".join(f"{INDENT}{line}\n" for line in code)
