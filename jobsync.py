"""JobOffice Sync Center: the way in. Hands the registry of business systems to the program."""

from __future__ import annotations

import sys

from connectors import REGISTRY
from synccenter.cli.main import run


def main() -> int:
    """Run the command line; without a command the icon by the clock starts."""
    return run(REGISTRY, sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
