"""Texts of the policy in the reader's language, for templates that get them as stored."""

from django import template

from referrals.workflow import policies

register = template.Library()


@register.filter
def said(text: str, version_id: int | None) -> str:
    """`{{ task.reason|said:report.policy_id }}`: see `referrals.workflow.policies.said`."""
    return policies.said(text, version_id)
