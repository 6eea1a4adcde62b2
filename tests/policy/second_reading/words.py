"""The vocabularies of the contract and the sets of its table of bases, in its own order."""


def words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


PUBLIC = frozenset(words("rvdk dji politie om burgemeester college ggd"))
PRIVATE = frozenset(words("reclassering veilig-thuis gi ggz wijkteam"))
PARTICIPANTS = PUBLIC | PRIVATE
NO_PARTICIPANTS = frozenset(
    words("woningcorporatie school huisarts zorgaanbieder zorgverzekeraar uwv meldpunt riec zvh ambulance-ggz")
)
ANYONE = PARTICIPANTS | NO_PARTICIPANTS
PROFILES = ("productie", "simulatie")
ACTIVITIES = words(
    "opvragen verstrekken aanmelden bevragen-ander-zvh resultaat-delen derde-verstrekken casus-sluiten inzage "
    "log-raadplegen"
)
TRACKS = ("gemeentelijk", "wams", "zvh")
STATES = ("aangemeld", "in-behandeling", "afgewezen", "afgesloten", "overgedragen-pga")
RELATIONS = ("betrokkene", "gezinslid", "directe-kring", "derde")
SELF, REPRESENTATIVE = "zelf", "wettelijk-vertegenwoordiger"
GIVERS = (SELF, REPRESENTATIVE)
EXCEPTIONS = ("toestemming", "wettelijke-plicht", "wettelijke-toestemming", "goed-hulpverlenerschap")
GROUNDS = ("problemen", "leefgebieden_criminogeen", "overlast_criminaliteit_onveiligheid", "meerdere_domeinen_nodig")
CIRCUMSTANCES = words(
    "redelijk_vermoeden vermoeden_zorgnoodzaak vermoeden_radicalisering openbare_orde verzoek_professional "
    "gecontracteerde_aanbieder ondertoezichtstelling hulpvraag samenhangende_problematiek coordinator_aangewezen "
    "college_besluit afspraken_gemaakt criteria_gepubliceerd bekend_in_ander_zvh opdracht_deelnemers "
    "hoog_recidiverisico"
)
CONTENT_ROLES = frozenset(
    words(
        "casusregisseur procesregisseur procesmanager-zvh klantmanager-wmo consulent schuldhulpverlener "
        "leerplichtambtenaar wijkteammedewerker maatschappelijk-werker jeugdbeschermer jeugdhulpverlener behandelaar "
        "psychiater crisisdienst huisarts reclasseringswerker raadsonderzoeker casemanager-dji medewerker-veilig-thuis "
        "medewerker-ggd wijkagent medewerker-politie officier-van-justitie medewerker-om adviseur-openbare-orde "
        "burgemeester wams-coordinator meldpuntmedewerker leerkracht"
    )
)
OVERSIGHT_ROLES = frozenset(words("fg fg-coordinerend rac auditor"))
CONTACT_ROLES = frozenset({"medewerker-contactpunt"})

CRIMINAL = frozenset(words("politie_art8_13 politie_art9_10 justitieel_strafvorderlijk"))
SPECIAL = frozenset(words("gezondheid hulpverlening ras_etniciteit religie seksueel"))
SENSITIVE = SPECIAL | CRIMINAL  # what `onward: special` is about
WGS_2_30 = frozenset(
    words(
        "ident_contact bsn woonsituatie financieel inkomen gezondheid politie_art8_13 justitieel_strafvorderlijk "
        "relaties toezicht_handhaving voorzieningen_sd hulpverlening medewerker_contact"
    )
)
RESULT = frozenset({"afspraken_plan", "betrokken_deelnemers"})
REGISTRATION = frozenset(
    words("ident_contact bsn woonsituatie relaties signaal_omschrijving voorzieningen_sd gezondheid hulpverlening")
)
RESEARCH = frozenset(words("ident_contact bsn woonsituatie financieel inkomen relaties voorzieningen_sd gezondheid"))
EVERYTHING = WGS_2_30 | RESULT | SENSITIVE | frozenset(words("nationaliteit onderwijs signaal_omschrijving"))
