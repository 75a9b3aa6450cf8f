"""Two people write about one organization at the same moment; the index ends up right."""

from threading import Thread

import pytest
from django.db import connection, transaction

from actors.models import Organization, SearchEntry, Service
from tests.factories import OrganizationFactory


@pytest.mark.django_db(transaction=True)
def test_a_service_that_is_added_while_its_organization_is_renamed_has_the_new_name():
    organization = OrganizationFactory(name="Hearth")

    def add_service() -> None:
        try:
            Service.objects.create(organization=organization, name="Clinic", kind="health")
        finally:
            connection.close()

    adding = Thread(target=add_service)
    with transaction.atomic():
        Organization.objects.filter(pk=organization.pk).update(name="Haven")
        adding.start()
        adding.join(timeout=0.5)
    adding.join()
    named = SearchEntry.objects.extra(where=["words @@ 'haven'::tsquery"])
    assert set(named.values_list("kind", flat=True)) == {"organization", "service"}
    assert SearchEntry.objects.extra(where=["words @@ 'hearth'::tsquery"]).count() == 0
