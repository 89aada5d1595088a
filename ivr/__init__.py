"""An offline voice answering server for a French support line."""

__version__ = "0.1.0"
