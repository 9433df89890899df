"""The demo model: a scripted stand-in for the Messages API on loopback, and `jupyter claude demo`."""
