"""ZonaPAGOS: contract section 1."""
