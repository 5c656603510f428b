"""The engine: one run is check, fetch, send, prove."""
