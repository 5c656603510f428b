"""The background service: when to run, one thing at a time, and how things stand."""
