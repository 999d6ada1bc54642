"""The door: Cloudflare calls `Default.fetch`, and everything begins at `on_fetch`."""

from workers import WorkerEntrypoint

import bridge
from flux2 import app


async def on_fetch(request, env, ctx):
    """A JavaScript `Request` in, a JavaScript `Response` out."""
    asked = bridge.Request(request)
    services = bridge.services(env, asked)
    response = await app.handle(asked, services)
    return bridge.to_js_response(response, services, ctx)


class Default(WorkerEntrypoint):
    # The platform calls this class only; a module's own on_fetch it has ignored since 2025-08-14.
    async def fetch(self, request):
        return await on_fetch(request, self.env, self.ctx)
