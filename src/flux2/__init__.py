"""The product, in plain Python: nothing in this package knows that JavaScript exists.

Read it along the path of a request:

1. `app`         request id, CORS, key, route, errors
2. `handlers/`   one module per path: `/v1/images/…` is `handlers/images.py`
3. `bodies`      JSON or a form, told apart by what was sent
4. `schemas`     the fields, their rules, and the answer
5. `references`  reference images: what they are, how large, whether to shrink
6. `jobs`        the images of one request, made side by side
7. `cloudflare`  one call upstream, and what its answer means
8. `answers`     one JSON document, or server-sent events

Below them: `errors`, `web` (what the bridge gives us), `catalog` (the models), `settings`,
`auth`, `cors`, `hollow` (JSON whose images stay outside Python), `services` (effects).
"""

__version__ = "0.1.0"
