"""The product, in plain Python: nothing in this package knows that JavaScript exists.

Read it along the path of a request:

1. `app`          request id, CORS, key, route, errors
2. `access/`      who may ask, from where, and how often
3. `handlers/`    one module per path: `/v1/images/…` is `handlers/images.py`
4. `request/`     the body, JSON or a form; the fields and their rules; reference images; chats
5. `plan`         the request with every question answered
6. `generation/`  its images side by side; from before, or by which account, how often, until when
7. `cloudflare/`  one call upstream, whether its answer is an image, and a table of its failures
8. `answers/`     the shapes of all answers: one JSON document, server-sent events, errors
9. `mcp/`         the same for agents, and what they send

Below them: `ports` and `bindings` (what the edge gives us), `room` (memory that requests share),
`services` (effects), `settings`, `catalog` (the models), `errors`, `log`, `json_text`,
`json_images` (JSON whose images stay outside Python), `image_formats`, `links` (to images that are
kept), and `paths` (as clients join them).
"""

__version__ = "0.1.0"
