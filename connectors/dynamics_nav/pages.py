"""What the connector needs published: pages with their numbers, names, fields, and what each is for.

Names of services and fields are those of NAV's own pages; a company may have published them under other names or
renamed fields, so candidates are tried in turn, and the settings may name any other. Field names are the control
names as NAV writes them in web services (blanks and signs to `_`, points dropped).
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class Need(Struct, frozen=True):
    """A page. `fields`: our word -> names it may have; those in `required` stop the work when they are missing."""

    role: str
    page: int
    title: str
    names: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    required: frozenset[str]
    why: str
    writes: bool = False
    line_fields: Mapping[str, tuple[str, ...]] = {}
    line_required: frozenset[str] = frozenset()


_LINE = {
    "type": ("Type",),
    "no": ("No",),
    "text": ("Description",),
    "quantity": ("Quantity",),
    "unit_price": ("Unit_Price",),
    "amount": ("Line_Amount",),
    "discount": ("Line_Discount_Percent",),
    "centre": ("Shortcut_Dimension_1_Code",),
    "project": ("Shortcut_Dimension_2_Code",),
    "location": ("Location_Code",),
    "applies_from": ("Appl_from_Item_Entry",),
    "gross": ("Total_Amount_Incl_VAT",),
    "vat_prod": ("VAT_Prod_Posting_Group",),
}
_LINE_NEEDS = frozenset({"type", "no", "quantity", "unit_price"})

_HEADER = {
    "no": ("No",),
    "customer": ("Sell_to_Customer_No",),
    "reference": ("External_Document_No", "Externt_dokumentnr"),
    "date": ("Posting_Date",),
    "document_date": ("Document_Date",),
    "gross_prices": ("Prices_Including_VAT",),
    "your_reference": ("Your_Reference",),
    "payment_method": ("Payment_Method_Code",),
    "currency": ("Currency_Code",),
    "centre": ("Shortcut_Dimension_1_Code",),
    "project": ("Shortcut_Dimension_2_Code",),
    "location": ("Location_Code",),
}
_HEADER_NEEDS = frozenset({"no", "customer", "reference", "date", "gross_prices"})

_POSTED = {
    "no": ("No",),
    "reference": ("External_Document_No", "Externt_dokumentnr"),
    "date": ("Posting_Date",),
    "total": ("Amount_Including_VAT",),
    "customer": ("Sell_to_Customer_No",),
    "net": ("Amount",),
    "open": ("Remaining_Amount",),
    "draft": ("Pre_Assigned_No",),
}
_POSTED_NEEDS = frozenset({"no", "reference", "date"})

_JOURNAL = {
    "template": ("Journal_Template_Name",),
    "batch": ("Journal_Batch_Name", "CurrentJnlBatchName"),
    "line": ("Line_No",),
    "date": ("Posting_Date",),
    "document_type": ("Document_Type",),
    "document": ("Document_No",),
    "reference": ("External_Document_No",),
    "account_type": ("Account_Type",),
    "account": ("Account_No",),
    "text": ("Description",),
    "amount": ("Amount",),
    "bal_type": ("Bal_Account_Type",),
    "bal_account": ("Bal_Account_No",),
    "applies_type": ("Applies_to_Doc_Type",),
    "applies": ("Applies_to_Doc_No",),
    "centre": ("Shortcut_Dimension_1_Code",),
    "project": ("Shortcut_Dimension_2_Code",),
    "gen_type": ("Gen_Posting_Type",),
    "gen_bus": ("Gen_Bus_Posting_Group",),
    "gen_prod": ("Gen_Prod_Posting_Group",),
    "vat_bus": ("VAT_Bus_Posting_Group",),
    "vat_prod": ("VAT_Prod_Posting_Group",),
}
_JOURNAL_NEEDS = frozenset({"date", "document", "reference", "account_type", "account", "amount"})

NEEDS: dict[str, Need] = {
    need.role: need
    for need in (
        Need(
            "items",
            30,
            "Artikelkort (Item Card)",
            ("Item", "ItemCard", "Items", "ItemList"),
            {
                "number": ("No",),
                "name": ("Description",),
                "blocked": ("Blocked",),
                "category": ("Item_Category_Code",),
                "product_group": ("Product_Group_Code",),
                "unit": ("Sales_Unit_of_Measure",),
                "base_unit": ("Base_Unit_of_Measure",),
                "price": ("Unit_Price",),
                "price_has_vat": ("Price_Includes_VAT",),
                "price_vat_bus": ("VAT_Bus_Posting_Gr_Price",),
                "vat_prod": ("VAT_Prod_Posting_Group",),
                "gen_prod": ("Gen_Prod_Posting_Group",),
                "gtin": ("GTIN",),
                "changed": ("Last_Date_Modified",),
            },
            frozenset({"number", "name", "price", "vat_prod", "changed"}),
            "artiklar och priser",
        ),
        Need(
            "categories",
            5730,
            "Artikelkategorier (Item Categories)",
            ("ItemCategories", "ItemCategoryCard", "Item_Categories", "ItemCategory"),
            {
                "code": ("Code",),
                "name": ("Description",),
                "vat_prod": ("Def_VAT_Prod_Posting_Group",),
                "gen_prod": ("Def_Gen_Prod_Posting_Group",),
            },
            frozenset({"code", "name"}),
            "varugrupper",
        ),
        Need(
            "product_groups",
            5731,
            "Produktgrupper (Product Groups)",
            ("ProductGroups", "Product_Groups", "ProductGroup"),
            {"category": ("Item_Category_Code",), "code": ("Code",), "name": ("Description",)},
            frozenset({"code", "name"}),
            "varugrupper per produktgrupp",
        ),
        Need(
            "vat_setup",
            472,
            "Momsbokföringsinställning (VAT Posting Setup)",
            ("VATPostingSetup", "VAT_Posting_Setup"),
            {
                "bus": ("VAT_Bus_Posting_Group",),
                "prod": ("VAT_Prod_Posting_Group",),
                "percent": ("VAT_Percent",),
            },
            frozenset({"bus", "prod", "percent"}),
            "momssatser",
        ),
        Need(
            "posting_setup",
            314,
            "Bokföringsinställning (General Posting Setup)",
            ("GeneralPostingSetup", "GenPostingSetup", "General_Posting_Setup"),
            {
                "bus": ("Gen_Bus_Posting_Group",),
                "prod": ("Gen_Prod_Posting_Group",),
                "sales_account": ("Sales_Account",),
            },
            frozenset({"bus", "prod", "sales_account"}),
            "försäljningskonto per varugrupp",
        ),
        Need(
            "sales_prices",
            7002,
            "Försäljningspriser (Sales Prices)",
            ("SalesPrices", "Sales_Prices", "SalesPrice"),
            {
                "item": ("Item_No",),
                "type": ("Sales_Type",),
                "code": ("Sales_Code",),
                "from": ("Starting_Date",),
                "to": ("Ending_Date",),
                "currency": ("Currency_Code",),
                "variant": ("Variant_Code",),
                "unit": ("Unit_of_Measure_Code",),
                "minimum": ("Minimum_Quantity",),
                "price": ("Unit_Price",),
                "has_vat": ("Price_Includes_VAT",),
            },
            frozenset({"item", "type", "code", "price"}),
            "prislistor",
        ),
        Need(
            "cross_references",
            5721,
            "Artikeltvärreferenser (Item Cross Reference Entries)",
            ("ItemCrossReferences", "ItemCrossReferenceEntries", "Item_Cross_References", "ItemReferences"),
            {
                "item": ("Item_No",),
                "type": ("Cross_Reference_Type", "Reference_Type"),
                "code": ("Cross_Reference_No", "Reference_No"),
                "unit": ("Unit_of_Measure", "Unit_of_Measure_Code"),
            },
            frozenset({"item", "type", "code"}),
            "streckkoder ur tvärreferenser",
        ),
        Need(
            "identifiers",
            7706,
            "Artikelidentifierare (Item Identifiers)",
            ("ItemIdentifiers", "Item_Identifiers", "ItemIdentifier"),
            {"item": ("Item_No",), "code": ("Code",), "unit": ("Unit_of_Measure_Code",)},
            frozenset({"item", "code"}),
            "streckkoder ur identifierare",
        ),
        Need(
            "stock",
            38,
            "Artikeltransaktioner (Item Ledger Entries)",
            ("ItemLedgerEntries", "Item_Ledger_Entries"),
            {
                "entry": ("Entry_No",),
                "item": ("Item_No",),
                "location": ("Location_Code",),
                "left": ("Remaining_Quantity",),
                "is_open": ("Open",),
                "reference": ("External_Document_No",),
                "not_returned": ("Shipped_Qty_Not_Returned",),
            },
            frozenset({"entry", "item", "left", "is_open"}),
            "lagersaldo",
        ),
        Need(
            "customers",
            21,
            "Kundkort (Customer Card)",
            ("Customer", "CustomerCard", "Customers", "CustomerList"),
            {
                "number": ("No",),
                "name": ("Name",),
                "org_number": ("Registration_No", "VAT_Registration_No"),
                "address": ("Address",),
                "postal_code": ("Post_Code",),
                "city": ("City",),
                "email": ("E_Mail",),
                "phone": ("Phone_No",),
                "price_list": ("Customer_Price_Group",),
                "blocked": ("Blocked",),
                "changed": ("Last_Date_Modified",),
                "vat_bus": ("VAT_Bus_Posting_Group",),
                "gen_bus": ("Gen_Bus_Posting_Group",),
                "posting_group": ("Customer_Posting_Group",),
                "terms": ("Payment_Terms_Code",),
                "gross_prices": ("Prices_Including_VAT",),
                "currency": ("Currency_Code",),
                "payment_method": ("Payment_Method_Code",),
            },
            frozenset({"number", "name", "changed"}),
            "kunder",
            writes=True,
        ),
        Need(
            "accounts",
            16,
            "Kontoplan (Chart of Accounts)",
            ("ChartOfAccounts", "Chart_of_Accounts", "GLAccounts"),
            {
                "number": ("No",),
                "name": ("Name",),
                "type": ("Account_Type",),
                "direct": ("Direct_Posting",),
                "blocked": ("Blocked",),
            },
            frozenset({"number", "name"}),
            "kontoplanen",
        ),
        Need(
            "dimensions",
            560,
            "Dimensionsvärden (Dimension Value List)",
            ("DimensionValues", "DimensionValueList", "Dimension_Values"),
            {
                "dimension": ("Dimension_Code",),
                "code": ("Code",),
                "name": ("Name",),
                "blocked": ("Blocked",),
                "global_number": ("Global_Dimension_No",),
            },
            frozenset({"code", "name"}),
            "kostnadsställen och projekt",
        ),
        Need(
            "periods",
            100,
            "Redovisningsperioder (Accounting Periods)",
            ("AccountingPeriods", "Accounting_Periods"),
            {"start": ("Starting_Date",), "new_year": ("New_Fiscal_Year",), "closed": ("Closed",)},
            frozenset({"start", "new_year"}),
            "räkenskapsår",
        ),
        Need(
            "company",
            1,
            "Företagsinformation (Company Information)",
            ("CompanyInformation", "Company_Information"),
            {"name": ("Name",), "org_number": ("Registration_No", "VAT_Registration_No")},
            frozenset({"org_number"}),
            "att rätt företag är valt",
        ),
        Need(
            "payment_methods",
            427,
            "Betalningssätt (Payment Methods)",
            ("PaymentMethods", "Payment_Methods", "PaymentMethod"),
            {"code": ("Code",), "name": ("Description",), "account": ("Bal_Account_No",)},
            frozenset({"code"}),
            "betalsätt",
        ),
        Need(
            "batches",
            251,
            "Journalnamn (General Journal Batches)",
            ("GeneralJournalBatches", "General_Journal_Batches", "GenJournalBatches"),
            {"template": ("Journal_Template_Name",), "name": ("Name",)},
            frozenset({"name"}),
            "att journalerna i inställningarna finns",
        ),
        Need(
            "invoices",
            43,
            "Försäljningsfaktura (Sales Invoice)",
            ("SalesInvoice", "Sales_Invoice", "SalesInvoices"),
            _HEADER,
            _HEADER_NEEDS,
            "kvitton som fakturor",
            writes=True,
            line_fields=_LINE,
            line_required=_LINE_NEEDS,
        ),
        Need(
            "credit_memos",
            44,
            "Försäljningskreditnota (Sales Credit Memo)",
            ("SalesCreditMemo", "Sales_Credit_Memo", "SalesCreditMemos"),
            _HEADER,
            _HEADER_NEEDS,
            "returer",
            writes=True,
            line_fields=_LINE,
            line_required=_LINE_NEEDS,
        ),
        Need(
            "orders",
            42,
            "Försäljningsorder (Sales Order)",
            ("SalesOrder", "Sales_Order", "SalesOrders"),
            _HEADER,
            _HEADER_NEEDS - {"gross_prices"},
            "order från kassan",
            writes=True,
            line_fields=_LINE,
            line_required=_LINE_NEEDS,
        ),
        Need(
            "posted_invoices",
            143,
            "Bokförda försäljningsfakturor (Posted Sales Invoices)",
            ("PostedSalesInvoices", "PostedSalesInvoice", "Posted_Sales_Invoices"),
            _POSTED,
            _POSTED_NEEDS,
            "uppslag av bokförda kvitton",
        ),
        Need(
            "posted_credit_memos",
            144,
            "Bokförda försäljningskreditnotor (Posted Sales Credit Memos)",
            ("PostedSalesCreditMemos", "PostedSalesCreditMemo", "Posted_Sales_Credit_Memos"),
            _POSTED,
            _POSTED_NEEDS,
            "uppslag av bokförda returer",
        ),
        Need(
            "customer_entries",
            25,
            "Kundtransaktioner (Customer Ledger Entries)",
            ("CustomerLedgerEntries", "Customer_Ledger_Entries"),
            {
                "document": ("Document_No",),
                "document_type": ("Document_Type",),
                "customer": ("Customer_No",),
                "date": ("Posting_Date",),
                "amount": ("Amount_LCY", "Amount"),
                "left": ("Remaining_Amt_LCY", "Remaining_Amount"),
            },
            frozenset({"document", "document_type", "left"}),
            "kontroll att fakturan är betald",
        ),
        Need(
            "payments",
            255,
            "Inbetalningsjournal (Cash Receipt Journal)",
            ("CashReceiptJournal", "Cash_Receipt_Journal"),
            _JOURNAL,
            _JOURNAL_NEEDS | {"bal_account", "applies", "applies_type", "document_type"},
            "betalningar på fakturorna",
            writes=True,
        ),
        Need(
            "journal",
            39,
            "Redovisningsjournal (General Journal)",
            ("GeneralJournal", "General_Journal"),
            _JOURNAL,
            _JOURNAL_NEEDS,
            "verifikationer per Z-rapport",
            writes=True,
        ),
        Need(
            "entries",
            20,
            "Redovisningstransaktioner (General Ledger Entries)",
            ("GLEntries", "GeneralLedgerEntries", "G_L_Entries"),
            {
                "entry": ("Entry_No",),
                "document": ("Document_No",),
                "reference": ("External_Document_No",),
                "date": ("Posting_Date",),
                "account": ("G_L_Account_No",),
                "amount": ("Amount",),
            },
            frozenset({"entry", "document", "date", "account", "amount"}),
            "uppslag av bokförda verifikationer",
        ),
    )
}
"""By role. The roles are what the settings and the guide call the pages."""

LENGTHS = {
    "name": 50,
    "address": 50,
    "postal_code": 20,
    "city": 30,
    "email": 80,
    "phone": 30,
    "org_number": 20,
    "number": 20,
    "text": 50,
    "reference": 35,
    "your_reference": 35,
    "document": 20,
}
"""Characters that NAV 2013 to 2018 take, where the server does not tell (a WSDL has no lengths)."""
