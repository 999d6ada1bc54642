-- Images that are kept for whoever asked for them, where KEEP_IMAGES says so. Their bytes are in the KV
-- namespace RESULTS, and expire there by themselves.

CREATE TABLE images (
  position INTEGER PRIMARY KEY AUTOINCREMENT, -- by which they are listed, a new one where it is deleted
  id TEXT NOT NULL UNIQUE, -- img_ and 32 hexadecimal digits, which are also those of its link
  key_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  name TEXT, -- in RESULTS, NULL where it was deleted
  facts TEXT -- JSON: what it was made from, and what it is
) STRICT;

CREATE INDEX images_of_key ON images (key_id, position);
CREATE INDEX images_by_end ON images (expires_at);
