"""What one button does: a file per button, each with a frozen `Request` and `do(request, say)`.

The only room that knows the others. Files that begin with an underscore are shared by actions.
"""
