"""Files, batches and images for later: their routes, each with its words and what it answers."""

from collections.abc import Mapping, Sequence
from typing import Any

from flux2.answers import batch_shapes as shapes
from flux2.batches.checking import MOST_LINES
from flux2.batches.creating import IDEMPOTENCY_KEY, LONGEST_KEY
from flux2.errors import InvalidRequest
from flux2.handlers import batches, files, jobs
from flux2.request.batch_fields import BatchesQuery, ResultsQuery
from flux2.request.file_uploads import FilesQuery
from tools.openapi import batch_bodies, failures
from tools.openapi.batch_examples import BATCH_ID, FILE_ID, JOB_ID
from tools.openapi.operation import Operation
from tools.openapi.schemas import Json

_JSON = "application/json"
_OF_JOB = {_JSON: shapes.Job | shapes.FinishedJob}
SHAPES: Mapping[str, Mapping[str, Any]] = {
    f"GET {jobs.PATH}*": _OF_JOB,
    f"DELETE {jobs.PATH}*": _OF_JOB,
    f"POST {files.PATH}": {_JSON: shapes.File},
    f"GET {files.PATH}": {_JSON: shapes.FileList},
    f"GET {files.PATH}/*": {_JSON: shapes.File},
    f"GET {files.PATH}/*/content": {"application/jsonl": None},
    f"DELETE {files.PATH}/*": {_JSON: shapes.DeletedFile},
    f"POST {batches.PATH}": {_JSON: shapes.Batch},
    f"GET {batches.PATH}": {_JSON: shapes.BatchList},
    f"GET {batches.PATH}/*": {_JSON: shapes.Batch},
    f"POST {batches.PATH}/*/cancel": {_JSON: shapes.Batch},
    f"GET {batches.PATH}/*/results": {_JSON: shapes.BatchResults},
}
"""Name of the route -> media type -> shape; None: bytes."""
ACCEPTED_SHAPE = shapes.Job
ACCEPTED = "The images will be made; ask for them at `location`."
"""What a request for images is answered with that asks for them later: its shape, and words."""

_ONCE: Json = {
    "name": IDEMPOTENCY_KEY,
    "description": "Whatever you like: for a day the same request by the same name is done once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
}
LATER: Sequence[Json] = (
    {
        "name": "Prefer",
        "description": "Answer at once, and make the images in the background (RFC 7240). When the "
        "day's free allocation is used up they wait for the next one.",
        "schema": {"type": "string", "enum": ["respond-async"]},
    },
    {**_ONCE, "description": f"{_ONCE['description']} Only with `Prefer: respond-async`."},
)
"""The headers by which images are asked for later."""


def _describe_id(name: str, example: str) -> Json:
    return {
        "name": name,
        "description": "Its `id`.",
        "schema": {"type": "string"},
        "example": example,
    }


_FILE_ID = _describe_id("file_id", FILE_ID)
_BATCH_ID = _describe_id("batch_id", BATCH_ID)
_JOB_ID = _describe_id("generation_id", JOB_ID)
_TO_CANCEL = (*failures.OF_ONE, InvalidRequest)
_OF_JOBS: Mapping[str, Operation] = {
    f"GET {jobs.PATH}*": Operation(
        "retrieveImage",
        "Images",
        "What became of images for later",
        "How it stands with them, and once they are there the images.",
        "They can be asked for as long as results are kept, which is 7 days.",
        parameter=_JOB_ID,
        errors=failures.OF_ONE,
    ),
    f"DELETE {jobs.PATH}*": Operation(
        "cancelImage",
        "Images",
        "Cancel images for later",
        "How it stands with them.",
        "What has begun is not stopped, and may come.",
        parameter=_JOB_ID,
        errors=_TO_CANCEL,
    ),
}
_FILES = "Files"
_OF_FILES: Mapping[str, Operation] = {
    f"POST {files.PATH}": Operation(
        "createFile",
        _FILES,
        "Upload the lines of a batch",
        "The file.",
        body=batch_bodies.FILE,
        errors=failures.OF_FORM,
    ),
    f"GET {files.PATH}": Operation(
        "listFiles",
        _FILES,
        "One's own files",
        "What was uploaded, and what batches have put out.",
        query=FilesQuery,
        errors=failures.OF_LIST,
    ),
    f"GET {files.PATH}/*": Operation(
        "retrieveFile",
        _FILES,
        "One file",
        "What it is.",
        parameter=_FILE_ID,
        errors=failures.OF_ONE,
    ),
    f"GET {files.PATH}/*/content": Operation(
        "downloadFile",
        _FILES,
        "What is in a file",
        "Its lines.",
        "The output of a batch has a line for each that has come, with what the Images API would "
        "have answered as `response.body`; another file has those that failed, with their errors.",
        parameter=_FILE_ID,
        errors=failures.OF_ONE,
    ),
    f"DELETE {files.PATH}/*": Operation(
        "deleteFile",
        _FILES,
        "Delete a file",
        "It is gone. Links to images of an output live on.",
        parameter=_FILE_ID,
        errors=failures.OF_ONE,
    ),
}
_BATCHES = "Batches"
_OF_BATCHES: Mapping[str, Operation] = {
    f"POST {batches.PATH}": Operation(
        "createBatch",
        _BATCHES,
        "Make images later",
        "The batch, which has begun.",
        f"Of up to {MOST_LINES:,} lines, uploaded as a file or sent along. All of them are checked "
        "before the first image is paid for. When the day's free allocation of the account is used "
        "up, or the budget of the key, the batch waits until it begins anew, and goes on: "
        "`resumes_at` says when.",
        headers=(_ONCE,),
        body=batch_bodies.NEW_BATCH,
        errors=failures.OF_FIELDS,
    ),
    f"GET {batches.PATH}": Operation(
        "listBatches",
        _BATCHES,
        "One's own batches",
        "The newest first.",
        query=BatchesQuery,
        errors=failures.OF_LIST,
    ),
    f"GET {batches.PATH}/*": Operation(
        "retrieveBatch",
        _BATCHES,
        "One batch",
        "How far it is.",
        parameter=_BATCH_ID,
        errors=failures.OF_ONE,
    ),
    f"POST {batches.PATH}/*/cancel": Operation(
        "cancelBatch",
        _BATCHES,
        "Cancel a batch",
        "Nothing more is begun. What runs may come, and what has come is kept.",
        parameter=_BATCH_ID,
        errors=_TO_CANCEL,
    ),
    f"GET {batches.PATH}/*/results": Operation(
        "listBatchResults",
        _BATCHES,
        "What a batch has so far",
        "The lines that are over, in the order in which they ended, with links to their images.",
        "Also while the batch runs.",
        parameter=_BATCH_ID,
        query=ResultsQuery,
        errors=(*failures.OF_LIST, *failures.OF_ONE),
    ),
}
OPERATIONS: Mapping[str, Operation] = {**_OF_JOBS, **_OF_FILES, **_OF_BATCHES}
