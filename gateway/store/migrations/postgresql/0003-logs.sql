-- The disclosure logs (`store/postgres/log.py`). The row in `logs` is the head and the fence: who moves it holds its lock.
-- `epoch` 0: nothing was signed yet. Entries and bodies are only ever added to.
CREATE TABLE logs (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, stream text NOT NULL, year integer NOT NULL,
    size bigint NOT NULL DEFAULT 0, epoch bigint NOT NULL DEFAULT 0, compact bytea NOT NULL DEFAULT '',
    checkpoint text NOT NULL DEFAULT '', closed boolean NOT NULL DEFAULT false,
    UNIQUE (stream, year)) WITH (fillfactor = 20);
CREATE TABLE entries (
    log integer NOT NULL REFERENCES logs (id), idx bigint NOT NULL, record_id text NOT NULL UNIQUE,
    request_id text NOT NULL, leaf bytea NOT NULL, PRIMARY KEY (log, idx));
CREATE INDEX entries_request ON entries (request_id);
CREATE TABLE bodies (
    log integer NOT NULL, idx bigint NOT NULL, sealed bytea NOT NULL, subject_key bytea, case_key bytea NOT NULL,
    retain_until date, statement bytea, PRIMARY KEY (log, idx));
ALTER TABLE bodies ALTER COLUMN sealed SET STORAGE EXTERNAL;
CREATE INDEX bodies_stated ON bodies (log, idx) WHERE statement IS NOT NULL;
CREATE TABLE tiles (
    log integer NOT NULL, level smallint NOT NULL, idx bigint NOT NULL, hashes bytea NOT NULL,
    PRIMARY KEY (log, level, idx)) WITH (fillfactor = 50);
ALTER TABLE tiles ALTER COLUMN hashes SET STORAGE EXTERNAL;
CREATE TABLE outbox (
    log integer NOT NULL, idx bigint NOT NULL, client text NOT NULL, idempotency_hash text NOT NULL,
    body_hmac text NOT NULL, requester text NOT NULL, recipient text NOT NULL, answer bytea NOT NULL,
    receipt text NOT NULL, expires_at timestamptz NOT NULL,
    PRIMARY KEY (log, idx), UNIQUE (log, client, idempotency_hash));
ALTER TABLE outbox ALTER COLUMN answer SET STORAGE EXTERNAL;
CREATE INDEX outbox_expires ON outbox (expires_at);
CREATE TABLE published (
    log integer PRIMARY KEY, size bigint NOT NULL, checkpoint text NOT NULL, witnessed_at timestamptz)
    WITH (fillfactor = 20);
CREATE TABLE stamps (
    log integer NOT NULL, day date NOT NULL, checkpoint text NOT NULL, token bytea NOT NULL, PRIMARY KEY (log, day));
