"""Microsoft Dynamics NAV 2013 to 2018 (and Business Central on-prem up to 28): OData V3, OData V4, SOAP."""

from connectors.dynamics_nav.connector import DESCRIPTION

__all__ = ["DESCRIPTION"]
