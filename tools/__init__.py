"""Scripts for the people who build and release the program; not part of it."""
