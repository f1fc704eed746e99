"""The same tree as the code, once more. `python3 -m tests` runs all of it."""
