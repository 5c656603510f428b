"""A small company in the fake eEkonomi, and documents of the till that fit it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from synccenter.contract.gtin import checks
from synccenter.contract.model import (
    Document,
    DocumentKind,
)
from tests.worlds.documents import customer, order, unrounded, voucher
from tests.worlds.fakes.visma import Visma
from tests.worlds.fakes.visma_rules import guid

ACCOUNTS = {1510, 1686, 1910, 1930, 2421, 2611, 2621, 2631, 3001, 3002, 3003, 3004, 3740}


def set_up(visma: Visma) -> None:
    """The company as the rig has it."""
    visma.company = {
        "Name": "Hörnans Livs AB",
        "CountryCode": "SE",
        "Phone": "08123456",
        "Address1": "Storgatan 1",
        "PostalCode": "11122",
        "City": "Stockholm",
        "CurrencyCode": "SEK",
        "CorporateIdentityNumber": "556677-8899",
        "TermsOfPaymentId": guid("termsofpayments", "kontant"),
        "AccountingLockedTo": "2026-09-30T00:00:00",
        "ProductVariant": 5,
        "ShowPricesExclVatPC": False,
        "DomesticCurrencyRounding": 0,
        "CompanyStatus": 1,
        "ActivatedModules": ["api_standard", "order_standard"],
    }
    visma.put("termsofpayments", "kontant", Name="Kontant", NumberOfDays=0, AvailableForSales=True)
    for year, locked in ((2025, True), (2026, False)):
        span = {"StartDate": f"{year}-01-01T00:00:00", "EndDate": f"{year}-12-31T00:00:00"}
        visma.put("fiscalyears", year, **span, IsLockedForAccounting=locked, BookkeepingMethod=0)
    for number in sorted(ACCOUNTS):
        add_account(visma, number)
    for rate, account in ((25, 3001), (12, 3002), (6, 3003), (0, 3004)):
        fields = {"VatRate": f"{rate} %", "VatRatePercent": rate / 100, "IsActive": True}
        side = "DomesticSalesSubjectToVatAccountNumber" if rate else "DomesticSalesVatExemptAccountNumber"
        visma.put("articleaccountcodings", rate, Name=f"Varor {rate} %", Type="Goods", **fields, **{side: account})
    for account, name in ((1910, "Kassa"), (1686, "Kort"), (1930, "Företagskonto"), (2421, "Presentkort")):
        visma.put("bankaccounts", account, Name=name, BankAccountType=2, LedgerAccountNumber=account, IsActive=True)
    visma.put("salespricelists", "medlem", Name="Medlem", Number=2, CurrencyCode="SEK", IsActive=True)
    item = {"Id": guid("costcenteritems", "HORN"), "CostCenterId": guid("costcenters", 1), "Name": "Hörnan"}
    visma.put(
        "costcenters", 1, Name="Butik", Number=1, IsActive=True, Items=[{**item, "ShortName": "HORN", "IsActive": True}]
    )
    visma.put("projects", "P1", Number="P1", Name="Julhandel", StartDate="2026-11-01", Status=1)
    add_customer(visma, "1", "Kontantkund", private=True)
    add_article(visma, "KAFFE", 900, rate=12)
    add_article(visma, "MUGG", 901, rate=25)


def add_account(visma: Visma, number: int, year: int = 2026, **fields: Any) -> dict[str, Any]:
    """An account of a financial year."""
    row = {
        "Name": f"Konto {number}",
        "Number": str(number),
        "FiscalYearId": guid("fiscalyears", year),
        "IsActive": True,
    }
    return visma.put("accounts", (year, number), **(row | {"IsBlockedForManualBooking": False} | fields))


def add_article(visma: Visma, number: str, running: int, *, rate: int = 25, **fields: Any) -> dict[str, Any]:
    """An article at 80 kr excluding VAT, with a barcode and a balance."""
    row = {
        "IsActive": True,
        "Number": number,
        "Name": f"Vara {number}",
        "NetPrice": 80.0,
        "GrossPrice": round(80 * (1 + rate / 100), 2),
        "CodingId": guid("articleaccountcodings", rate),
        "UnitId": guid("units", "st"),
        "UnitName": "Styck",
        "UnitAbbreviation": "st",
        "StockBalance": 12.5,
        "IsStock": True,
        "ArticleLabels": [],
        "Barcodes": [{"Barcode": barcode(running), "BarcodeType": 0}],
    }
    return visma.put("articles", number, **(row | fields))


def add_substitute(visma: Visma, account: int, running: int, *, rate: int = 0) -> dict[str, Any]:
    """The article `E<account>-<rate>` for what is no goods, with a coding of its own on that account."""
    key = f"{account}-{rate}"
    visma.put(
        "articleaccountcodings",
        key,
        Name=f"Konto {account}, {rate} %",
        Type="Goods",
        VatRate=f"{rate} %",
        VatRatePercent=rate / 100,
        IsActive=True,
        **{f"DomesticSales{'SubjectToVat' if rate else 'VatExempt'}AccountNumber": account},
    )
    return add_article(visma, f"E{key}", running, rate=rate, CodingId=guid("articleaccountcodings", key))


def barcode(running: int) -> str:
    """An EAN-13 with its check digit."""
    return next(code for digit in range(10) if checks(code := f"73{running:010d}{digit}"))


def add_price(visma: Visma, number: str, net: float) -> dict[str, Any]:
    """A price in the list Medlem."""
    article, price_list = guid("articles", number), guid("salespricelists", "medlem")
    return visma.put(
        "prices",
        number,
        SalesPriceListId=price_list,
        ArticleId=article,
        NetPrice=net,
        GrossPrice=net * 1.25,
        CurrencyCode="SEK",
    )


def add_customer(visma: Visma, number: str, name: str, *, private: bool = False, **fields: Any) -> dict[str, Any]:
    """A customer."""
    row = {
        "CustomerNumber": number,
        "Name": name,
        "InvoiceAddress1": "Storgatan 1",
        "InvoicePostalCode": "11122",
        "InvoiceCity": "Stockholm",
        "TermsOfPaymentId": guid("termsofpayments", "kontant"),
        "IsPrivatePerson": private,
        "IsActive": True,
        "Note": "Ring före leverans",
        "DiscountPercentage": 0.05,
    }
    return visma.put("customers", number, **(row | fields))


# --- documents ---------------------------------------------------------------------------------------------------

DOCUMENTS: Mapping[DocumentKind, Callable[[int], Document]] = {
    DocumentKind.VOUCHER: voucher,
    DocumentKind.INVOICE: unrounded,
    DocumentKind.ORDER: order,
    DocumentKind.CUSTOMER: customer,
}
