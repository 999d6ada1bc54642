"""The routes of files, batches and images for later, with their answers."""

from collections.abc import Mapping
from typing import Any

from flux2.answers import batch_shapes as shapes
from flux2.handlers import batches, files, jobs

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
