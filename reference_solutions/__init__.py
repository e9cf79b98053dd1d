"""Reference solutions, one module a topic; the stubs that students get are generated from these files.

What stands between BEGIN SOLUTION and END SOLUTION is replaced by `raise NotImplementedError`.
"""
