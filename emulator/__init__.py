"""A stand-in for Cloudflare's Workers AI endpoint, with a painter in place of FLUX.2."""
