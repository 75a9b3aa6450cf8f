"""Celery tasks of the directory. They carry ids only: what is to be done stands in the database."""

from celery import shared_task
from django.utils import timezone

from actors.workflow import importing, mails, weekly


@shared_task
def send_directory_mails() -> None:
    """Send the mails about the directory that are due."""
    mails.send_due_mails(now=timezone.now())


@shared_task
def queue_weekly_gaps() -> None:
    """Queue this week's count of gaps to administrators, if that was not done yet."""
    weekly.queue_weekly_counts(now=timezone.now())


# Seconds. 50,000 rows take longer than what else a worker does.
@shared_task(soft_time_limit=600, time_limit=660)
def work_imports() -> None:
    """Check and apply files that wait, and those whose worker is gone."""
    importing.work_imports()
