"""What can be typed after `python -m core`: a file per command, found by lying here. See `_contract.py`."""
