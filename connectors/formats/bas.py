"""Names of the accounts that posting uses by default, for receivers that do not have them yet.

An account that a shop has chosen itself is in its bookkeeping program already, so it needs no name from here.
"""

from __future__ import annotations

from collections.abc import Mapping

NAMES: Mapping[int, str] = {
    1510: "Kundfordringar",
    1686: "Fordringar för kontokort och kuponger",  # what 1580 was called until BAS 2025
    1910: "Kassa",
    1911: "Huvudkassa",
    1912: "Kassa 2",
    1913: "Kassa 3",
    1914: "Kontanter på väg till bank",  # not in BAS: ours
    1919: "Kassaskåp och växel",  # not in BAS: ours
    1930: "Företagskonto/checkkonto/affärskonto",
    2421: "Ej inlösta presentkort",
    2429: "Övriga förskott från kunder",
    2611: "Utgående moms på försäljning inom Sverige, 25 %",
    2621: "Utgående moms på försäljning inom Sverige, 12 %",
    2631: "Utgående moms på försäljning inom Sverige, 6 %",
    2641: "Debiterad ingående moms",
    2829: "Övriga kortfristiga skulder till anställda",
    2890: "Övriga kortfristiga skulder",
    2999: "OBS-konto",
    3001: "Försäljning inom Sverige, 25 % moms",
    3002: "Försäljning inom Sverige, 12 % moms",
    3003: "Försäljning inom Sverige, 6 % moms",
    3004: "Försäljning inom Sverige, momsfri",
    3105: "Försäljning varor till land utanför EU",
    3108: "Försäljning varor till annat EU-land, momsfri",
    3231: "Försäljning inom byggsektorn, omvänd skattskyldighet moms",
    3740: "Öres- och kronutjämning",
    3790: "Övriga intäktskorrigeringar",
    3990: "Övriga ersättningar, bidrag och intäkter",
    3999: "Övriga rörelseintäkter",
    5460: "Förbrukningsmaterial",
    5800: "Resekostnader",
}
"""BAS 2025/2026. SIE 4B recommends that used accounts are declared, and a receiver adds those it lacks (section 6;
#KONTO, rules 4 and 5)."""
