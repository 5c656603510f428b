"""Files that any Swedish till gives: read into an embedded database with the till's own tables."""
