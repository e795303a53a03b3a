"""People with an account: log-in, roles, sessions."""
