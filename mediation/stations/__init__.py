"""Driver stations, the offices that serve them, the duty roster."""
