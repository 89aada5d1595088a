"""Calls without callers: a fake Asterisk, a private real one, a scripted SIP phone, calls in plain text."""
