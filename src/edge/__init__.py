"""The only JavaScript of the Worker: one web type or one binding in each file."""
