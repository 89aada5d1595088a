"""Migrations of the record.

Run by Alembic, imported by nobody.
"""
