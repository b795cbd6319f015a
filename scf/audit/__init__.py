"""What auditors use: the event store, and everything that reads it."""
