"""Pictures of figures and SVGs where no browser shows them: drawn in a process of its own, bounded in time."""
