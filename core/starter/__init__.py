"""Models that arrive as ordinary Python packages. One file per model; its name is the id. See `_contract.py`."""
