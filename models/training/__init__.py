"""The recipe that trains our acoustic model; nothing here is imported by the server."""
