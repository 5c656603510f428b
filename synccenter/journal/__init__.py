"""What was intended, sent and acknowledged; who owns it, how it survives, and what documents are made from."""
