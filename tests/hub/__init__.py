"""A hub on this computer, for tests: the real client talks to it over a real line."""
