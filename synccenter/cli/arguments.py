"""The arguments, declared. argparse's own words are Swedish through `locale/`."""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from synccenter import __version__


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    top = argparse.ArgumentParser(
        prog="jobsync",
        description="JobOffice Sync Center: håller kassan och affärssystemet i takt. Utan kommando startar ikonen.",
    )
    top.add_argument("--version", action="version", version=f"JobOffice Sync Center {__version__}")
    top.add_argument("--data-dir", type=Path, metavar="MAPP", help="mapp för allt som hör till ett företag")
    top.add_argument("--json", action="store_true", help="skriv svaret som JSON")
    commands = top.add_subparsers(dest="command", metavar="KOMMANDO", title="kommandon")
    _sync(commands)
    commands.add_parser("check", help="kontrollera alla inställningar; skickar inget")
    commands.add_parser("status", help="vad som har hänt och vad som väntar")
    _proof(commands)
    _settings(commands)
    _ledger(commands)
    _identity(commands)
    _registers(commands)
    _till(commands)
    _packets(commands)
    _demo(commands)
    _sign_in(commands)
    _update(commands)
    return top


def _sync(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sync = commands.add_parser("sync", help="synkronisera förändringar")
    sync.add_argument("--all", action="store_true", help="synkronisera allt: jämför hela registren")
    sync.add_argument(
        "--accept-removals", action="store_true", help="godta att ett register har krympt till mindre än hälften"
    )
    sync.add_argument("--dry-run", action="store_true", help="provkörning: visa vad som skulle hämtas och skickas")


def _sign_in(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sign_in = commands.add_parser("sign-in", help="logga in i affärssystemet i webbläsaren")
    sign_in.add_argument(
        "--paste", action="store_true", help="läs adressen som webbläsaren slutade på från standard in"
    )
    sign_in.add_argument("--out", action="store_true", help="logga ut i stället")


def _proof(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    proof = commands.add_parser("proof", help="bevis: luckor, och kassa mot bokföring per Z-rapport")
    period = proof.add_mutually_exclusive_group()
    period.add_argument("--day", type=_day, metavar="ÅÅÅÅ-MM-DD", help="en dag")
    period.add_argument("--month", type=_month, metavar="ÅÅÅÅ-MM", help="en månad")
    period.add_argument("--z", type=_till_number, metavar="KASSA:NUMMER", help="en Z-rapport, t.ex. 1:57")
    proof.add_argument("--no-books", action="store_true", help="läs inte tillbaka ur affärssystemet")


def _settings(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    settings = commands.add_parser("settings", help="visa och ändra inställningar")
    acts = settings.add_subparsers(dest="act", metavar="VAD", required=True)
    show = acts.add_parser("show", help="visa alla inställningar")
    show.add_argument("--describe", action="store_true", help="med förklaring till var och en")
    change = acts.add_parser("set", help="ändra: NAMN=VÄRDE ...")
    change.add_argument("pairs", nargs="+", metavar="NAMN=VÄRDE")
    secret = acts.add_parser("secret", help="spara en hemlighet i lösenordsvalvet; läses från standard in")
    secret.add_argument("name", metavar="NAMN")
    secret.add_argument("--delete", action="store_true", help="ta bort den i stället")


def _ledger(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    ledger = commands.add_parser("ledger", help="underlagen ett och ett: visa, släpp, skicka om, märk som bokförd")
    acts = ledger.add_subparsers(dest="act", metavar="VAD", required=True)
    listing = acts.add_parser("list", help="det som väntar, är stoppat eller oklart")
    listing.add_argument("--day", type=_day, metavar="ÅÅÅÅ-MM-DD", help="alla underlag för en dag")
    show = acts.add_parser("show", help="ett underlag med alla konteringar")
    show.add_argument("reference", metavar="UNDERLAG")
    release = acts.add_parser("release", help="försök igen med ett stoppat underlag, konterat på nytt")
    resend = acts.add_parser("resend", help="skicka om under en ny referens: ett underlag, eller en hel dag")
    booked = acts.add_parser("booked", help="märk som bokfört för hand")
    for act in (release, resend, booked):
        act.add_argument("reference", metavar="UNDERLAG", nargs="?", default="")
        act.add_argument("--day", type=_day, metavar="ÅÅÅÅ-MM-DD", help="alla underlag för en dag")
        act.add_argument("--note", default="", help="anteckning till historiken")
    for act in (resend, booked):
        act.add_argument("--found", action="store_true", help="alla som väntar som ”finns redan”")
    resend.add_argument("--insist", action="store_true", help="även om det redan är skickat den här eller en annan väg")
    reverse = acts.add_parser("reverse", help="vänd en felaktig verifikation i affärssystemet")
    reverse.add_argument("reference", metavar="UNDERLAG")
    reverse.add_argument("--note", required=True, help="varför, till historiken")
    reverse.set_defaults(day=None)
    explain = acts.add_parser("explain", help="förklara en lucka i nummerserien")
    explain.add_argument("gap", metavar="LUCKA", help="som den heter i ”jobsync proof”, t.ex. kvitto:1:1043-1045")
    explain.add_argument("--note", required=True, help="förklaringen")
    acts.add_parser("history", help="allt som gjorts för hand")
    acts.add_parser("restore", help="lägg tillbaka den senaste hela kopian av journalen")


def _identity(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    identity = commands.add_parser("identity", help="vem är vem: företag och kassor som journalen känner dem")
    acts = identity.add_subparsers(dest="act", metavar="VAD", required=True)
    acts.add_parser("show", help="företaget och kassorna som journalen känner dem, och vad som har ändrats")
    new = acts.add_parser("till-new", help="kassan är ny, utbytt eller återställd: skicka det som är nytt i den")
    closed = acts.add_parser("till-closed", help="kassan är avvecklad och allt är skickat")
    renamed = acts.add_parser("till-renamed", help="kassan är densamma men har fått ett nytt id")
    renamed.add_argument("old", metavar="GAMMALT")
    renamed.add_argument("new", metavar="NYTT")
    for act in (new, closed):
        act.add_argument("till", metavar="KASSA")
    company = acts.add_parser("company-renamed", help="företaget är detsamma men har fått ett nytt id i kassan")
    company.add_argument("old", metavar="GAMMALT")
    corrected = acts.add_parser("company-corrected", help="samma företag; organisationsnumret är rättat i kassan")
    for act in (new, closed, renamed, company, corrected):
        act.add_argument("--note", default="", help="anteckning till historiken")


def _registers(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    registers = commands.add_parser("registers", help="registerändringar som väntar på godkännande")
    acts = registers.add_subparsers(dest="act", metavar="VAD", required=True)
    acts.add_parser("held", help="visa dem med före och efter")
    accept = acts.add_parser("accept", help="godkänn: skriv in dem i kassan; utan id alla")
    keep = acts.add_parser("keep", help="behåll det gamla, och fråga inte om samma sak igen; utan id alla")
    for act in (accept, keep):
        act.add_argument("ids", metavar="ID", nargs="*", help="som de heter i ”jobsync registers held”")
        act.add_argument(
            "--cause", action="append", default=[], metavar="SKÄL", help="alla av ett skäl, t.ex. price_leap"
        )


def _till(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    till = commands.add_parser("till", help="journalfiler från kassan: läs in, frågor och svar")
    acts = till.add_subparsers(dest="act", metavar="VAD", required=True)
    read = acts.add_parser("import", help="läs in filer nu, utan att skicka något")
    read.add_argument("files", type=Path, nargs="*", metavar="FIL", help="utan fil: allt nytt i mappen")
    acts.add_parser("questions", help="Z-rapporter som väntar, med frågor och siffror")
    answer = acts.add_parser("answer", help="svara på en fråga, en gång för varje märke av kassa")
    answer.add_argument("what", choices=("payment", "line", "account"), help="betalsätt, rad utan moms eller konto")
    answer.add_argument("subject", metavar="TEXT", help="som den står i frågan")
    answer.add_argument("answer", metavar="SVAR")
    answer.add_argument("--account", type=int, metavar="KONTO", help="bokför betalsättet på det här kontot")
    control = acts.add_parser("control", help="hur sträng en kontroll är: stop eller warn")
    control.add_argument("pair", metavar="KONTROLL=NIVÅ", help="t.ex. payments=warn")
    for act in (answer, control):
        act.add_argument("--make", default="", metavar="MÄRKE", help="kassans märke; utan: det enda som finns")
    answers = acts.add_parser("answers", help="svaren som fil, till nästa butik med samma märke")
    way = answers.add_mutually_exclusive_group(required=True)
    way.add_argument("--to", type=Path, metavar="FIL", help="skriv dem")
    way.add_argument("--from", type=Path, dest="source", metavar="FIL", help="läs dem")
    export = acts.add_parser("export", help="kassans försäljning som journalfil, till exempel åt en revisor")
    export.add_argument("file", type=Path, metavar="FIL")
    period = export.add_mutually_exclusive_group(required=True)
    period.add_argument("--day", type=_day, metavar="ÅÅÅÅ-MM-DD", help="en dag")
    period.add_argument("--month", type=_month, metavar="ÅÅÅÅ-MM", help="en månad")
    registers = acts.add_parser("registers", help="artiklarna som CSV i kassans egna kolumner")
    registers.add_argument("file", type=Path, metavar="FIL")
    registers.add_argument(
        "--columns", required=True, metavar="TEXT", help="t.ex. ”PLU=number; Benämning=name; Pris=price”"
    )
    acts.add_parser("seen", help="larmen är sedda och åtgärdade")


def _packets(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    month = commands.add_parser("month", help="månadspaket till bokföraren: bevis som webbsida, och det som skickats")
    month.add_argument("month", type=_month, metavar="ÅÅÅÅ-MM", help="månaden")
    page = commands.add_parser("z-report", help="Z-rapporten som sida (PDF), med verifikationen som den blev")
    page.add_argument("till", metavar="KASSA", help="kassans id")
    page.add_argument("number", type=_count, metavar="Z", help="Z-numret")
    page.add_argument("--out", type=Path, metavar="FIL", help="fil att skriva; utan: Z-rapport KASSA-Z.pdf här")
    commands.add_parser("giftcards", help="presentkorten ett och ett, bredvid skulden på 2421")
    support = commands.add_parser("support", help="supportpaket: en zip utan lösenord och kunduppgifter")
    commands.add_parser("testmail", help="skicka ett testmejl med inställningarna för e-post")
    for command in (month, support):
        command.add_argument("--to", type=Path, metavar="MAPP", help="mapp att lägga det i")


def _demo(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    demo = commands.add_parser("demo", help="ett demoföretag med en dags handel, och en synkronisering av den")
    demo.add_argument("--articles", type=Path, metavar="FIL", help="ett eget artikelregister (CSV)")
    demo.add_argument("--days", type=_count, metavar="N", default=1, help="antal dagar (1)")
    demo.add_argument("--receipts", type=_count, metavar="N", default=300, help="kvitton per dag (300)")
    demo.add_argument("--seed", type=int, metavar="N", default=1, help="samma frö ger samma dagar (1)")
    demo.add_argument("--start", type=_day, metavar="ÅÅÅÅ-MM-DD", help="första dagen (2026-11-02)")
    demo.add_argument(
        "--everything", action="store_true", help="i stället fyra dagar över ett månadsskifte med allt som kan bokföras"
    )
    demo.add_argument("--journal", action="store_true", help="skriv också dagarna som journalfil (SKVFS 2021:16)")
    demo.add_argument("--no-sync", action="store_true", help="bara bygg; synkronisera inte")


def _update(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    update = commands.add_parser("update", help="finns det en nyare version? byt till den, eller gå tillbaka")
    acts = update.add_mutually_exclusive_group()
    acts.add_argument("--install", action="store_true", help="byt till den nyare versionen")
    acts.add_argument("--back", action="store_true", help="gå tillbaka till den föregående versionen")
    update.add_argument("--exe", type=Path, metavar="FIL", help="en annan programfil än den som körs")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"skriv datumet som åååå-mm-dd, inte ”{text}”") from None


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise argparse.ArgumentTypeError(f"skriv månaden som åååå-mm, inte ”{text}”") from None


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1_000_000:
        raise argparse.ArgumentTypeError(f"skriv ett tal från 1, inte ”{text}”")
    return int(text)


def _till_number(text: str) -> tuple[str, int]:
    till, _, number = text.rpartition(":")
    if not till or not number.isdigit():
        raise argparse.ArgumentTypeError(f"skriv kassa och nummer som 1:57, inte ”{text}”")
    return till, int(number)
