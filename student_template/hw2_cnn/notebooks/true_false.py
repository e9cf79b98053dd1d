# %% [markdown]
# # True or false
#
# Put `True` or `False` in place of `None` in each answer cell, one plain assignment. Explain your verdict in the cell
# below it, in a sentence or two of your own; a person reads the explanations.

# %% [markdown]
# ## Statement 1
#
# Batch normalisation subtracts the mean of the batch from each channel, so the outputs of a batch-norm layer have zero mean.

# %%
answer_1_1 = None

# %% [markdown] autograder={"id": "explanation_1_1"}
# **Explanation 1.1**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 2
#
# PyTorch offers efficient tensor operations and modular layers, so neither back-propagation nor optimisers such as Adam have to be written by hand.

# %%
answer_1_2 = None

# %% [markdown] autograder={"id": "explanation_1_2"}
# **Explanation 1.2**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 3
#
# Data augmentation always improves the performance of a CNN, whatever the network and whatever the images.

# %%
answer_1_3 = None

# %% [markdown] autograder={"id": "explanation_1_3"}
# **Explanation 1.3**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 4
#
# Without batch normalisation a CNN hardly converges, or converges slowly; the same is true of dropout: without it, training hardly converges or is slow.

# %%
answer_1_4 = None

# %% [markdown] autograder={"id": "explanation_1_4"}
# **Explanation 1.4**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 5
#
# Dropout is a way to fight overfitting; using L-norm regularisation at the same time can give a better result still.

# %%
answer_1_5 = None

# %% [markdown] autograder={"id": "explanation_1_5"}
# **Explanation 1.5**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 6
#
# Training with an L1 penalty leads to sparser weights than training with an L2 penalty.

# %%
answer_1_6 = None

# %% [markdown] autograder={"id": "explanation_1_6"}
# **Explanation 1.6**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 7
#
# Leaky ReLU solves the problem of dead units that ReLU has, but it can make training unstable.

# %%
answer_1_7 = None

# %% [markdown] autograder={"id": "explanation_1_7"}
# **Explanation 1.7**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 8
#
# Replacing the 3x3 convolutions of a ResNet by depthwise separable convolutions makes those layers about nine times faster.

# %%
answer_1_8 = None

# %% [markdown] autograder={"id": "explanation_1_8"}
# **Explanation 1.8**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 9
#
# SqueezeNet needs few parameters because it places most of its computation in the later stages of the network.

# %%
answer_1_9 = None

# %% [markdown] autograder={"id": "explanation_1_9"}
# **Explanation 1.9**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 10
#
# Shortcut (skip) connections give the network a smoother loss surface.

# %%
answer_1_10 = None

# %% [markdown] autograder={"id": "explanation_1_10"}
# **Explanation 1.10**
#
# *Write your explanation here.*

# %% [markdown]
# Verdicts are graded after you hand in.

# %% autograder={"tests": "true_false"}
from autograder.checks.engine.public_show import show

show("true_false")
