"""Sample sites, facecam, campaign and leads, and the loopback server that shows them."""
