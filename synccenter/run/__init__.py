"""One run: check, fetch, send, prove."""
