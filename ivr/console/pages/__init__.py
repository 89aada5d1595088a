"""The console's routes, one module per page; they never import each other."""
