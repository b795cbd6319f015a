"""Auditors' tools: read everything, replay it, prove it without trusting the operator."""
