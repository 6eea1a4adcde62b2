-- What the role of gateways may do with the keys of erasure, granted anew at each migration.
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON schema_steps TO {role};
-- A key is made, retired and destroyed; its bytes are never changed.
GRANT SELECT, INSERT, DELETE ON keys TO {role};
GRANT UPDATE (owner, erasure) ON keys TO {role};
GRANT SELECT, INSERT ON erasures TO {role};
GRANT UPDATE (tombstone) ON erasures TO {role};
