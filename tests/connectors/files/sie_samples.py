"""Every SIE file there is to test on, judged by the format text (SIE 4B) and not by its name.

Files whose name sounds wrong but which are good: an organisation number without hyphen or with century, a long
voucher number, eight digits in an account number and three fields in an address break no rule that could lose
money; "2018 ÅRL" has an unknown field at its end (7.3); a voucher without rows balances (programs export struck
ones so); an account without SRU code is what a real Visma file has too, and we have no use for SRU codes (7.1).
"""

from __future__ import annotations

from tests.places import SHARED

FOLDER = SHARED / "specs/sie"

GOOD = {
    "1": (
        "jsisie/BL0001_typ1.SE",
        "jsisie/BokslutSIE1.se",
        "jsisie/MAMUT_SIE1_EXPORT.SE",
        "jsisie/Norstedts Bokslut SIE 1.se",
        "jsisie/Norstedts Revision SIE 1.SE",
        "jsisie/SIE-fil från Visma Eget Aktiebolag 2010.se",
        "jsisie/SIE-fil från Visma Enskild Firma 2010.se",
        "jsisie/Sie 1.SE",
        "jsisie/Sie1.se",
        "jsisie/Test1.SE",
        "jsisie/XE_SIE_1_20151125094750.SE",
        "jsisie/arsaldo_ovnbolag.se",
        "jsisie/magenta_bokföring_SIE1.se",
        "jsisie/typ1.se",
        "sie4j/BLBLOV_SIE1.SE",
        "sie4j/BLBLOV_SIE1_copy.SE",
        "sie4j/BLBLOV_SIE1_file_is_read.SE",
        "sie4j/Balanserad förlust.se",
    ),
    "2": (
        "jsisie/BL0001_typ2.SE",
        "jsisie/MAMUT_SIE2_EXPORT.SE",
        "jsisie/Sie 1+2.se",
        "jsisie/Sie 2.SE",
        "jsisie/Sie2.se",
        "jsisie/Test2.SE",
        "jsisie/XE_SIE_2_20151125094903.SE",
        "jsisie/magenta_bokföring_SIE2.se",
        "jsisie/periodsaldo_ovnbolag.se",
        "jsisie/typ2.se",
        "sie4j/BLBLOV_SIE2.SE",
    ),
    "3": (
        "jsisie/BL0001_typ3.SE",
        "jsisie/MAMUT_SIE3_EXPORT.SE",
        "jsisie/Test3.SE",
        "jsisie/XE_SIE_3_20151125094952.SE",
        "jsisie/magenta_bokföring_SIE3.se",
        "jsisie/objektsaldo_ovnbolag.se",
        "jsisie/sie 3.SE",
        "jsisie/typ3.se",
        "sie4j/BLBLOV_SIE3.SE",
    ),
    "4E": (
        "jsisie/BL0001_typ4.SE",
        "jsisie/Bokslut Norstedts SIE 4E.se",
        "jsisie/MAMUT_SIE4_EXPORT.SE",
        "jsisie/SIE4_Exempelfil_med_underdim.SE",
        "jsisie/SIE_exempelfil.se",
        "jsisie/Sie 3 + 4.se",
        "jsisie/Sie4.si",
        "jsisie/Test4.SE",
        "jsisie/live2011.se",
        "jsisie/magenta_bokföring_SIE4E.se",
        "jsisie/sie 4.SE",
        "jsisie/transaktioner_ovnbolag.se",
        "jsisie/typ4.se",
        "sie4j/Arousells_Visning_AB.SE",
        "sie4j/BLBLOV_SIE4.SE",
        "sie4j/BLBLOV_SIE4_ISO_8859_15.SE",
        "sie4j/BLBLOV_SIE4_UTF_8_1.SE",
        "sie4j/BLBLOV_SIE4_UTF_8_with_8_digit_account_number.SE",
        "sie4j/BLBLOV_SIE4_UTF_8_with_empty_voucher.SE",
        "sie4j/BLBLOV_SIE4_UTF_8_with_erroneous_taxar.SE",
        "sie4j/BLBLOV_SIE4_UTF_8_with_missing_sru_code.SE",
        "sie4j/CC2-foretaget.SE",
        "sie4j/SIE_test_av_KST_projekt_Testbolaget_e - kopia ny.SE",
        "sie4j/SIE_test_av_KST_projekt_Testbolaget_e - kopia.SE",
        "sie4j/SIE_with_long_voucher_series_number.SE",
        "sie4j/Testbolaget_Enskild_firma.SE",
    ),
    "4I": (
        "jsisie/BL0001_typ4I.SI",
        "jsisie/BokOrder.si",
        "jsisie/Exempelbolaget_SIE_110322_B_33.si",
        "jsisie/FAKT.SI",
        "jsisie/LON Lönekörning.SI",
        "jsisie/Lön.si",
        "jsisie/Norstedts Bokslut SIE 4I.si",
        "jsisie/SIE4 Visma Anläggningsregister.si",
        "jsisie/Sie4I1.SI",
        "jsisie/magenta_bokföring_SIE4I.se",
        "jsisie/si.SI",
        "jsisie/typ4si.si",
        "jsisie/urval_ovnbolag.si",
        "sie4j/BLBLOV_SIE4.SI",
        "sie4j/BLBLOV_SIE4_ISO_8859_15.SI",
        "sie4j/BLBLOV_SIE4_UTF_8.SI",
        "sie4j/BLBLOV_SIE4_UTF_8_WITH_FAULTY_ADDRESS.SI",
        "sie4j/BLBLOV_SIE4_UTF_8_with_12_digit_cid.SI",
        "sie4j/BLBLOV_SIE4_UTF_8_with_8-4_digit_cid.SI",
        "sie4j/BLBLOV_SIE4_UTF_8_with_erroneous_voucher_numbers.SI",
        "sie4j/CC3.SI",
        "sie4j/Quotes_test.si",
        "sie4j/SieWriterTest-result.si",
        "sie4j/Transaktioner per Z-rapport.se",
    ),
}
"""Good files by type."""

REFUSED = {
    # The web page of a dead link, saved under the name of an SIE file.
    "jsisie/BokSald.SE": ("SIE10", 0, "en webbsida"),
    "jsisie/HAS1_1412.se": ("SIE10", 0, "en webbsida"),
    "jsisie/HAS2_1412.se": ("SIE10", 0, "en webbsida"),
    "jsisie/HAS3_1412.se": ("SIE10", 0, "en webbsida"),
    "jsisie/HAS4E_1412.Se": ("SIE10", 0, "en webbsida"),
    "jsisie/HAS4i_1412.si": ("SIE10", 0, "en webbsida"),
    "jsisie/ObjSald.SE": ("SIE10", 0, "en webbsida"),
    "jsisie/PerSald.SE": ("SIE10", 0, "en webbsida"),
    "jsisie/TRANSAK.SE": ("SIE10", 0, "en webbsida"),
    # "Kontonummer skall vara numeriskt" (#KONTO, rule 2): postings to an account called FEL or DIFF have no account.
    "jsisie/Sie3.se": ("SIE01", 670, "”FEL” är inget kontonummer"),
    "jsisie/Sie4.se": ("SIE01", 592, "”DIFF” är inget kontonummer"),
    "sie4j/BLBLOV_SIE2_UTF_8_with_non_numeric_account_number.SE": ("SIE01", 16, "”11AF” är inget kontonummer"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_non_numeric_account_number.SE": ("SIE01", 16, "”11AF” är inget kontonummer"),
    "sie4j/BLBLOV_SIE2_UTF_8_with_errors.SE": ("SIE01", 218, "”11AF” är inget kontonummer"),
    "sie4j/BLBLOV_SIE2_UTF_8_with_multiple_errors.SE": ("SIE01", 218, "”11AF” är inget kontonummer"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_errors.SE": ("SIE01", 218, "”11AF” är inget kontonummer"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_missing_account_numbers.SE": ("SIE01", 14, "kontonummer saknas"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_missing_account_numbers_in_transaction.SI": ("SIE01", 10, "kontonummer saknas"),
    # A checksum that the content does not give (10.14); ours agrees with those of five real files.
    "jsisie/Sie4I1ksumma.SI": ("SIE05", 63, "filen säger ”123456789”"),
    # "Inom en verifikation skall det råda balans" (#TRANS, rule 4), whoever wrote the file.
    "jsisie/XE_SIE_4_20151125095119.SE": ("SIE04", 1356, "skiljer 2,00 kr"),
    "jsisie/testWrite.se": ("SIE04", 1368, "skiljer 2,00 kr"),
    "jsisie/testWrite1.se": ("SIE04", 1368, "skiljer 2,00 kr"),
    "jsisie/transaktioner_ovnbolag-bad-balance.se": ("SIE04", 3905, "skiljer 12\N{NO-BREAK SPACE}771,00 kr"),
    "sie4j/BLBLOV_SIE4_UTF_8_IMBALANCED.SI": ("SIE04", 8, "skiljer 0,55 kr"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_imbalanced_voucher.SE": ("SIE04", 821, "skiljer 0,10 kr"),
    # A year that ends before it begins.
    "sie4j/BLBLOV_SIE1_erroneous_leap_year.SE": ("SIE01", 10, "slutar 2020-02-28 men börjar 2021-03-01"),
    # #VER is marked "-" for type 3 in the table of section 6.
    "sie4j/BLBLOV_SIE3_UTF_8_with_vouchers.SE": ("SIE03", 818, "#VER får inte förekomma"),
    # Five accounts are gone but still have balances: "samtliga använda konton" (#KONTO, rule 3).
    "sie4j/BLBLOV_SIE4_UTF_8_MISSING_ACCOUNTS.SE": ("SIE01", 421, "konto 1119"),
    # "Datum anges alltid i format ÅÅÅÅMMDD" (5.10).
    "sie4j/BLBLOV_SIE4_UTF_8_with_critical_voucher_date_error.SI": ("SIE01", 8, "”rappakalja” är inget datum"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_empty_voucher_date.SI": ("SIE01", 8, "”” är inget datum"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_erroneous_voucher_date.SI": ("SIE01", 8, "”180501” är inget datum"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_iso_voucher_date.SI": ("SIE01", 8, "”2018-05-01” är inget datum"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_missing_voucher_date.SI": ("SIE01", 8, "datum saknas i #VER"),
    # The series is left out, so that every field after it stands in the place of another.
    "sie4j/BLBLOV_SIE4_UTF_8_with_missing_voucher_series.SE": ("SIE01", 821, "är inget datum"),
    # Mandatory fields that are empty or left out.
    "sie4j/BLBLOV_SIE4_UTF_8_with_faulty_transaction.SI": ("SIE01", 10, "beloppet saknas i #TRANS"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_missing_account_balance.SE": ("SIE01", 426, "”” är inget belopp"),
    "sie4j/BLBLOV_SIE4_UTF_8_with_missing_company_name.SI": ("SIE01", 6, "företagsnamnet saknas i #FNAMN"),
    # "År anges i formen ÅÅÅÅ" (#TAXAR, rule 1).
    "sie4j/BLBLOV_SIE4_UTF_8_with_unparseable_taxar.SE": ("SIE01", 12, "”CCMXVIII” är inget år"),
    # Has no #FORMAT, mandatory in every type. (The version of #PROGRAM, which gave it its name, we do without.)
    "sie4j/SIE_with_missing_program_version.se": ("SIE02", 8, "#FORMAT"),
}
"""Broken files: the code, the line, and what the sentence must say."""
