"""Who gets into the console: attempts, passwords, sessions, and the links that are sent to people."""
