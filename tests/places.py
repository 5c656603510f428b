"""Where things lie: the project, and the specifications and samples beside it (never copied into the project)."""

from __future__ import annotations

from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
SHARED = PROJECT / "../shared"
WITHOUT_PAPERS = "specifications and real files (../shared) are not here"
