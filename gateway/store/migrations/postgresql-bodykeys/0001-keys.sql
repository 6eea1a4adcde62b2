-- The keys that open bodies (`store/postgres/bodykeys.py`): what is deleted here is erased everywhere.
-- Each stream has its own, also of a case that two of them know.
-- `until`: the day until which bodies under this key are kept, '' where none was set; `owner` is null once it is retired.
CREATE TABLE keys (
    id bytea PRIMARY KEY, stream text NOT NULL, kind text NOT NULL, owner text, until text NOT NULL, key bytea NOT NULL,
    erasure text, UNIQUE (stream, kind, owner, until));
CREATE INDEX keys_until ON keys (stream, until) WHERE until <> '' AND erasure IS NULL;
CREATE INDEX keys_erasure ON keys (erasure) WHERE erasure IS NOT NULL;
CREATE TABLE erasures (
    id text PRIMARY KEY, stream text NOT NULL, reason text NOT NULL, actor text NOT NULL, at timestamptz NOT NULL, keys bytea[] NOT NULL,
    tombstone text);
CREATE INDEX erasures_unfinished ON erasures (stream, at) WHERE tombstone IS NULL;
