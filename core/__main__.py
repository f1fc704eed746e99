"""`python -m core`: without words it opens the app, with words it is the command line.

It is also what the command `onnx-playground` starts. Installed with pip, these files lie in the package
`onnx_playground`; putting that folder first on the path makes `core` and `pages` the same names as in a
checkout, without making them names for everybody else's programs.
"""

import sys
from pathlib import Path


def main() -> None:
    """Makes sure everything is installed, then does what the words say."""
    root = str(Path(__file__).resolve().parent.parent)
    if sys.path[:1] != [root]:
        sys.path.insert(0, root)
    from core.bootstrap import ensure

    ensure((), "core", sys.argv[1:])
    from core.command_line import run

    raise SystemExit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
