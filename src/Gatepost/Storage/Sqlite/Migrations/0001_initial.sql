-- oldest-binary: 0.1.0
-- Every table has an append-ordered integer key (seq); public ids are 16-byte UUIDv7 blobs beside it.
-- AUTOINCREMENT where a seq is remembered outside the file (lanes, attempts in flight): the number of a purged row must not come back
-- as another row's. It costs about 1 us per insert.
-- Instants are Unix milliseconds. Rows with deleted_at are hidden at once and purged in batches.

CREATE TABLE organizations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  last_ticket_number INTEGER NOT NULL DEFAULT 0,
  deleted_at INTEGER
);
CREATE INDEX organizations_deleted ON organizations (seq) WHERE deleted_at IS NOT NULL;

CREATE TABLE api_keys (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER REFERENCES organizations (seq), -- NULL: an instance key
  name TEXT NOT NULL,
  hash BLOB NOT NULL UNIQUE, -- SHA-256 of the key
  created_at INTEGER NOT NULL
);
CREATE INDEX api_keys_organization ON api_keys (organization_seq, seq);

CREATE TABLE admins (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  email TEXT NOT NULL,
  name TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX admins_organization ON admins (organization_seq, seq);

CREATE TABLE tickets (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  number INTEGER NOT NULL,
  subject TEXT NOT NULL,
  description TEXT,
  requester TEXT NOT NULL, -- JSON {name, email, phone}
  priority TEXT NOT NULL,
  status TEXT NOT NULL,
  tags TEXT NOT NULL, -- JSON array
  custom_fields TEXT NOT NULL, -- JSON object
  assignee_id BLOB,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX tickets_organization ON tickets (organization_seq, seq);
CREATE INDEX tickets_deleted ON tickets (seq) WHERE deleted_at IS NOT NULL;

CREATE TABLE ticket_messages (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  ticket_seq INTEGER NOT NULL REFERENCES tickets (seq),
  direction TEXT NOT NULL,
  channel TEXT,
  author TEXT, -- JSON {name, email, phone}
  body TEXT NOT NULL,
  body_html TEXT,
  created_at INTEGER NOT NULL
);
CREATE INDEX ticket_messages_ticket ON ticket_messages (ticket_seq, seq);

CREATE TABLE sla_policies (
  organization_seq INTEGER PRIMARY KEY REFERENCES organizations (seq),
  policy TEXT NOT NULL, -- JSON
  updated_at INTEGER NOT NULL
);

-- One clock per ticket and target; a NULL next_at means that nothing is due (stopped, paused or done).
CREATE TABLE sla_clocks (
  ticket_seq INTEGER NOT NULL REFERENCES tickets (seq),
  target TEXT NOT NULL,
  state TEXT NOT NULL, -- JSON of the pure clock
  next_at INTEGER,
  PRIMARY KEY (ticket_seq, target)
) WITHOUT ROWID;
CREATE INDEX sla_clocks_due ON sla_clocks (next_at) WHERE next_at IS NOT NULL;

CREATE TABLE surveys (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  title TEXT NOT NULL,
  status TEXT NOT NULL,
  questions TEXT NOT NULL, -- JSON
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX surveys_organization ON surveys (organization_seq, seq);
CREATE INDEX surveys_deleted ON surveys (seq) WHERE deleted_at IS NOT NULL;

CREATE TABLE survey_responses (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  survey_seq INTEGER NOT NULL REFERENCES surveys (seq),
  answers TEXT NOT NULL, -- JSON
  embedded_data TEXT NOT NULL, -- JSON
  metadata TEXT NOT NULL, -- JSON
  completed_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX survey_responses_survey ON survey_responses (survey_seq, seq);

CREATE TABLE webhooks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  survey_seq INTEGER REFERENCES surveys (seq), -- NULL: ticket scope
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  event_mask INTEGER NOT NULL, -- bit n is set for event type number n
  events TEXT NOT NULL, -- JSON array, in the order given
  secret BLOB, -- encrypted
  header_names TEXT NOT NULL, -- JSON array
  headers BLOB, -- encrypted JSON object
  retry_policy TEXT, -- JSON array of seconds; NULL follows the instance's default
  active INTEGER NOT NULL, -- what the client wrote
  disabled_reason TEXT,
  disabled_at INTEGER,
  consecutive_failures INTEGER NOT NULL DEFAULT 0,
  failing_since INTEGER,
  last_delivery_at INTEGER,
  skipped_since INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX webhooks_organization ON webhooks (organization_seq, survey_seq, seq);
-- Without it the foreign key makes every purged survey read all webhooks.
CREATE INDEX webhooks_survey ON webhooks (survey_seq) WHERE survey_seq IS NOT NULL;
CREATE INDEX webhooks_deleted ON webhooks (seq) WHERE deleted_at IS NOT NULL;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL,
  organization_seq INTEGER NOT NULL,
  type INTEGER NOT NULL,
  survey_seq INTEGER,
  ticket_seq INTEGER,
  timestamp INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  payload BLOB -- NULL once retention or a deletion erased it
);
-- id first: our ids are UUIDv7, so the index grows at its end.
CREATE UNIQUE INDEX events_id ON events (id, organization_seq);
CREATE INDEX events_organization ON events (organization_seq, seq);
CREATE INDEX events_ticket ON events (ticket_seq, seq) WHERE ticket_seq IS NOT NULL;
CREATE INDEX events_survey ON events (survey_seq, seq) WHERE survey_seq IS NOT NULL;

-- status: 0 pending, 1 sending (claimed by an epoch), 2 succeeded, 3 failed, 4 skipped, 5 canceled
CREATE TABLE deliveries (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL,
  webhook_seq INTEGER NOT NULL,
  event_seq INTEGER NOT NULL,
  event_type INTEGER NOT NULL,
  status INTEGER NOT NULL,
  trigger INTEGER NOT NULL, -- of the next attempt: 0 automatic, 1 manual, 2 replay, 3 test
  attempt_count INTEGER NOT NULL DEFAULT 0,
  run_attempts INTEGER NOT NULL DEFAULT 0, -- automatic attempts of the present run
  crash_count INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER,
  epoch INTEGER, -- who claimed it
  resume_status INTEGER, -- of a manual attempt: the state to return to when it fails
  resume_at INTEGER, -- and the retry it interrupted
  cancel_requested INTEGER NOT NULL DEFAULT 0,
  replay_seq INTEGER,
  last_outcome INTEGER,
  last_status_code INTEGER,
  created_at INTEGER NOT NULL,
  completed_at INTEGER
);
CREATE INDEX deliveries_organization ON deliveries (organization_seq, seq);
CREATE INDEX deliveries_webhook ON deliveries (webhook_seq, seq);
CREATE INDEX deliveries_event ON deliveries (event_seq);
CREATE INDEX deliveries_due ON deliveries (webhook_seq, next_attempt_at) WHERE status = 0 AND crash_count = 0;
CREATE INDEX deliveries_suspect ON deliveries (next_attempt_at) WHERE status = 0 AND crash_count > 0;
CREATE INDEX deliveries_replay ON deliveries (replay_seq, status) WHERE replay_seq IS NOT NULL;
CREATE INDEX deliveries_claimed ON deliveries (epoch) WHERE status = 1;
-- The lists people filter for are short: only what did not simply succeed is indexed by status.
CREATE INDEX deliveries_troubled ON deliveries (organization_seq, status, seq) WHERE status NOT IN (1, 2);

CREATE TABLE attempts (
  delivery_seq INTEGER NOT NULL,
  number INTEGER NOT NULL,
  trigger INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  outcome INTEGER NOT NULL,
  message TEXT,
  hint TEXT,
  url TEXT NOT NULL,
  header_names TEXT NOT NULL, -- JSON array: the webhook's own headers; their values are not kept
  signed INTEGER NOT NULL,
  status_code INTEGER,
  response_headers TEXT, -- JSON array of [name, value]
  response_body BLOB,
  body_truncated INTEGER NOT NULL DEFAULT 0,
  remote_address TEXT,
  PRIMARY KEY (delivery_seq, number)
) WITHOUT ROWID;

CREATE TABLE replays (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL,
  webhook_seq INTEGER NOT NULL,
  status TEXT NOT NULL, -- preparing, running, completed, canceled
  total INTEGER NOT NULL,
  succeeded INTEGER NOT NULL DEFAULT 0, -- while running: settled without a run; at the end: all
  failed INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  completed_at INTEGER
);
CREATE INDEX replays_open ON replays (seq) WHERE status IN ('preparing', 'running');
CREATE INDEX replays_webhook ON replays (webhook_seq);

CREATE TABLE replay_items (
  replay_seq INTEGER NOT NULL,
  delivery_seq INTEGER NOT NULL,
  PRIMARY KEY (replay_seq, delivery_seq)
) WITHOUT ROWID;

CREATE TABLE notifications (
  seq INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  type TEXT NOT NULL,
  webhook_id BLOB NOT NULL,
  reason TEXT NOT NULL,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  read_at INTEGER
);
CREATE INDEX notifications_organization ON notifications (organization_seq, seq);

-- Mail waiting to be handed to the SMTP server, one row per admin.
CREATE TABLE notification_mails (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  notification_seq INTEGER NOT NULL REFERENCES notifications (seq) ON DELETE CASCADE,
  recipient TEXT NOT NULL,
  attempt_count INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER NOT NULL
);
CREATE INDEX notification_mails_due ON notification_mails (next_attempt_at);
CREATE INDEX notification_mails_notification ON notification_mails (notification_seq);

CREATE TABLE idempotency (
  scope BLOB PRIMARY KEY, -- SHA-256 of organization, method, path and key
  body_hash BLOB NOT NULL,
  epoch INTEGER NOT NULL,
  state INTEGER NOT NULL, -- 0 running, 1 carried out, 2 answered
  status_code INTEGER,
  answer BLOB, -- encrypted
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX idempotency_age ON idempotency (created_at);

-- One row per life of a process on this file; an epoch without ended_at at the next start died uncleanly.
CREATE TABLE epochs (
  seq INTEGER PRIMARY KEY,
  node TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
);
