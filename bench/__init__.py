"""Benchmarks: they print figures and judge nothing. README.md says what each measures."""
