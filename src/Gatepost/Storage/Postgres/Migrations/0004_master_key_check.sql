-- oldest-binary: 0.1.0
-- A word that the nodes' master key sealed: who cannot open it would take webhooks and send nothing for them. One row.
CREATE TABLE master_key_check (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  sealed bytea NOT NULL
);
