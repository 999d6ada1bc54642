"""The least that a Python Worker can do: hand a request on, and its answer back."""

import js
from workers import WorkerEntrypoint

PATH = "ai/run/@cf/black-forest-labs/flux-2-dev"


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        url = f"{self.env.CF_API_BASE_URL}/accounts/{self.env.ACCOUNT}/{PATH}"
        request = request.js_object
        return await js.fetch(url, method="POST", body=request.body, duplex="half")
