"""The doors: Cloudflare calls `Default.fetch`, where everything begins at `on_fetch`,
`Default.scheduled` once a day, and `BatchWorkflow.run` for what goes on in the background."""

from collections.abc import Mapping
from typing import Any

from workers import WorkerEntrypoint, WorkflowEntrypoint

from edge.lifetime import kept_alive
from edge.native import JsProxy
from edge.request import Request
from edge.response import make_response
from edge.services import make_services
from edge.workflow import Steps
from flux2 import app, nightly
from flux2.batches import workflow


async def on_fetch(request: JsProxy, env: JsProxy, ctx: JsProxy) -> JsProxy:
    """A JavaScript `Request` in, a JavaScript `Response` out."""
    with kept_alive(ctx):
        asked = Request(request)
        services = make_services(env, ctx, asked)
        response = await app.handle(asked, services)
        return make_response(response, services.log, ctx)


class Default(WorkerEntrypoint):
    # The platform calls this class only; a module's own on_fetch it has ignored since 2025-08-14.
    async def fetch(self, request: JsProxy) -> JsProxy:
        return await on_fetch(request, self.env, self.ctx)

    async def scheduled(self, controller: JsProxy, env: object, ctx: object) -> None:
        await nightly.run(make_services(self.env, self.ctx))


class BatchWorkflow(WorkflowEntrypoint):
    async def run(self, event: Mapping[str, Any], step: object) -> None:
        batch, number = event["payload"]["batch"], event["payload"]["number"]
        await workflow.run(batch, number, Steps(step), make_services(self.env, self.ctx))
