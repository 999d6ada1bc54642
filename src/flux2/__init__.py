"""The product, in plain Python: nothing in this package knows that JavaScript exists.

Read it along the path of a request:

1. `app`          request id, CORS, key, route, errors
2. `access/`      who may ask, from where, how often, and for how much
3. `handlers/`    one module per path: `/v1/images/…` is `handlers/images.py`
4. `request/`     the body, JSON or a form; the fields and their rules; reference images; chats
5. `plan`         the request with every question answered
6. `usage/`       what it spends while it runs, and what was asked for in all
7. `generation/`  its images side by side; from before, or by which account, how often, until when
8. `cloudflare/`  one call upstream, whether its answer is an image, and a table of its failures
9. `answers/`     the shapes of all answers: one JSON document, server-sent events, errors
10. `mcp/`        the same for agents, and what they send

Below them: `ports` and `bindings` (what the edge gives us), `room` (memory that requests share),
`services` (effects), `database` (one that is missing or fails), `days`, `settings`, `catalog` (the
models), `errors` and `refusals`, `log`, `json_text`, `json_images` (JSON whose images stay outside
Python), `image_formats`, `links` (to images that are kept), and `paths` (as clients join them).
Beside them: `batches/`, the same images while nobody waits; `webhooks/`, which tells others that a
batch is over; `gallery`, the images that are kept for other devices; `nightly`, which clears up.
"""

__version__ = "1.0.0"
