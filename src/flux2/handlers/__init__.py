"""One module per path: `/v1/<x>` is `handlers/<x>.py`."""
