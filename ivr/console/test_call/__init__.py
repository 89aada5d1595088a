"""Test calls made from the console: spoken in the browser, typed, or regression calls in the background."""
