"""`python -m app.pipeline`: one render, preflight or probe as a process that can be killed."""

import sys

from app.pipeline.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
