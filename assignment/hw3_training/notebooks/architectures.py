# %% [markdown]
# # What architectures cost
#
# Count by hand first. Put your numbers into the answer cells in place of `None`; then write the functions in
# `architectures.py` and compare. Numbers may be written as `1728`, `"1,728"`, `"1.73K"`, `"3.2M"`, `"2^10"` or as
# arithmetic, `"3*3*64"`; formulas as text, with `*` for times and `^` for powers: `"2*N + F^2"`. Leave out what you do
# not know. Answers are graded after you hand in.

# %%
import matplotlib.pyplot as plt
from architectures import alexnet_parameters, inception_naive, inception_reduced, receptive_field, vgg_table

# %% [markdown]
# ## (1) {{title:p3.1}}
#
# {{statement:answer_3_1}}

# %%
answer_3_1 = {
    "conv1": None,
    "conv2": None,
    "conv3": None,
    "conv4": None,
    "conv5": None,
    "fc6": None,
    "fc7": None,
    "fc8": None,
    "total": None,
}

# %% autograder={"tests": "p3.1"}
from autograder.checks.engine.public_show import show

show("p3.1")

# %%
layers = [name for name in answer_3_1 if name != "total"]
counted = dict(zip(layers, alexnet_parameters()))
for name, count in {**counted, "total": sum(counted.values())}.items():
    print(f"{name:>6} {count:>12,}   by hand: {answer_3_1[name]}")
plt.bar(layers, list(counted.values()))
plt.ylabel("parameters of AlexNet")
plt.show()

# %% [markdown]
# ## (2) {{title:p3.2}}
#
# {{statement:answer_3_2}}
#
# A row is (activations, parameters).

# %%
answer_3_2 = {
    "input": (None, None),
    "conv1_1": (None, None),
    "conv1_2": (None, None),
    "pool1": (None, None),
    "conv2_1": (None, None),
    "conv2_2": (None, None),
    "pool2": (None, None),
    "conv3_1": (None, None),
    "conv3_2": (None, None),
    "conv3_3": (None, None),
    "conv3_4": (None, None),
    "pool3": (None, None),
    "conv4_1": (None, None),
    "conv4_2": (None, None),
    "conv4_3": (None, None),
    "conv4_4": (None, None),
    "pool4": (None, None),
    "conv5_1": (None, None),
    "conv5_2": (None, None),
    "conv5_3": (None, None),
    "conv5_4": (None, None),
    "pool5": (None, None),
    "fc6": (None, None),
    "fc7": (None, None),
    "fc8": (None, None),
    "total": (None, None),
}

# %% autograder={"tests": "p3.2"}
from autograder.checks.engine.public_show import show

show("p3.2")

# %%
rows = vgg_table([[64] * 2, [128] * 2, [256] * 4, [512] * 4, [512] * 4])
names = [name for name in answer_3_2 if name != "total"]
for name, (activations, parameters) in zip(names, rows):
    print(f"{name:>8} {activations:>12,} {parameters:>12,}   by hand: {answer_3_2[name]}")
figure, axes = plt.subplots(2, 1, figsize=(9, 5), sharex=True, layout="constrained")
for axis, column, name in zip(axes, zip(*rows), ("activations", "parameters")):
    axis.bar(names, column)
    axis.set_ylabel(name)
axes[1].tick_params(axis="x", rotation=90)
plt.show()

# %% [markdown]
# ## (3) {{title:p3.3}}
#
# {{statement:answer_3_3_a}}

# %%
answer_3_3_a = None

# %% [markdown]
# {{statement:answer_3_3_b}}

# %%
answer_3_3_b = None

# %% autograder={"tests": "p3.3"}
from autograder.checks.engine.public_show import show

show("p3.3")

# %%
for kernel in (3, 5, 7):
    sides = [receptive_field(layers, kernel) for layers in range(1, 7)]
    plt.plot(range(1, 7), sides, marker="o", label=f"{kernel}x{kernel}")
plt.xlabel("stacked convolutions")
plt.ylabel("side of the receptive field")
plt.legend()
plt.show()

# %% [markdown]
# ## (4) {{title:p3.4}}
#
# A 32x32x256 input; 128 filters of 1x1, 192 of 3x3, 96 of 5x5, and 3x3 max-pooling with stride 1, all padded to keep
# the size.
#
# {{statement:answer_3_4_a}}

# %%
answer_3_4_a = None

# %% [markdown]
# {{statement:answer_3_4_c}}

# %%
answer_3_4_c = None

# %% [markdown]
# Now with 1x1 convolutions of 64 filters each: ahead of the 3x3, ahead of the 5x5, and behind the pooling.
#
# {{statement:answer_3_4_b}}

# %%
answer_3_4_b = None

# %% [markdown]
# {{statement:answer_3_4_d}}

# %%
answer_3_4_d = None

# %% [markdown]
# {{statement:answer_3_4_e}}

# %%
answer_3_4_e = None

# %% autograder={"tests": "p3.4"}
from autograder.checks.engine.public_show import show

show("p3.4")

# %%
for name, (depth, multiplications) in {
    "naive": inception_naive(32, 256, 128, 192, 96),
    "with reductions": inception_reduced(32, 256, 128, 192, 96, 64, 64, 64),
}.items():
    print(f"{name:>15}: {depth} channels, {multiplications:,} multiplications")
