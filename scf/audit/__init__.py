"""The auditors' room: every event in a store of one's own, folded, checked and exported."""
