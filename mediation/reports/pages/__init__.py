"""The pages of the month: each module freezes one of them from a :class:`~mediation.reports.look.Look`."""
