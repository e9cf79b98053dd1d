"""Makes a worker on which the course was never installed (dask's --preload)."""

import sys

sys.modules["autograder"] = None
