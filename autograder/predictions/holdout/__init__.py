"""Hold-outs: a data set re-split, re-ordered, lightly transformed and relabelled with a secret.

What this defends against is looking labels up by image in the public data set. Whoever also works
out the new names of the classes from the training half can still look them up: see the manifest's
`informed_lookup_accuracy`.
"""
