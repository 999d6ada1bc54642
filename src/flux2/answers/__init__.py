"""What a caller gets: the shapes of all answers, and how they are written."""
