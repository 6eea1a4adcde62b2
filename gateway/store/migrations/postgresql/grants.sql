-- What the role of gateways may do, granted anew at each migration. {role} and {schema} are filled in.
REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {role};
GRANT USAGE ON SCHEMA {schema} TO {role};
GRANT SELECT ON schema_steps TO {role};
-- Registers: an import replaces what it names.
GRANT SELECT, INSERT, UPDATE, DELETE ON organisations, actors, clients, sources, key_sets, cases, participants, linked,
    persons, consents, involvements TO {role};
-- What expires: nothing that was shown is changed.
GRANT SELECT, INSERT, DELETE ON seen TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON claims TO {role};
-- Counters: only ever added to.
GRANT SELECT, INSERT ON counted TO {role};
GRANT SELECT ON counting TO {role};
-- The logs: what was recorded is never changed and never taken away; of a log its head alone moves.
GRANT SELECT, INSERT ON logs, entries, bodies TO {role};
GRANT UPDATE (size, epoch, compact, checkpoint, closed) ON logs TO {role};
GRANT SELECT, INSERT, UPDATE ON tiles, published, stamps TO {role};
GRANT SELECT, INSERT, UPDATE, DELETE ON outbox TO {role};
