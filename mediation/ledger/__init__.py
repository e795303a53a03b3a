"""Importing the ledgers that committees keep as spreadsheets."""
