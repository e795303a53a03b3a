"""Signatures under issued papers: drawn on the screen, or on paper and kept as a scan. Both ways end in the same state."""
