-- What was shown once and counts only once (`store/postgres/replay.py`), and requests that are being answered now
-- (`store/postgres/claims.py`). Claims are unlogged: after a crash of the server nobody is being answered any more.
CREATE TABLE seen (key bytea PRIMARY KEY, expires bigint NOT NULL);
CREATE INDEX seen_by_expiry ON seen (expires);
CREATE UNLOGGED TABLE claims (
    client text NOT NULL, key text NOT NULL, holder bytea NOT NULL, expires timestamptz NOT NULL,
    PRIMARY KEY (client, key)) WITH (fillfactor = 50);
