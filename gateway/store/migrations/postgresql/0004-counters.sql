-- What passed, counted beside the log (`store/postgres/counters.py`): request id, day and OIN, nothing of a person.
CREATE TABLE counted (
    passage text NOT NULL, request uuid NOT NULL, party text NOT NULL, tenant text NOT NULL, day date NOT NULL,
    source text NOT NULL, digest bytea NOT NULL, PRIMARY KEY (passage, request, party));
CREATE INDEX counted_by_day ON counted (day);
CREATE TABLE counting (one integer PRIMARY KEY CHECK (one = 1), since timestamptz NOT NULL);
INSERT INTO counting VALUES (1, clock_timestamp());
