"""Swish and batch norm as GPU kernels (Triton) for the reference's own training; where there is no GPU, PyTorch.

`swish` and `batchnorm` have the interface of reference_solutions.activations and batchnorm, and import without Triton.
The `*_triton` modules hold the kernels. Students never get this package: what they write is plain PyTorch.
"""
