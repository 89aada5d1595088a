"""`python -m ivr.language_model --model … --prompts …`: rebuild a model's graph.

The only way the rest of the program reaches this package: a process of its own.
"""

from ivr.language_model.adapt import main

main()
