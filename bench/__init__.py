"""Our Worker beside a plain JavaScript one, measured in turn in the same embedded runtime.

`cases` says what is asked, `client` asks, `processes` starts the workers and looks at what they
use, `rounds` measures in turn, `extras` counts what needs no client, `figures` makes ratios,
`report` writes RESULTS.md and its plot.

The soak is apart: `traffic` says what is asked, `crowd` asks it many times at once, `soak` judges.
"""
