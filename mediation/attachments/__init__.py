"""Stored files: sniffed, limited, encrypted, served only through their owner."""
