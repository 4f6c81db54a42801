-- oldest-binary: 0.1.0
-- A delivery that is claimed as it is made was put into an index for as long as it was under way: that cost more than the row. Now the
-- transaction that makes such deliveries says among which numbers they are; the row goes when none of them is under way any more.

ALTER TABLE deliveries ADD COLUMN handed_over INTEGER NOT NULL DEFAULT 0;
DROP INDEX deliveries_claimed;
CREATE INDEX deliveries_claimed ON deliveries (epoch) WHERE status = 1 AND handed_over = 0;

CREATE TABLE handovers (
  seq INTEGER PRIMARY KEY,
  first_seq INTEGER NOT NULL,
  last_seq INTEGER NOT NULL
);
CREATE VIEW claimed_deliveries AS
  SELECT * FROM deliveries WHERE status = 1 AND handed_over = 0
  UNION ALL
  SELECT d.* FROM handovers h CROSS JOIN deliveries d ON d.seq BETWEEN h.first_seq AND h.last_seq AND d.status = 1 AND d.handed_over = 1;
