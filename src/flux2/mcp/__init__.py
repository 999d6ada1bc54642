"""The Model Context Protocol, in both of its generations: agents call what is here as tools.

1. `versions`   which version a message speaks, and whether its headers say the same
2. `messages`   JSON-RPC: a message is read, a call is answered
3. `tools`      the arguments of a call, as fields of a request for images
4. `listed`     the tools as agents see them; `make generate` writes it
5. `results`    images, models and errors as a tool's result
6. `progress`   the same as a stream, with signs of life
7. `batch_tools`, `batch_results`   the same two for batches
8. `shapes`     the types of what the results hold
"""
