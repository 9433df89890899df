"""Agents: JSON files next to the notebook."""
