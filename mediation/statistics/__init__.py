"""Figures with definitions, for any period and scope."""
