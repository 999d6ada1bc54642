"""The API as an OpenAPI 3.1 document, made from what the Worker declares.

`make generate` writes it to `assets/openapi.json`, which is served without running Python.

1. `schemas`    what pydantic makes of types, and how to refer to it
2. `requests`   what comes in, from the fields of `ImageRequest`; `examples` shows some;
               `chats`: those of a chat; `batch_bodies`: those of batches and files
3. `headers`    those of the answers
4. `answers`    what goes out, from the types in `shapes`
5. `failures`   what goes wrong, from the tree in `errors`
6. `paths`      the routes of `app`, each with its words
7. `document`   the whole
"""
