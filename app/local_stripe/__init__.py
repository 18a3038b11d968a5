"""A Stripe of one's own, on this machine: a real HTTP server that the official SDK talks to.

For tests, development and the demo; no money moves. It knows nothing of Loom-Lite.
"""
