"""One module per official form: `SPEC` and `build(facts)`; no clock, no database, no styles."""
