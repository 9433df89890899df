"""Sessions: one actor for each, its journal, its gate, and the registry that holds them all on one loop."""
