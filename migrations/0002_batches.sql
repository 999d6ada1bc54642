-- Batches, and images that were asked for to come later, each of which is a batch of one line.
--
-- Their bytes are in the KV namespace RESULTS: what was sent, and the images.

CREATE TABLE files (
  id TEXT PRIMARY KEY,
  key_id TEXT NOT NULL,
  purpose TEXT NOT NULL, -- batch, or batch_output
  filename TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  batch_id TEXT, -- of what this is the output, none for what was sent
  status TEXT -- completed or failed: which of its lines
) STRICT, WITHOUT ROWID;

CREATE INDEX files_of_key ON files (key_id, created_at, id);

CREATE TABLE batches (
  id TEXT PRIMARY KEY, -- batch_…, or gen_… where it is one image for later
  key_id TEXT NOT NULL,
  endpoint TEXT NOT NULL,
  origin TEXT NOT NULL, -- what links begin with
  input_file_id TEXT NOT NULL, -- of one image for later it is no file that anybody sees
  completion_window TEXT NOT NULL,
  metadata TEXT, -- JSON
  output_seconds INTEGER NOT NULL, -- for which results are kept
  retry_interrupted INTEGER NOT NULL,
  status TEXT NOT NULL, -- as OpenAI calls it
  errors TEXT, -- a JSON list: why nothing could be begun
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL, -- the end of the window
  in_progress_at INTEGER,
  finalizing_at INTEGER,
  completed_at INTEGER,
  failed_at INTEGER,
  expired_at INTEGER,
  cancelling_at INTEGER,
  cancelled_at INTEGER,
  resumes_at INTEGER, -- until when it waits
  waits_for TEXT, -- the code of the error that makes it wait
  total INTEGER NOT NULL DEFAULT 0, -- lines
  completed INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  micros INTEGER NOT NULL DEFAULT 0, -- what it has cost so far
  most_images INTEGER NOT NULL DEFAULT 1, -- of any line
  position INTEGER NOT NULL DEFAULT 0, -- how far the input has been read
  output_file_id TEXT,
  error_file_id TEXT,
  instance INTEGER NOT NULL DEFAULT 0, -- which instance of the engine drives it
  touched_at INTEGER NOT NULL, -- when something was last done
  idempotency_key TEXT, -- the SHA-256 of what the caller named it
  request_hash TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX batches_of_key ON batches (key_id, created_at, id);
CREATE UNIQUE INDEX batches_by_name ON batches (key_id, idempotency_key);

CREATE TABLE lines (
  batch_id TEXT NOT NULL,
  number INTEGER NOT NULL,
  custom_id TEXT,
  body TEXT, -- JSON: fields, and where reference images are in the input (NULL if it broke a rule)
  status TEXT NOT NULL, -- pending, running, completed, failed
  made TEXT, -- a JSON list: the images that came so far
  claim TEXT, -- the step of the engine that runs it
  run TEXT, -- the request id of that, without req_
  begun_at INTEGER,
  attempts INTEGER NOT NULL DEFAULT 0,
  response TEXT, -- its line of the output, with names in the places of images
  bytes INTEGER NOT NULL DEFAULT 0, -- by how many that is longer with the images
  ended INTEGER, -- a number by which lines stand in the order in which they ended
  PRIMARY KEY (batch_id, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX lines_by_status ON lines (batch_id, status, number);
CREATE INDEX lines_by_claim ON lines (batch_id, claim);
CREATE INDEX lines_by_end ON lines (batch_id, ended);
CREATE INDEX lines_by_name ON lines (batch_id, custom_id);
