"""Setting Chinese official documents as PDF."""
