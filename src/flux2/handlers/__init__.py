"""One module for each path: `/v1/images/…` is `handlers/images.py`."""
