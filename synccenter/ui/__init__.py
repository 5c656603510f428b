"""What people see: tray, windows. Nothing else in the program knows about it."""
