"""What notes in a model and files beside it say about how it is fed and read. One file per kind of evidence."""
