"""Figures with definitions, and the monthly report."""
