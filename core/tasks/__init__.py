"""What models are for. One file per task; the file's name is its id. The contract is in `_contract.py`."""
