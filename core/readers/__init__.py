"""Pure functions from bytes to plain values: pictures, text and tensors. They touch no file and no network."""
