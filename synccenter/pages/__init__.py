"""Paper: the Z report as a page (PDF), to stand with its voucher."""
