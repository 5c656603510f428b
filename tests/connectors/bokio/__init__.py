"""Bokio: its rules, its rows, its documents."""
