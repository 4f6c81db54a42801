-- oldest-binary: 0.1.0
-- A batch may say tens of thousands of things of one message: each is looked for among the others, and the earliest of each kind counts.

CREATE INDEX message_statuses_kind ON message_statuses (message_seq, status, terminal, COALESCE(occurred_at, received_at)) WHERE message_seq IS NOT NULL;
DROP INDEX message_statuses_waiting;
CREATE INDEX message_statuses_waiting ON message_statuses (organization_seq, provider, lookup_id, status, occurred_at) WHERE message_seq IS NULL;

-- What people look for in the inbox, and what waits, is short beside what was processed.
CREATE INDEX callbacks_troubled ON callbacks (organization_seq, status, seq) WHERE status <> 1;
