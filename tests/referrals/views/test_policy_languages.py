"""What the rules say reaches a reader in the reader's language, where the policy has it."""

import pytest
from django.template import Context, Template
from django.utils import translation

from referrals.workflow.policies import said
from tests.referrals.policy_texts import stored_version

WRITTEN = "Always told directly."
FRENCH = "Toujours prévenu directement."


@pytest.fixture
def version(db):
    texts = {WRITTEN: FRENCH}
    return stored_version(lambda mapping: mapping.update(translations={"fr": texts}))


def test_a_text_is_said_in_the_language_of_the_reader(version):
    with translation.override("fr"):
        assert said(WRITTEN, version.pk) == FRENCH
    with translation.override("fr-ca"):
        assert said(WRITTEN, version.pk) == FRENCH


def test_a_text_is_said_as_written_where_there_is_no_translation(version):
    with translation.override("es"):
        assert said(WRITTEN, version.pk) == WRITTEN
    assert said(WRITTEN, version.pk) == WRITTEN
    with translation.override("fr"):
        assert said("The child needs health care.", version.pk) == "The child needs health care."
        assert said(WRITTEN, None) == WRITTEN


def test_templates_say_it_too(version):
    template = Template("{% load policy_texts %}{{ reason|said:version }}")
    with translation.override("fr"):
        assert template.render(Context({"reason": WRITTEN, "version": version.pk})) == FRENCH
