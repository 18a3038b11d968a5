"""`python -m app.bench`."""

import sys

from app.bench.run import main

if __name__ == "__main__":
    sys.exit(main())
