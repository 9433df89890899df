"""What a session's process says of itself: what it offers, and what fills its context."""

from __future__ import annotations

from dataclasses import asdict

from .auth import allowed, is_allowed
from .handler import WorkspaceHandler
from .resource import session_id_of


class OffersHandler(WorkspaceHandler):
    """What may be called and chosen in a session."""

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Ask its process; one that sleeps is woken where nobody knows yet and the person may use it."""
        session_id = session_id_of(session_id)
        found = await self.services.backend.offers(session_id, wake=await is_allowed(self, "execute"))
        self.answer(
            {
                "commands": [asdict(command) for command in found.commands],
                "models": [
                    {"id": model.id, "label": model.label, "description": model.description} for model in found.models
                ],
                "efforts": list(found.efforts),
                "modes": list(found.modes),
            }
        )


class ContextHandler(WorkspaceHandler):
    """What fills the context of a session's model."""

    @allowed("read")
    async def get(self, session_id: str) -> None:
        """Have it counted; one that sleeps is woken where the person may use it."""
        session_id = session_id_of(session_id)
        self.look()
        found = await self.services.backend.context(session_id, wake=await is_allowed(self, "execute"))
        self.answer(asdict(found))
