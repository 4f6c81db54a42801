-- oldest-binary: 0.1.0
-- The incoming half: provider accounts, the inbox of their callbacks, outbound messages and what became of them.

CREATE TABLE provider_accounts (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  provider TEXT NOT NULL,
  name TEXT NOT NULL,
  token_hash BLOB NOT NULL UNIQUE, -- SHA-256 of the token in the callback URLs
  token BLOB NOT NULL, -- encrypted
  credentials BLOB NOT NULL, -- encrypted JSON
  public_url TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);
CREATE INDEX provider_accounts_organization ON provider_accounts (organization_seq, seq);
CREATE INDEX provider_accounts_deleted ON provider_accounts (seq) WHERE deleted_at IS NOT NULL;

-- status: 0 received, 1 processed, 2 refused, 3 unparsed, 4 failed, 5 quarantined
CREATE TABLE callbacks (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL,
  account_seq INTEGER NOT NULL REFERENCES provider_accounts (seq),
  route TEXT NOT NULL,
  method TEXT NOT NULL,
  url TEXT NOT NULL,
  headers TEXT NOT NULL, -- JSON array of [name, value]
  body BLOB, -- NULL once retention erased it
  body_bytes INTEGER NOT NULL,
  remote_address TEXT,
  status INTEGER NOT NULL,
  reason TEXT,
  outcome TEXT, -- JSON: what it became
  attempt_count INTEGER NOT NULL DEFAULT 0,
  next_attempt_at INTEGER, -- NULL: nothing is left to do
  released INTEGER NOT NULL DEFAULT 0,
  received_at INTEGER NOT NULL,
  processed_at INTEGER
);
CREATE INDEX callbacks_organization ON callbacks (organization_seq, seq);
CREATE INDEX callbacks_account ON callbacks (account_seq, seq);
CREATE INDEX callbacks_due ON callbacks (next_attempt_at) WHERE next_attempt_at IS NOT NULL;

-- Requests that count only once: a repeated signature id or batch.
CREATE TABLE callback_guards (
  account_seq INTEGER NOT NULL,
  guard BLOB NOT NULL, -- SHA-256
  expires_at INTEGER NOT NULL,
  PRIMARY KEY (account_seq, guard)
) WITHOUT ROWID;
CREATE INDEX callback_guards_age ON callback_guards (expires_at);

-- Events that were applied: a duplicate changes nothing.
CREATE TABLE callback_events (
  account_seq INTEGER NOT NULL,
  event BLOB NOT NULL, -- SHA-256 of the dedup key
  created_at INTEGER NOT NULL,
  PRIMARY KEY (account_seq, event)
) WITHOUT ROWID;
CREATE INDEX callback_events_age ON callback_events (created_at);

CREATE TABLE messages (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  channel TEXT NOT NULL,
  provider TEXT NOT NULL,
  provider_message_id TEXT NOT NULL, -- as registered
  lookup_id TEXT NOT NULL, -- in the form that callbacks are matched by
  recipient TEXT NOT NULL,
  sender TEXT,
  ticket_seq INTEGER REFERENCES tickets (seq),
  survey_seq INTEGER REFERENCES surveys (seq),
  reference TEXT,
  status INTEGER NOT NULL,
  status_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE INDEX messages_organization ON messages (organization_seq, seq);
CREATE UNIQUE INDEX messages_lookup ON messages (organization_seq, provider, lookup_id, recipient);
CREATE INDEX messages_reference ON messages (organization_seq, reference) WHERE reference IS NOT NULL;
CREATE INDEX messages_ticket ON messages (ticket_seq) WHERE ticket_seq IS NOT NULL;
CREATE INDEX messages_survey ON messages (survey_seq) WHERE survey_seq IS NOT NULL;

-- What providers said, kept whole. Without a message it waits for one to be registered.
CREATE TABLE message_statuses (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  organization_seq INTEGER NOT NULL,
  message_seq INTEGER REFERENCES messages (seq),
  provider TEXT NOT NULL,
  lookup_id TEXT,
  reference TEXT,
  recipient TEXT,
  status INTEGER NOT NULL,
  provider_status TEXT,
  terminal INTEGER NOT NULL,
  occurred_at INTEGER,
  received_at INTEGER NOT NULL,
  error_code TEXT,
  error_reason TEXT,
  callback_seq INTEGER NOT NULL
);
CREATE INDEX message_statuses_message ON message_statuses (message_seq, seq) WHERE message_seq IS NOT NULL;
CREATE INDEX message_statuses_waiting ON message_statuses (organization_seq, provider, lookup_id) WHERE message_seq IS NULL;
CREATE INDEX message_statuses_waiting_reference ON message_statuses (organization_seq, reference) WHERE message_seq IS NULL AND reference IS NOT NULL;
CREATE INDEX message_statuses_age ON message_statuses (received_at) WHERE message_seq IS NULL;
CREATE INDEX message_statuses_organization ON message_statuses (organization_seq);

-- Facts about people, not about messages: they unsubscribed or complained.
CREATE TABLE recipient_facts (
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  channel TEXT NOT NULL,
  address TEXT NOT NULL,
  fact TEXT NOT NULL, -- unsubscribed, complained
  at INTEGER NOT NULL,
  PRIMARY KEY (organization_seq, channel, address, fact)
) WITHOUT ROWID;

CREATE TABLE inbound_mail (
  organization_seq INTEGER PRIMARY KEY REFERENCES organizations (seq),
  settings BLOB NOT NULL, -- encrypted JSON: it holds the reply keys
  updated_at INTEGER NOT NULL
);

CREATE TABLE attachments (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id BLOB NOT NULL UNIQUE,
  message_seq INTEGER NOT NULL REFERENCES ticket_messages (seq),
  file_name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  content_id TEXT,
  inline INTEGER NOT NULL,
  blocked INTEGER NOT NULL, -- a kind of file that runs when it is opened
  url TEXT, -- where a provider keeps it; then there is no content
  content BLOB
);
CREATE INDEX attachments_message ON attachments (message_seq, seq);

-- Reply addresses and subjects name a ticket by its number.
CREATE INDEX tickets_number ON tickets (organization_seq, number);

-- Threading: which ticket a Message-ID belongs to, of mail in both directions.
CREATE TABLE mail_threads (
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  message_id TEXT NOT NULL, -- without angle brackets; mail that has none: sha256: and its hash
  ticket_seq INTEGER NOT NULL REFERENCES tickets (seq),
  PRIMARY KEY (organization_seq, message_id)
) WITHOUT ROWID;
CREATE INDEX mail_threads_ticket ON mail_threads (ticket_seq);

-- The open conversation of a sender on a channel without threads (SMS, WhatsApp).
CREATE TABLE sender_threads (
  organization_seq INTEGER NOT NULL REFERENCES organizations (seq),
  channel TEXT NOT NULL,
  sender TEXT NOT NULL,
  ticket_seq INTEGER NOT NULL REFERENCES tickets (seq),
  PRIMARY KEY (organization_seq, channel, sender)
) WITHOUT ROWID;
CREATE INDEX sender_threads_ticket ON sender_threads (ticket_seq);
