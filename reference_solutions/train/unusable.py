"""The error of input that cannot be used."""


class UnusableInput(ValueError):
    """One sentence for the person: the path or the setting, what was found, what was expected."""
