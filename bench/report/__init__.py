"""bench/RESULTS.md: a module for each of its subjects, from what was recorded last of each."""
