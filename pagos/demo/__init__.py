"""The data of `make demo`: invented companies, customers and balances, the same ones on every machine."""
