"""Batches: many images, made while nobody waits."""
