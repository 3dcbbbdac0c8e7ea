"""What the sonda costs and holds: every line of its benchmark, on services and a gateway of its own (see README)."""
