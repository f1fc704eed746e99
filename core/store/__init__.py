"""What the app remembers, in one SQLite file: models, how each is prepared, and the history of runs."""
