"""JobOffice Sync Center: keeps the till and the business system in step, and proves it."""

from importlib import metadata

try:
    __version__ = metadata.version("joboffice-sync-center")
except metadata.PackageNotFoundError:  # run straight from a checkout
    __version__ = "0.1.0"
