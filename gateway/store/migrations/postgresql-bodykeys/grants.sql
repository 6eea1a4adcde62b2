-- What the role of gateways may do with the keys of erasure, granted anew at each migration.
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON schema_steps TO {role};
