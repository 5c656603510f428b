"""JobOffice Sync Center: keeps the till and the business system in step, and proves it."""

__version__ = "0.1.0"
"""The one place where the version is written; pyproject.toml and build.spec read it here."""
