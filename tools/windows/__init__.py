"""The exe: made and looked into, on Windows or through Wine."""
