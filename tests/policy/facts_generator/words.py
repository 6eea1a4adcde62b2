"""The words that the generator draws from: those of the contract, and wrong ones."""

from typing import Any

Facts = dict[str, Any]

PUBLIC = ("rvdk", "dji", "politie", "om", "burgemeester", "college", "ggd")
PRIVATE = ("reclassering", "veilig-thuis", "gi", "ggz", "wijkteam")
OTHERS = (
    "woningcorporatie",
    "school",
    "huisarts",
    "zorgaanbieder",
    "zorgverzekeraar",
    "uwv",
    "meldpunt",
    "riec",
    "zvh",
    "ambulance-ggz",
)
KINDS = PUBLIC + PRIVATE + OTHERS
ACTIVITIES = (
    "opvragen",
    "verstrekken",
    "aanmelden",
    "bevragen-ander-zvh",
    "resultaat-delen",
    "derde-verstrekken",
    "casus-sluiten",
    "inzage",
    "log-raadplegen",
)
STATES = ("aangemeld", "in-behandeling", "afgewezen", "afgesloten", "overgedragen-pga")
TRACKS = ("gemeentelijk", "wams", "zvh")
RELATIONS = ("betrokkene", "gezinslid", "directe-kring", "derde")
CONTENT_ROLES = (
    *("casusregisseur", "procesregisseur", "procesmanager-zvh", "klantmanager-wmo", "consulent", "schuldhulpverlener"),
    *("leerplichtambtenaar", "wijkteammedewerker", "maatschappelijk-werker", "jeugdbeschermer", "jeugdhulpverlener"),
    *("behandelaar", "psychiater", "crisisdienst", "huisarts", "reclasseringswerker", "raadsonderzoeker"),
    *("casemanager-dji", "medewerker-veilig-thuis", "medewerker-ggd", "wijkagent", "medewerker-politie"),
    *("officier-van-justitie", "medewerker-om", "adviseur-openbare-orde", "burgemeester", "meldpuntmedewerker"),
    "leerkracht",
)  # and wams-coordinator, of whom more is asked
OTHER_ROLES = (
    "wethouder",
    "raadslid",
    "bestuurder",
    "manager",
    "datascientist",
    "systeembeheerder",
    "fg",
    "rac",
    "auditor",
    "fg-coordinerend",
    "medewerker-contactpunt",
    "tovenaar",
    "Casusregisseur",
    "",
)
ROLES = ("wams-coordinator", "behandelaar", *OTHER_ROLES)
CATEGORIES = (
    "ident_contact",
    "bsn",
    "woonsituatie",
    "financieel",
    "inkomen",
    "gezondheid",
    "politie_art8_13",
    "politie_art9_10",
    "justitieel_strafvorderlijk",
    "relaties",
    "toezicht_handhaving",
    "voorzieningen_sd",
    "hulpverlening",
    "medewerker_contact",
    "nationaliteit",
    "ras_etniciteit",
    "religie",
    "seksueel",
    "onderwijs",
    "signaal_omschrijving",
    "betrokken_deelnemers",
    "afspraken_plan",
)
EXCEPTIONS = ("toestemming", "wettelijke-plicht", "wettelijke-toestemming", "goed-hulpverlenerschap")
SELF, PARENT = "zelf", "wettelijk-vertegenwoordiger"
GIVER_SETS = ([], [SELF], [PARENT], [SELF, PARENT], [PARENT, SELF])
GROUNDS = ("problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig")
AGES = (0, 8, 11, 12, 13, 15, 16, 17, 18, 34, 80)
UNKNOWN_BASES = (
    "wgs.zvh.risicoscore",
    "wgs.zvh.bestaat_niet",
    "wgs.zvh",
    "WGS.ZVH.CASUSOVERLEG",
    "vitaal_belang ",
    " ",
    "",
)
WRONG = ("tekst", 7, -1, 1.5, True, False, [], {}, [[]], ["x"], {"x": 1}, "ja", "2026-13-01", "null")
BLANK = ("", " ", "\t", " \n ")
