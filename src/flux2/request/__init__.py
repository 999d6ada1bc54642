"""From a request's body to a plan: bodies, fields, reference images."""
