"""The channel's one definition: frames, their codec, and the export to schema and TypeScript."""
