"""PayU Latam: contract section 2."""
