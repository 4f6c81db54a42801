-- oldest-binary: 0.1.0
-- A vacuum because rows were added would read all of them for nothing that a query asks for. What retention and deletions leave is still
-- collected. Days of attempts that are there already keep their setting until they go.
ALTER TABLE events SET (autovacuum_vacuum_insert_threshold = -1);
ALTER TABLE attempts_default SET (autovacuum_vacuum_insert_threshold = -1);

-- A delivery grows a little when it succeeds: with half a page each twentieth no longer fitted, and wrote every index.
ALTER TABLE deliveries SET (fillfactor = 45);
