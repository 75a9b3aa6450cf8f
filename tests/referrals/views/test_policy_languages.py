"""What the rules say reaches a reader in the reader's language, where the policy has it."""

import pytest
from django.template import Context, Template
from django.utils import translation

from referrals.workflow.policies import said
from tests.referrals.policy_texts import stored_version

WRITTEN = "Always told directly."
FRENCH = "Toujours prévenu directement."
SHIPPED = "The child needs health care."


@pytest.fixture
def version(db):
    texts = {WRITTEN: FRENCH}
    return stored_version(lambda mapping: mapping.update(translations={"fr": texts}))


def test_a_text_is_said_in_the_language_of_the_reader(version):
    with translation.override("fr"):
        assert said(WRITTEN, version.pk) == FRENCH
    with translation.override("fr-ca"):
        assert said(WRITTEN, version.pk) == FRENCH


def test_without_a_translation_of_its_own_the_portals_catalogs_say_it(version):
    with translation.override("es"):
        assert said(WRITTEN, version.pk) == "Se le informa siempre directamente."
    with translation.override("fr"):
        assert said(SHIPPED, version.pk) == "L’enfant a besoin de soins de santé."  # noqa: RUF001 - as French writes it


def test_a_text_that_neither_has_is_said_as_written(version):
    with translation.override("es"):
        assert said("A reason of this mission alone.", version.pk) == (
            "A reason of this mission alone."
        )


def test_a_text_is_said_as_written_to_who_reads_english_and_without_a_version(version):
    assert said(WRITTEN, version.pk) == WRITTEN
    with translation.override("fr"):
        assert said(WRITTEN, None) == WRITTEN


def test_templates_say_it_too(version):
    template = Template("{% load policy_texts %}{{ reason|said:version }}")
    with translation.override("fr"):
        assert template.render(Context({"reason": WRITTEN, "version": version.pk})) == FRENCH
