"""The contract between JobOffice Kassa and the Sync Center, as data. docs/KASSAN.md is written from it.

JobOffice Kassa's own schema is not public, so the one who connects a till gives it these tables or views.
SALES are read and never written: a till program may have no function that changes, removes or adds to what is
registered (SKVFS 2014:9 chapter 6 section 1). REGISTERS are what the Sync Center writes. Values mean what
`contract/model.py` says: öre, thousandths, whole percent.
"""

from __future__ import annotations

from synccenter.core.database import Database
from synccenter.till.table import Column, Table

_COMPANY = Column("company", "text", "Företagets id.")
_TILL = Column("till", "text", "Kassans id.")
_AT = Column("at", "datetime", "När, ISO 8601; utan tidszon menas butikens tid.")
_VAT_RATE = Column("vat_rate", "integer", "Momssats i hela procent: 25, 12, 6 eller 0.")
_ACTIVE = Column("active", "boolean", "1 = används, 0 = ur bruk.", default=1)


def _text(name: str, doc: str) -> Column:
    return Column(name, "text", doc, default="")


def _number(name: str, doc: str) -> Column:
    return Column(name, "integer", doc)


def _table(name: str, doc: str, key: str, *columns: Column, indexes: tuple[str, ...] = ()) -> Table:
    """A table whose key and indexes are named by words; the company leads them all."""
    spread = tuple(("company", *index.split()) for index in indexes)
    return Table(name, doc, (_COMPANY, *columns), ("company", *key.split()), spread)


COMPANY = Table(
    "company",
    "Ett företag. En kassa kan ha flera; de hålls isär (SKVFS 2014:9 5 kap. 3 §).",
    (
        _COMPANY,
        _text("name", "Företagets namn."),
        _text("org_number", "Organisationsnummer, 556677-8899."),
        _text("store", "Butikens namn."),
        Column("fiscal_year_start", "integer", "Räkenskapsårets första månad, 1–12.", default=1, least=1, most=12),
    ),
    ("company",),
)
TILL = _table(
    "till", "En kassa.", "id", Column("id", "text", "Kassans id."), _text("name", "Namn."), _text("store", "Butik.")
)
PAYMENT_METHOD = _table(
    "payment_method",
    "Ett betalsätt.",
    "code",
    Column("code", "text", "Kod, till exempel KONTANT."),
    _text("name", "Namn."),
    Column("kind", "text", "cash, card, swish, gift_card, single_purpose (enfunktionsvoucher), invoice eller other."),
)
RECEIPT = _table(
    "receipt",
    "Ett kvitto, också avbrutna, parkerade och felslag: numren ska vara utan luckor per kassa.",
    "till number",
    _TILL,
    _number("number", "Kvittonummer, löpande per kassa."),
    Column("state", "text", "finished (klart), cancelled (avbrutet), parked (parkerat) eller voided (felslag)."),
    _AT,
    Column("z_number", "integer", "Z-rapporten som stängde kvittot; NULL tills dess.", nullable=True),
    _text("customer", "Kundnummer, tomt utan kund."),
    Column("rounding", "integer", "Öresavrundning i öre; rader + avrundning = betalningar.", default=0),
    Column("return_till", "text", "Retur: kassan där originalet slogs.", nullable=True),
    Column("return_number", "integer", "Retur: originalets kvittonummer.", nullable=True),
    _text("cashier", "Kassörens signatur."),
    indexes=("till z_number state number rounding", "till at state"),
)
RECEIPT_LINE = _table(
    "receipt_line",
    "En rad på ett kvitto, med värdena så som kassan sparade dem.",
    "till receipt row",
    _TILL,
    _number("receipt", "Kvittonummer."),
    _number("row", "Radnummer på kvittot."),
    Column(
        "kind",
        "text",
        "goods (vara), gift_card (sålt presentkort, utan moms), deposit (pant, med varans moms), single_purpose (såld"
        " enfunktionsvoucher, med moms), agent (lotter, frimärken, spel), tip (dricks till personalen) eller owner_tip"
        " (dricks till företaget).",
    ),
    _text("article", "Artikelnummer."),
    _text("text", "Text på kvittot."),
    _text("group_code", "Varugrupp när kvittot slogs."),
    _number("quantity", "Antal i tusendelar; negativt vid retur."),
    _number("amount", "Belopp i öre inklusive moms, efter rabatt; negativt vid retur."),
    _number("vat", "Moms i öre, ingår i beloppet."),
    _VAT_RATE,
    Column("discount", "integer", "Rabatt i öre inklusive moms, redan avdragen från beloppet.", default=0),
)
RECEIPT_PAYMENT = _table(
    "receipt_payment",
    "En betalning på ett kvitto.",
    "till receipt row",
    _TILL,
    _number("receipt", "Kvittonummer."),
    _number("row", "Radnummer på kvittot."),
    Column("method", "text", "Betalsättets kod."),
    _number("amount", "Belopp i öre; negativt när pengar lämnas tillbaka."),
    _text("reference", "Kortköpets, Swish- eller presentkortets nummer."),
)
Z_REPORT = _table(
    "z_report",
    "En Z-rapport. Summan av betalningar = försäljning per momssats + avrundning.",
    "till number",
    _TILL,
    _number("number", "Z-nummer, löpande per kassa."),
    _AT,
    Column("business_date", "date", "Dagen som rapporten gäller, butikens tid."),
    _number("first_receipt", "Första kvittot i rapporten."),
    _number("last_receipt", "Sista kvittot i rapporten."),
    _number("total", "Summan av alla betalningar i öre."),
    Column("rounding", "integer", "Summan av öresavrundning i öre.", default=0),
    indexes=("business_date",),
)
Z_VAT = _table(
    "z_vat",
    "En Z-rapports summa för en momssats. Presentkort står på 0 %.",
    "till z_number rate",
    _TILL,
    _number("z_number", "Z-nummer."),
    _number("rate", "Momssats i hela procent."),
    _number("sales", "Försäljning i öre inklusive moms."),
    _number("vat", "Moms i öre: summan av radernas moms."),
)
Z_METHOD = _table(
    "z_method",
    "En Z-rapports summa för ett betalsätt.",
    "till z_number method",
    _TILL,
    _number("z_number", "Z-nummer."),
    Column("method", "text", "Betalsättets kod."),
    _number("amount", "Belopp i öre."),
)
CASH_MOVEMENT = _table(
    "cash_movement",
    "Kontanter in eller ut som inte är försäljning.",
    "till number",
    _TILL,
    _number("number", "Löpnummer per kassa."),
    Column("kind", "text", "float (växelkassa), pay_in (insättning), pay_out (uttag) eller counted (räknat)."),
    _AT,
    _number("amount", "Belopp i öre, positivt; för counted det som räknades."),
    _text("reason", "Orsak, till exempel Bankinsättning."),
    Column("z_number", "integer", "Z-rapporten som stängde rörelsen; NULL tills dess.", nullable=True),
    Column("expected", "integer", "För counted: vad som borde ligga i lådan, i öre.", nullable=True),
    indexes=("till z_number",),
)
GIFT_CARD = _table(
    "gift_card",
    "Vilket presentkort en rad sålde eller en betalning använde.",
    "till receipt row card event",
    _TILL,
    _number("receipt", "Kvittonummer."),
    _number("row", "Radens (sold) eller betalningens (redeemed) nummer."),
    Column("card", "text", "Presentkortets nummer."),
    Column("event", "text", "sold (sålt) eller redeemed (använt)."),
    _number("amount", "Belopp i öre."),
)
CUSTOMER_ORDER = _table(
    "customer_order",
    "En order som tagits i kassan.",
    "till number",
    _TILL,
    _number("number", "Ordernummer, löpande per kassa."),
    _AT,
    Column("customer", "text", "Kundnummer."),
)
CUSTOMER_ORDER_LINE = _table(
    "customer_order_line",
    "En rad på en order.",
    "till order_number row",
    _TILL,
    _number("order_number", "Ordernummer."),
    _number("row", "Radnummer."),
    _text("article", "Artikelnummer."),
    _text("text", "Text."),
    _number("quantity", "Antal i tusendelar."),
    _number("amount", "Belopp i öre inklusive moms."),
    _VAT_RATE,
)
_CUSTOMER = (
    Column("number", "text", "Kundnummer."),
    _text("name", "Namn."),
    _text("org_number", "Organisationsnummer."),
    _text("address", "Adress."),
    _text("postal_code", "Postnummer."),
    _text("city", "Ort."),
    _text("email", "E-post."),
    _text("phone", "Telefon."),
    _text("price_list", "Prislista."),
    _ACTIVE,
)
CUSTOMER_CHANGE = _table(
    "customer_change",
    "En kund som lagts upp eller ändrats i kassan, så som kunden ser ut efteråt.",
    "sequence",
    _number("sequence", "Löpnummer för ändringen."),
    _AT,
    *_CUSTOMER,
)

ARTICLE_GROUP = _table(
    "article_group",
    "En varugrupp.",
    "code",
    Column("code", "text", "Kod."),
    _text("name", "Namn."),
    _VAT_RATE,
    Column("sales_account", "integer", "Försäljningskonto; 0 = enligt inställningarna för momssatsen.", default=0),
)
ARTICLE = _table(
    "article",
    "En artikel.",
    "number",
    Column("number", "text", "Artikelnummer."),
    _text("name", "Namn."),
    _text("group_code", "Varugrupp; får sakna rad i article_group."),
    _VAT_RATE,
    Column("price", "integer", "Pris i öre inklusive moms.", default=0),
    Column("deposit", "integer", "Pant i öre per styck, utöver priset.", default=0),
    Column("unit", "text", "Enhet.", default="st"),
    _ACTIVE,
)
BARCODE = _table(
    "barcode",
    "En streckkod; en artikel kan ha flera.",
    "code",
    Column("code", "text", "Streckkoden."),
    Column("article", "text", "Artikelnummer."),
    indexes=("article",),
)
PRICE = _table(
    "price",
    "Ett pris i en prislista, från en dag och ett minsta antal.",
    "price_list article valid_from min_quantity",
    Column("price_list", "text", "Prislistans kod."),
    Column("article", "text", "Artikelnummer."),
    Column("valid_from", "date", "Första dagen som priset gäller."),
    Column("min_quantity", "integer", "Minsta antal i tusendelar.", default=0),
    _number("price", "Pris i öre inklusive moms."),
    indexes=("article",),
)
STOCK = _table(
    "stock",
    "Lagersaldo.",
    "article location",
    Column("article", "text", "Artikelnummer."),
    Column("location", "text", "Lagerställe."),
    _number("quantity", "Antal i tusendelar."),
)
CUSTOMER = _table("customer", "En kund.", "number", *_CUSTOMER)
ACCOUNT = _table(
    "account",
    "Ett konto i kontoplanen.",
    "number",
    _number("number", "Kontonummer."),
    _text("name", "Kontots namn."),
    _ACTIVE,
)

SALES: tuple[Table, ...] = (
    COMPANY,
    TILL,
    PAYMENT_METHOD,
    RECEIPT,
    RECEIPT_LINE,
    RECEIPT_PAYMENT,
    Z_REPORT,
    Z_VAT,
    Z_METHOD,
    CASH_MOVEMENT,
    GIFT_CARD,
    CUSTOMER_ORDER,
    CUSTOMER_ORDER_LINE,
    CUSTOMER_CHANGE,
)
"""Read, never written. Views will do."""

REGISTERS: tuple[Table, ...] = (ARTICLE_GROUP, ARTICLE, BARCODE, PRICE, STOCK, CUSTOMER, ACCOUNT)
"""Written by the Sync Center, read by the till. Real tables, with these keys."""

CONTRACT: tuple[Table, ...] = (*SALES, *REGISTERS)


def create(database: Database) -> None:
    """Create the tables that are missing, for a demo or a test. A real till brings its own sales."""
    missing = [table for table in CONTRACT if database.columns(table.name) is None]
    database.script([statement for table in missing for statement in table.ddl(database.dialect)])
