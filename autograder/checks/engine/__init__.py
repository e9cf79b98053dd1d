"""The machinery under the probes: drawing inputs, filling networks, collecting and comparing evidence.

No probe lives here, and nothing here knows a homework, a point or a mistake.
"""
