"""Everything that runs beside student code, and nothing else: probes by topic, and the engine that runs them.

Imports torch and numpy only, knows no expected answer, and is shipped inside the student kit.
"""
