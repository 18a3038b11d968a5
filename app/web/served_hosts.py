"""Which hosts this process serves besides its own: kept in memory; who fills it reads the rows."""

from collections.abc import Iterable
from uuid import UUID


class ServedHosts:
    """Teams' own hosts and workspaces' subdomains, as they were last read. Asking it waits for
    nothing, so that it answers while the database is away."""

    def __init__(self) -> None:
        self._workspaces: dict[str, UUID] = {}
        self._hosts: dict[UUID, str] = {}
        self._slugs: set[str] = set()

    def workspace_of(self, host: str) -> UUID | None:
        """Whose host this is: small letters, ASCII, without a port or a dot at its end."""
        return self._workspaces.get(host)

    def host_of(self, workspace_id: UUID) -> str | None:
        """The own host that a workspace's links name; None where it has none."""
        return self._hosts.get(workspace_id)

    def has_slug(self, slug: str) -> bool:
        """Whether a workspace has this subdomain."""
        return slug in self._slugs

    def take_hosts(self, rows: Iterable[tuple[str, UUID]]) -> None:
        """These are all hosts; a workspace's first one is the one that its links name."""
        workspaces: dict[str, UUID] = {}
        hosts: dict[UUID, str] = {}
        for host, workspace_id in rows:
            workspaces[host] = workspace_id
            hosts.setdefault(workspace_id, host)
        self._workspaces, self._hosts = workspaces, hosts

    def take_slugs(self, slugs: Iterable[str]) -> None:
        """These are all subdomains."""
        self._slugs = set(slugs)

    def take_slug(self, slug: str, *, is_there: bool) -> None:
        """One subdomain came or went."""
        (self._slugs.add if is_there else self._slugs.discard)(slug)
