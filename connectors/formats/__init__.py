"""File formats that connectors share: SIE and register files."""
