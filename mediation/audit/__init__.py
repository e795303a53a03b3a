"""What was done and what was looked at: append-only, chained, verifiable."""
