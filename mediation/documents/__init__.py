"""Documents: facts of a case in, official papers out."""
