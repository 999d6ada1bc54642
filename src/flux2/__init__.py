"""The product, in plain Python: nothing in this package knows that JavaScript exists.

Read it along the path of a request:

1. `app`         request id, CORS, key, route, errors
2. `limits`      who may ask, and how often
3. `handlers/`   one module per path: `/v1/images/…` is `handlers/images.py`
4. `bodies`      JSON or a form, told apart by what was sent
5. `schemas`     the fields, their rules, and the answer
6. `references`  reference images: what they are, how large, whether to shrink
7. `jobs`        the images of one request, made side by side
8. `cache`       images that were asked for before
9. `attempts`    which account is asked for an image, how often, and until when
10. `cloudflare` one call upstream, and whether its answer is an image
11. `policy`     what a failure upstream means, and what is done about it: a table
12. `answers`    one JSON document, or server-sent events

Below them: `errors`, `web` (what the bridge gives us), `catalog` (the models), `settings`,
`auth`, `cors`, `security`, `hollow` (JSON whose images stay outside Python), `log`, `services`
(effects).
"""

__version__ = "0.1.0"
