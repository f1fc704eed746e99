"""Finds and fetches models: the only room with network. It runs in a process that understands nothing it gets."""
