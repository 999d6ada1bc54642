"""Work that is done later: files, batches and their lines, and what drives them."""
