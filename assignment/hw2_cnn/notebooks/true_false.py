# %% [markdown]
# # {{title:true_false}}
#
# Put `True` or `False` in place of `None` in each answer cell, one plain assignment. Explain your verdict in the cell
# below it, in a sentence or two of your own; a person reads the explanations.

# %% [markdown]
# ## Statement 1
#
# {{statement:answer_1_1}}

# %%
answer_1_1 = None

# %% [markdown] autograder={"id": "explanation_1_1"}
# **Explanation 1.1**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 2
#
# {{statement:answer_1_2}}

# %%
answer_1_2 = None

# %% [markdown] autograder={"id": "explanation_1_2"}
# **Explanation 1.2**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 3
#
# {{statement:answer_1_3}}

# %%
answer_1_3 = None

# %% [markdown] autograder={"id": "explanation_1_3"}
# **Explanation 1.3**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 4
#
# {{statement:answer_1_4}}

# %%
answer_1_4 = None

# %% [markdown] autograder={"id": "explanation_1_4"}
# **Explanation 1.4**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 5
#
# {{statement:answer_1_5}}

# %%
answer_1_5 = None

# %% [markdown] autograder={"id": "explanation_1_5"}
# **Explanation 1.5**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 6
#
# {{statement:answer_1_6}}

# %%
answer_1_6 = None

# %% [markdown] autograder={"id": "explanation_1_6"}
# **Explanation 1.6**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 7
#
# {{statement:answer_1_7}}

# %%
answer_1_7 = None

# %% [markdown] autograder={"id": "explanation_1_7"}
# **Explanation 1.7**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 8
#
# {{statement:answer_1_8}}

# %%
answer_1_8 = None

# %% [markdown] autograder={"id": "explanation_1_8"}
# **Explanation 1.8**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 9
#
# {{statement:answer_1_9}}

# %%
answer_1_9 = None

# %% [markdown] autograder={"id": "explanation_1_9"}
# **Explanation 1.9**
#
# *Write your explanation here.*

# %% [markdown]
# ## Statement 10
#
# {{statement:answer_1_10}}

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
