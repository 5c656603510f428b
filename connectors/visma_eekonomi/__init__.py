"""Visma eEkonomi, now Spiris Bokföring & Fakturering: eAccounting API v2."""

from connectors.visma_eekonomi.connector import DESCRIPTION

__all__ = ["DESCRIPTION"]
