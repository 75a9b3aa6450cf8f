-- The roles and the database of the portal, as portal/embedded/postgres.py makes them.
-- The image of PostgreSQL runs this once, when its volume is empty.
--
-- portal_owner owns the schema and runs the migrations. The portal itself connects as portal_app,
-- which may read and write rows and nothing else: it owns no table and cannot change one.

\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

-- A statement that fails is not written to the log: these two hold passwords.
SET log_min_error_statement = panic;
SET log_statement = none;

CREATE ROLE portal_owner LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOCREATEDB
    PASSWORD :'owner_password';
CREATE ROLE portal_app LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS NOCREATEDB
    PASSWORD :'app_password';

-- In template1, so that a database made later, such as one to try a backup in, has them too.
\connect template1
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO portal_app;
ALTER DEFAULT PRIVILEGES FOR ROLE portal_owner
    GRANT USAGE, SELECT ON SEQUENCES TO portal_app;

\connect postgres
CREATE DATABASE portal OWNER portal_owner;
