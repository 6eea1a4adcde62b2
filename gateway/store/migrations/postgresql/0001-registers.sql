-- As the registers in SQLite, column for column, so that one text of SQL reads both: truth is 0 or 1, documents are text.
-- `place` is the order in which rows of one owner were entered.
CREATE TABLE organisations (
    oin text PRIMARY KEY, name text NOT NULL, kind text NOT NULL, public integer NOT NULL);
CREATE TABLE actors (
    oin text NOT NULL REFERENCES organisations (oin) ON DELETE CASCADE, id text NOT NULL, role text NOT NULL,
    designated integer NOT NULL, screened integer NOT NULL, mandates text NOT NULL, PRIMARY KEY (oin, id));
CREATE TABLE clients (
    id text PRIMARY KEY, oin text NOT NULL REFERENCES organisations (oin) ON DELETE CASCADE, profile text NOT NULL);
CREATE INDEX clients_of ON clients (oin);
CREATE TABLE sources (
    oin text NOT NULL REFERENCES organisations (oin) ON DELETE CASCADE, name text NOT NULL, label text NOT NULL,
    url text NOT NULL, secrecy_bound integer NOT NULL, sandbox integer NOT NULL, PRIMARY KEY (oin, name));
CREATE TABLE key_sets (
    owner text PRIMARY KEY, oin text NOT NULL REFERENCES organisations (oin) ON DELETE CASCADE,
    uri text, jwks text, CHECK ((uri IS NULL) != (jwks IS NULL)));
CREATE INDEX key_sets_of ON key_sets (oin);
CREATE TABLE cases (
    id text PRIMARY KEY, track text NOT NULL, state text NOT NULL, phase integer, first_processed_at text,
    closed_at text, extended_until text, intake text, circumstances text NOT NULL);
CREATE TABLE participants (
    case_id text NOT NULL REFERENCES cases (id) ON DELETE CASCADE, oin text NOT NULL REFERENCES organisations (oin),
    involved integer NOT NULL, place integer NOT NULL, UNIQUE (case_id, oin));
CREATE TABLE linked (
    case_id text NOT NULL REFERENCES cases (id) ON DELETE CASCADE, linked_id text NOT NULL REFERENCES cases (id),
    place integer NOT NULL, UNIQUE (case_id, linked_id));
CREATE TABLE persons (
    pseudonym text PRIMARY KEY, born text NOT NULL, can_consent integer NOT NULL, objection integer NOT NULL);
CREATE TABLE consents (
    pseudonym text NOT NULL REFERENCES persons (pseudonym) ON DELETE CASCADE, basis text NOT NULL,
    categories text NOT NULL, given_at text NOT NULL, withdrawn_at text, given_by text NOT NULL, place integer NOT NULL);
CREATE INDEX consents_of ON consents (pseudonym);
CREATE TABLE involvements (
    case_id text NOT NULL REFERENCES cases (id) ON DELETE CASCADE,
    pseudonym text NOT NULL REFERENCES persons (pseudonym) ON DELETE CASCADE, relation text NOT NULL,
    linked_to_registered integer NOT NULL, PRIMARY KEY (case_id, pseudonym));
CREATE INDEX involvements_of ON involvements (pseudonym);
