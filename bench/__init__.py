"""Benchmarks: what things cost, measured on the machine at hand. `bench/README.md` says how each is run."""
