"""Courier companies as a tree of headquarters, regions and outlets."""
