"""Telling others that a batch is over: who wants to hear it, and signed deliveries."""
