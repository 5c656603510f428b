"""The machine: databases, disk, settings, secrets, logs, masking, Windows, updates."""
