-- The keys of callers, what they spend, and what was asked for.
--
-- Money is counted in whole millionths of a neuron (micros), since SQLite adds integers exactly.
-- Times are Unix seconds, a day is their number divided by 86,400, so that a day begins at 00:00 UTC.

CREATE TABLE keys (
  id TEXT PRIMARY KEY,
  hash TEXT NOT NULL UNIQUE, -- the SHA-256 of the key, which is kept nowhere
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  disabled INTEGER NOT NULL DEFAULT 0,
  models TEXT, -- a JSON list of ids, or NULL for all of them
  rpm INTEGER, -- requests for images in a minute
  limit_micros INTEGER,
  limit_reset TEXT -- daily, weekly or monthly, or NULL for never
) STRICT, WITHOUT ROWID;

-- What each key has spent on a day.
CREATE TABLE spending (
  key_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  micros INTEGER NOT NULL,
  PRIMARY KEY (key_id, day)
) STRICT, WITHOUT ROWID;

-- What is put aside for requests that are not over. When one is, it is spent, or free again.
CREATE TABLE reservations (
  key_id TEXT NOT NULL,
  id TEXT NOT NULL, -- the request id, and a number: a request may need more
  day INTEGER NOT NULL, -- on which the request began
  minute INTEGER NOT NULL, -- Unix seconds divided by 60
  requests INTEGER NOT NULL, -- 1, or 0 where a request needed more
  micros INTEGER NOT NULL,
  PRIMARY KEY (key_id, id)
) STRICT, WITHOUT ROWID;

-- The requests of the last 90 days. Those of the owner have the key_id owner.
CREATE TABLE requests (
  at INTEGER NOT NULL,
  id TEXT NOT NULL, -- the request id that the caller got
  key_id TEXT NOT NULL,
  model TEXT NOT NULL,
  size TEXT NOT NULL,
  steps INTEGER NOT NULL,
  source TEXT NOT NULL, -- image.generation or image.edit
  images INTEGER NOT NULL, -- how many came
  micros INTEGER NOT NULL, -- what they cost, and what failed but may have cost
  result TEXT NOT NULL, -- ok, or the code of the first error
  PRIMARY KEY (at, id)
) STRICT, WITHOUT ROWID;

-- Their sums, for good.
CREATE TABLE days (
  day INTEGER NOT NULL,
  key_id TEXT NOT NULL,
  model TEXT NOT NULL,
  size TEXT NOT NULL,
  source TEXT NOT NULL,
  requests INTEGER NOT NULL,
  images INTEGER NOT NULL,
  micros INTEGER NOT NULL,
  PRIMARY KEY (day, key_id, model, size, source)
) STRICT, WITHOUT ROWID;
