"""Colours on the graph: one file for each thing that steps can be coloured by."""
