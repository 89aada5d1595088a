"""The supervisors' web console, in French: what the line says, what callers asked, what is going on.

Shows and publishes; takes no part in a call. Everything is rendered here, nothing is fetched from elsewhere.
"""
