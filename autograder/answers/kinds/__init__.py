"""The kinds of answers a key can ask for, one module a kind. Each reads the literal a student wrote; none runs it."""
