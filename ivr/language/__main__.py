"""`python -m ivr.language --model … --prompts …`: rebuild a model's graph.

The only way the rest of the program reaches this package: a process of its own.
"""

from ivr.language.adapt import main

main()
