"""The post of a test: jobs that left are run for real, and their letters lie in an outbox."""

from urllib.parse import urlsplit

import pytest

from app.jobs import accounts
from app.jobs.services import Services
from app.mail.outbox import OutboxLetter, list_letters
from app.mail.send import open_mailer
from tests.cast import Site
from tests.postgres import SentJobs

PASSWORD = "tasse lampe wolke birne"


class Post:
    """Delivers what was asked for so far."""

    def __init__(self, site: Site, sent_jobs: SentJobs) -> None:
        folder = site.settings.outbox_folder
        self.jobs = sent_jobs
        self.services = Services(
            site.settings,
            site.database,
            open_mailer(None, "Loom-Lite <no-reply@example.com>", folder),
            site.storage,
        )

    async def delivered(self) -> list[OutboxLetter]:
        """The letters of the jobs that left since the last time, oldest first."""
        folder = self.services.settings.outbox_folder
        before = {letter.id for letter in list_letters(folder)}
        while self.jobs:
            job = self.jobs.pop(0)
            await getattr(accounts, job.name)(self.services, **job.arguments)
        return [each for each in reversed(list_letters(folder)) if each.id not in before]

    async def path_in_letter(self) -> str:
        """The path of the link in the one letter that came."""
        (letter,) = await self.delivered()
        return urlsplit(letter.links[0]).path


@pytest.fixture
def post(site: Site, sent_jobs: SentJobs) -> Post:
    return Post(site, sent_jobs)
