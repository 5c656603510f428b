"""Whether the books hold what the till sold: the only source of green and red."""
