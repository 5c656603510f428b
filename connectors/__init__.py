"""One file per business system; `REGISTRY` holds one line for each. `wire/` and `formats/` are shared tools."""
