"""What a chat asks for: its last message, and the picture that a follow-up is about."""
