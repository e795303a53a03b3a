"""The committee's month: frozen figures, issued as PDF and spreadsheet."""
