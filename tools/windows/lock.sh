#!/bin/bash
# Pins everything that goes into the exe, for Windows, with hashes: writes requirements.lock. Needs uv.
set -euo pipefail
cd "$(dirname "$0")/../.."
uv pip compile -q --no-header --no-annotate --generate-hashes --python-platform x86_64-pc-windows-msvc \
  --python-version 3.13 --only-binary :all: --extra desktop --extra server --extra nav \
  pyproject.toml tools/windows/requirements.in "$@" -o tools/windows/requirements.lock
