"""Servers that share one database: their names, their key, and telling one another what is new."""
