"""What tests of workspaces stand on: letters that are really written, sites on another database."""

from app.asgi import create_app
from app.db.listen import News
from app.db.session import Database
from app.jobs.services import Services
from app.jobs.worker import FUNCTIONS
from app.mail.outbox import OutboxLetter, list_letters
from app.mail.send import open_mailer
from app.settings import Settings
from app.storage.local import LocalStorage
from tests.cast import Site
from tests.postgres import SentJobs


class Worker:
    """Runs the jobs that left, as the worker does; letters go to the outbox."""

    def __init__(self, site: Site, jobs: SentJobs) -> None:
        self.jobs = jobs
        self.folder = site.settings.outbox_folder
        mailer = open_mailer(None, "Loom-Lite <no-reply@example.com>", self.folder)
        self.services = Services(site.settings, site.database, mailer, site.storage)

    async def run_all(self) -> list[OutboxLetter]:
        """The letters that the waiting jobs wrote, oldest first."""
        before = {letter.id for letter in list_letters(self.folder)}
        while self.jobs:
            job = self.jobs.pop(0)
            await FUNCTIONS[job.name](self.services, **job.arguments)
        return [each for each in reversed(list_letters(self.folder)) if each.id not in before]


def site_on(settings: Settings, database: Database) -> Site:
    """The whole application on a database of the test's own."""
    storage = LocalStorage(settings.media_folder)
    return Site(create_app(settings, database, storage, News()), settings, database, storage)
