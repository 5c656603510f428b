"""Receipts and Z reports become balanced vouchers or invoices. Pure functions, no I/O."""
