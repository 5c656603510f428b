"""What Dynamics NAV and Business Central share in the trade: prices, VAT numbers, vouchers in the ledger, refusals.

The connectors of both import from here and never from each other.
"""
