# %% [markdown]
# Before you hand this notebook in: restart the kernel and run all cells from the top, then save. Replace every
# *YOUR ANSWER HERE*. Test cells show what `pytest` says about your files; hidden checks run after you hand in, with
# other numbers, and nothing that a cell prints decides a point.
