"""The command line: everything that the windows do can be done, and scripted, here."""
