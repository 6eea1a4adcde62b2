CREATE TABLE organisations(
    oin TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, public INTEGER NOT NULL) STRICT;
CREATE TABLE actors(
    oin TEXT NOT NULL REFERENCES organisations(oin) ON DELETE CASCADE, id TEXT NOT NULL, role TEXT NOT NULL,
    designated INTEGER NOT NULL, screened INTEGER NOT NULL, mandates TEXT NOT NULL, PRIMARY KEY(oin, id)) STRICT;
CREATE TABLE clients(
    id TEXT PRIMARY KEY, oin TEXT NOT NULL REFERENCES organisations(oin) ON DELETE CASCADE,
    profile TEXT NOT NULL) STRICT;
CREATE TABLE sources(
    oin TEXT NOT NULL REFERENCES organisations(oin) ON DELETE CASCADE, name TEXT NOT NULL, label TEXT NOT NULL,
    url TEXT NOT NULL, secrecy_bound INTEGER NOT NULL, sandbox INTEGER NOT NULL, PRIMARY KEY(oin, name)) STRICT;
CREATE TABLE key_sets(
    owner TEXT PRIMARY KEY, oin TEXT NOT NULL REFERENCES organisations(oin) ON DELETE CASCADE,
    uri TEXT, jwks TEXT, CHECK ((uri IS NULL) != (jwks IS NULL))) STRICT;
CREATE TABLE cases(
    id TEXT PRIMARY KEY, track TEXT NOT NULL, state TEXT NOT NULL, phase INTEGER, first_processed_at TEXT,
    closed_at TEXT, extended_until TEXT, intake TEXT, circumstances TEXT NOT NULL) STRICT;
CREATE TABLE participants(
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE, oin TEXT NOT NULL REFERENCES organisations(oin),
    involved INTEGER NOT NULL, UNIQUE(case_id, oin)) STRICT;
CREATE TABLE linked(
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE, linked_id TEXT NOT NULL REFERENCES cases(id),
    UNIQUE(case_id, linked_id)) STRICT;
CREATE TABLE persons(
    pseudonym TEXT PRIMARY KEY, born TEXT NOT NULL, can_consent INTEGER NOT NULL,
    objection INTEGER NOT NULL) STRICT;
CREATE TABLE consents(
    pseudonym TEXT NOT NULL REFERENCES persons(pseudonym) ON DELETE CASCADE, basis TEXT NOT NULL,
    categories TEXT NOT NULL, given_at TEXT NOT NULL, withdrawn_at TEXT, given_by TEXT NOT NULL) STRICT;
CREATE INDEX consents_of ON consents(pseudonym);
CREATE TABLE involvements(
    case_id TEXT NOT NULL REFERENCES cases(id) ON DELETE CASCADE,
    pseudonym TEXT NOT NULL REFERENCES persons(pseudonym) ON DELETE CASCADE, relation TEXT NOT NULL,
    linked_to_registered INTEGER NOT NULL, PRIMARY KEY(case_id, pseudonym)) STRICT;
