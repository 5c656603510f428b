"""Mail: what a letter looks like, where it waits, how it is handed over."""
