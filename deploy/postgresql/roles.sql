-- Run by psql, once on each server, as its superuser: two roles and a database. Passwords: one file for each role.
\set ON_ERROR_STOP on
\set owner `cat /run/secrets/sluis/owner`
\set gateway `cat /run/secrets/sluis/gateway`
CREATE ROLE sluis_owner LOGIN PASSWORD :'owner';
CREATE ROLE sluis_gateway LOGIN PASSWORD :'gateway';
CREATE DATABASE sluis OWNER sluis_owner;
REVOKE ALL ON DATABASE sluis FROM PUBLIC;
GRANT CONNECT ON DATABASE sluis TO sluis_gateway;
