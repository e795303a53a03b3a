"""The kernel: knows no feature."""
