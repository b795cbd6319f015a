"""The trade as plain data: identifiers, calendars, dated rules. Nothing here speaks to a chain."""
