"""Letters of accounts leave by the worker that runs them in the service."""

from saq import Job

from app.jobs.worker import _runner
from app.mail.outbox import list_letters
from tests.accounts.post import Post


async def test_a_letter_without_a_secret_is_written_by_the_workers_own_runner(post: Post) -> None:
    # Named as the queue names them: "context" is also what the queue calls its own argument.
    words = {"time": "2026-11-23T14:05:00+00:00", "link": "http://loomlite.localhost/x"}
    run = _runner("send_letter", post.services)
    context = {"job": Job(function="send_letter")}
    await run(context, letter="password_changed", to="ann@example.com", context=words)
    (letter,) = list_letters(post.services.settings.outbox_folder)
    assert letter.to == "ann@example.com"
    assert "23 November 2026, 14:05 UTC" in letter.text
