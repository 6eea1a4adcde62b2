-- The order in which rows of one owner were entered, told by a column and no longer by SQLite's own row number.
ALTER TABLE participants ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE linked ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
ALTER TABLE consents ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
UPDATE participants SET place = rowid;
UPDATE linked SET place = rowid;
UPDATE consents SET place = rowid;
