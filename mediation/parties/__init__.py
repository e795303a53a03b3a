"""Applicants, respondents, representatives; their personal data, sealed and masked."""
