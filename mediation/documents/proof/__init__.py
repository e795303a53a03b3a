"""Proof of a paper without us: a signed code printed on it that anybody can check with the published key alone."""
