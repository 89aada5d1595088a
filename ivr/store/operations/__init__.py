"""A database as operators run it: shared by several servers, backed up and restored."""
