"""`make caos`: the whole portal under every fault at once, and then the gateway's ledger against our books."""
