"""The law's clock: working-day calendar, rule table and the engine that counts a period and explains it."""
