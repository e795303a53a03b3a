"""Benchmarks: real volumes on both databases, times beside the bare query of the same run. Never part of the tests."""
