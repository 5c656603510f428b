"""Measures the program against the least that Python can do for the same result. `make bench` writes the table."""
