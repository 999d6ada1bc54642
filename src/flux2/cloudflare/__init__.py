"""One call upstream, and what its answer means."""
