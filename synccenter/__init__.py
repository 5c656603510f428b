"""JobOffice Sync Center: keeps the till and the business system in step, and proves it."""

__version__ = "0.1.0"
"""The one place of the version: pyproject.toml reads it here. Asking the installed package would cost 25 ms a start."""
