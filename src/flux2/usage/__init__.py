"""What was asked for and what it cost: while a request runs, and afterwards."""
