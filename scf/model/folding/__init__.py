"""The parts of the fold: the state while it runs, and what each contract's events do to it."""
