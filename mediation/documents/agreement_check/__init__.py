"""Reads an agreement before it is issued: what contradicts itself, gives up what the law keeps, or cannot be enforced."""
