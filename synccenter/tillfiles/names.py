"""The names that a journal export is recognised by (SKVFS 2021:16, schema version 2021-12-08)."""

INSTANS = "http://xmls.skatteverket.se/se/skatteverket/td/instans/utredningsstod/1.0"
KOMPONENT = "http://xmls.skatteverket.se/se/skatteverket/td/komponent/utredningsstod/1.0"
ROOT = "ExportAvDataFranJournalminneEnligtSKVFS2021-16"
