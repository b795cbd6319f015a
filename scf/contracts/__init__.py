"""One face per contract: arguments checked, acts built, outcomes read. `scf.ledger` holds them."""
