-- Where the owner wants to be told that a batch is over.

CREATE TABLE webhook_endpoints (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  event_types TEXT NOT NULL, -- a JSON list
  secret TEXT NOT NULL, -- whsec_ and base64, with which deliveries are signed
  previous_secret TEXT, -- the one before, where it is to be good for a while longer
  previous_until INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
