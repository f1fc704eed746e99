"""What a worker can be asked: one file per request, and the only code that opens what strangers give.

A file here has `do(request, desk)` and `RESULT`, the type that the app checks an answer against. It runs in a process
that can open no file and no connection; whatever it needs is handed in (`core.inside._desk`).
"""
