"""Many papers in one go: asked for on a page, made outside the request, joined into one file to print."""
