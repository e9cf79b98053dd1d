# %% [markdown]
# # Questions 1 to 3
#
# Put your answers in place of `None`, one plain assignment a cell. Test cells show what `pytest` says about your files.

# %% [markdown]
# ## Question 1. A multi-layer perceptron
#
# A network takes 10 features, has one hidden layer of 50 neurons and an output layer of 3, all with ReLU. A batch of m
# samples goes through it at once, one row of X a sample. Write a shape as text, with m for the size of the batch:
# `"(m, 7)"`, say, or `"(7,)"` for a vector of 7.

# %% [markdown]
# **(a)** {{statement:answer_1_a}} ({{points:q1.a}} points)

# %%
answer_1_a = None

# %% autograder={"tests": "q1.a"}
from autograder.checks.engine.public_show import show

show("q1.a")

# %% [markdown]
# **(b)** {{statement:answer_1_b_weights}} {{statement:answer_1_b_bias}} ({{points:q1.b}} points)

# %%
answer_1_b_weights = None
answer_1_b_bias = None

# %% autograder={"tests": "q1.b"}
from autograder.checks.engine.public_show import show

show("q1.b")

# %% [markdown]
# **(c)** {{statement:answer_1_c_weights}} {{statement:answer_1_c_bias}} ({{points:q1.c}} points)

# %%
answer_1_c_weights = None
answer_1_c_bias = None

# %% autograder={"tests": "q1.c"}
from autograder.checks.engine.public_show import show

show("q1.c")

# %% [markdown]
# **(d)** {{statement:answer_1_d}} ({{points:q1.d}} points)

# %%
answer_1_d = None

# %% autograder={"tests": "q1.d"}
from autograder.checks.engine.public_show import show

show("q1.d")

# %% [markdown]
# **(e)** Write the network's output as a function of its input and its parameters: `mlp_forward` in `mlp.py`
# ({{points:q1.e}} points). The cell below runs it on random numbers of the shapes that you gave; do they fit together?

# %% autograder={"tests": "q1.e"}
from autograder.checks.engine.public_show import show

show("q1.e")

# %% tags=["settings"]
m = 6
SHAPES = {}  # your shapes, as tuples of numbers: {"X": (m, ...), "W_h": ..., "b_h": ..., "W_o": ..., "b_o": ...}

# %%
import torch
from mlp import mlp_forward

if SHAPES:
    print(mlp_forward(*(torch.randn(SHAPES[name]) for name in ("X", "W_h", "b_h", "W_o", "b_o"))).shape)
else:
    print("fill in SHAPES to try your shapes out")

# %% [markdown]
# ## Question 2. {{title:q2}}
#
# {{statement:answer_2}} Fill in numbers; a row that is right earns its share whatever the others are
# ({{points:q2}} points).

# %%
answer_2 = {
    "conv1": None,
    "conv2": None,
    "conv3": None,
    "total": None,
}

# %% autograder={"tests": "q2"}
from autograder.checks.engine.public_show import show

show("q2")

# %% [markdown]
# ## Question 3. {{title:q3}}
#
# `batchnorm.py` ({{points:q3}} points). Each step of the chain is checked by itself.

# %% autograder={"tests": "q3"}
from autograder.checks.engine.public_show import show

show("q3")

# %% [markdown]
# Autograd may not be used inside your functions, but it may check them from outside. The largest difference should be
# the rounding of float64, about 1e-15.

# %%
from batchnorm import batchnorm_backward, batchnorm_forward

x, dy = torch.randn(2, 6, 3, 4, 4, dtype=torch.float64)
gamma, beta = torch.randn(2, 3, dtype=torch.float64)
_, cache = batchnorm_forward(x, gamma, beta)
found = batchnorm_backward(dy, cache)
tracked = [t.clone().requires_grad_() for t in (x, gamma, beta)]
y = torch.nn.functional.batch_norm(tracked[0], None, None, tracked[1], tracked[2], training=True)
for name, mine, theirs in zip(("dx", "dgamma", "dbeta"), found, torch.autograd.grad(y, tracked, dy)):
    print(f"{name:7} largest difference {(mine - theirs).abs().max():.1e}")
