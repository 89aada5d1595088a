"""The record of every call, and what the console keeps: SQLite or PostgreSQL by one setting.

Knows no telephony and no speech; told what happened, asked what there is.
"""
