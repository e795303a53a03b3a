"""The case: life cycle, parties' claims, sessions, agreement, performance."""
