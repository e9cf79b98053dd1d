"""The forward pass of a multi-layer perceptron with one hidden layer, as two matrix products."""

import torch
from torch import Tensor


def mlp_forward(X: Tensor, W_h: Tensor, b_h: Tensor, W_o: Tensor, b_o: Tensor) -> Tensor:
    """Outputs of a hidden and an output layer, ReLU after both.

    X: (m, n), one row a sample; W_h: (n, h); b_h: (h,) or (1, h); W_o: (h, k); b_o: (k,) or (1, k), for any
    m, n, h and k. Returns (m, k) in the dtype of X, and changes none of its arguments.
    """
    ### BEGIN SOLUTION
    hidden = torch.relu(X @ W_h + b_h)
    return torch.relu(hidden @ W_o + b_o)
    ### END SOLUTION
