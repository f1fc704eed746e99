"""Pictures and texts to try a model with: found in installed packages, or drawn and written for this app."""
