"""The language of the pages: found on every page, chosen at any time, kept with the person."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format, number_format

from actors.models import Contact, User
from actors.roles import Role
from referrals.models import Draft, Report
from tests.referrals.views.test_filing_pages import NEW, s04

CHOOSE = "/i18n/"
LOGIN = "/accounts/login/"
PASSWORD = "a long enough pass phrase"
DIRECTIONS = {"en": "ltr", "fr": "ltr", "es": "ltr", "ar": "rtl"}
SIGN_IN = {"en": "Sign in", "fr": "Se connecter", "es": "Iniciar sesión", "ar": "تسجيل الدخول"}


def language_of(answer) -> tuple[str, str]:
    """What the page says of itself: its language and its direction."""
    return re.search(r'<html lang="(\w+)"\s+dir="(\w+)"', answer.content.decode()).groups()


def choose(client: Client, language: str, page: str = "/directory/", **typed):
    headers = {"Referer": f"http://testserver{page}"}
    return client.post(CHOOSE, {"language": language, **typed}, headers=headers)


@pytest.fixture
def officer(unmix) -> User:
    user = unmix.user(Role.UNPOL_OFFICER)
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, user: User):
    answer = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert answer.status_code == 302
    return answer


class TestFound:
    @pytest.mark.parametrize("language", DIRECTIONS)
    def test_a_page_says_its_language_and_direction(self, client, db, language):
        answer = client.get(LOGIN, headers={"Accept-Language": language})
        assert language_of(answer) == (language, DIRECTIONS[language])

    @pytest.mark.parametrize("language", DIRECTIONS)
    @pytest.mark.parametrize("path", [LOGIN, "/accounts/password/reset/", "/nothing/is/here/"])
    def test_every_page_offers_every_language_in_its_own_words(self, client, db, path, language):
        page = client.get(path, headers={"Accept-Language": language}).content.decode()
        offered = re.findall(r'lang="(\w+)"\s+name="language"\s+value="\1"[^>]*>([^<]+)<', page)
        assert offered == [
            ("en", "English"),
            ("fr", "Français"),
            ("es", "Español"),
            ("ar", "العربيّة"),
        ]

    @pytest.mark.parametrize("role", [Role.UNPOL_OFFICER, Role.CPA])
    def test_after_signing_in_too(self, as_role, role):
        assert 'value="ar"' in as_role(role).get("/reports/").content.decode()

    def test_where_something_broke_too(self, as_role, monkeypatch):
        def broken(*arguments):
            raise RuntimeError

        browser = as_role(Role.CPA)
        browser.raise_request_exception = False
        choose(browser, "ar")
        monkeypatch.setattr("referrals.views.desk.render", broken)
        answer = browser.get("/desk/")
        assert answer.status_code == 500
        assert language_of(answer) == ("ar", "rtl")
        assert 'value="fr"' in answer.content.decode()

    def test_the_administrators_tables_too(self, client, db):
        keeper = User.objects.create_superuser("keeper", "k@example.org", PASSWORD, name="K")
        client.force_login(keeper)
        page = client.get("/admin/").content.decode()
        assert re.findall(r'name="language"\s+value="(\w+)"', page) == ["en", "fr", "es", "ar"]


class TestChosen:
    def test_one_stays_on_the_page_and_reads_it_in_the_language(self, client, db):
        answer = choose(client, "fr", page=f"{LOGIN}?next=/desk/")
        assert answer.headers["Location"] == f"http://testserver{LOGIN}?next=/desk/"
        page = client.get(LOGIN)
        assert language_of(page) == ("fr", "ltr")
        assert SIGN_IN["fr"] in page.content.decode()

    def test_another_sites_page_is_not_gone_back_to(self, client, db):
        answer = client.post(
            CHOOSE, {"language": "fr"}, headers={"Referer": "https://elsewhere.example/"}
        )
        assert answer.headers["Location"] == "/"

    def test_no_script_reads_the_choice_and_no_other_site_brings_it(self, client, db):
        cookie = choose(client, "fr").cookies["django_language"]
        assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")

    @pytest.mark.parametrize("language", ["de", "", "../../etc", "x" * 5000])
    def test_what_is_no_language_of_the_portal_changes_nothing(self, as_role, language):
        browser = as_role(Role.UNPOL_OFFICER)
        answer = choose(browser, language)
        assert answer.status_code == 302
        assert "django_language" not in answer.cookies
        assert set(User.objects.values_list("language", flat=True)) == {"en"}

    def test_to_look_at_the_address_chooses_nothing(self, client, db):
        assert client.get(f"{CHOOSE}?language=fr").status_code == 405

    def test_it_works_on_a_page_whose_token_is_old(self, db):
        client = Client(enforce_csrf_checks=True)
        assert choose(client, "es").cookies["django_language"].value == "es"


class TestKeptWithThePerson:
    def test_pages_on_another_device_and_mails_follow(self, client, officer):
        contact = Contact.objects.create(user=officer, address="o@example.org")
        desk = Contact.objects.create(
            post=officer.holdings.get().post, address="desk@example.org", language="en"
        )
        sign_in(client, officer)
        choose(client, "fr")
        officer.refresh_from_db()
        contact.refresh_from_db()
        desk.refresh_from_db()
        assert (officer.language, contact.language, desk.language) == ("fr", "fr", "en")
        other = Client()
        sign_in(other, officer)
        assert language_of(other.get("/reports/")) == ("fr", "ltr")

    def test_a_device_that_was_left_in_another_language_follows_who_signs_in(self, client, officer):
        client.cookies["django_language"] = "ar"
        sign_in(client, officer)
        assert language_of(client.get("/reports/")) == ("en", "ltr")

    def test_chosen_on_the_sign_in_page_it_counts_here_and_is_not_kept(self, client, officer):
        choose(client, "es")
        sign_in(client, officer)
        assert language_of(client.get("/reports/")) == ("es", "ltr")
        officer.refresh_from_db()
        assert officer.language == "en"

    def test_and_only_for_who_signs_in_next(self, client, officer):
        choose(client, "es")
        sign_in(client, officer)
        client.post("/accounts/logout/")
        sign_in(client, officer)
        assert language_of(client.get("/reports/")) == ("en", "ltr")

    def test_nobody_else_is_changed(self, client, officer):
        sign_in(client, officer)
        choose(client, "fr")
        assert list(User.objects.exclude(language="en")) == [officer]


class TestAReportInTheMiddle:
    def test_what_was_typed_is_there_in_the_other_language(self, as_role):
        browser = as_role(Role.UNPOL_OFFICER)
        page = browser.get(NEW).content.decode()
        owner = re.search(r'name="owner" value="([^"]+)"', page).group(1)
        typed = s04(narrative="Two shells, one wall.", owner=owner)
        answer = choose(browser, "fr", page=NEW, **typed)
        draft = Draft.objects.get()
        assert answer.headers["Location"] == f"{NEW}?draft={draft.uuid}"
        again = browser.get(answer.headers["Location"])
        assert language_of(again) == ("fr", "ltr")
        assert "Two shells, one wall." in again.content.decode()
        assert Report.objects.count() == 0

    def test_it_is_kept_for_its_writer_when_the_session_has_ended(self, as_role, unmix):
        browser = as_role(Role.UNPOL_OFFICER)
        page = browser.get(NEW).content.decode()
        owner = re.search(r'name="owner" value="([^"]+)"', page).group(1)
        browser.logout()
        answer = choose(browser, "fr", page=NEW, **s04(owner=owner))
        assert answer.headers["Location"].startswith(LOGIN)
        assert Draft.objects.get().owner == unmix.user(Role.UNPOL_OFFICER)


class TestDatesAndNumbers:
    MOMENT = datetime(2026, 11, 22, 14, 5)
    WRITTEN = {
        "en": ("22 November 2026", "22 Nov 2026, 14:05", "November 2026", "1,234,567.5"),
        "fr": ("22 novembre 2026", "22 nov. 2026, 14:05", "novembre 2026", "1 234 567,5"),
        "es": ("22 de noviembre de 2026", "22 nov 2026, 14:05", "noviembre de 2026", "1.234.567,5"),
        "ar": ("22 نوفمبر 2026", "22 نوفمبر 2026، 14:05", "نوفمبر 2026", "1 234 567,5"),
    }

    @pytest.mark.parametrize("language", WRITTEN)
    def test_are_written_as_the_language_has_them(self, language):
        with translation.override(language):
            names = ("DATE_FORMAT", "SHORT_DATETIME_FORMAT", "YEAR_MONTH_FORMAT")
            days = [date_format(self.MOMENT, name) for name in names]
            number = number_format(1234567.5, force_grouping=True)
        spaces = str.maketrans({"\N{NO-BREAK SPACE}": " ", "\N{NARROW NO-BREAK SPACE}": " "})
        assert (*days, number.translate(spaces)) == self.WRITTEN[language]

    @pytest.mark.parametrize("language", ["fr", "es", "ar"])
    @pytest.mark.parametrize("form", ["DATE_FORMAT", "SHORT_DATE_FORMAT", "MONTH_DAY_FORMAT", "l"])
    def test_no_day_of_the_year_falls_back_to_english(self, language, form):
        days = [datetime(2026, month, 3 + month) for month in range(1, 13)]
        english = [date_format(day, form) for day in days]
        with translation.override(language):
            assert [
                d for d, e in zip(days, english, strict=True) if date_format(d, form) == e
            ] == []
        may = {"fr": "4 mai 2026", "es": "4 may 2026", "ar": "4 مايو 2026"}
        with translation.override(language):
            assert date_format(datetime(2026, 5, 4), "SHORT_DATE_FORMAT") == may[language]


class TestTheApi:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", "This field is required."),
            ("fr", "Ce champ est obligatoire."),
            ("es", "Este campo es requerido."),
            ("ar", "هذا الحقل مطلوب."),
        ],
    )
    def test_a_refusal_is_said_in_the_language_asked_for(self, as_role, language, said):
        answer = as_role(Role.UNPOL_OFFICER).post(
            "/api/v1/reports/",
            {},
            content_type="application/json",
            headers={"Accept-Language": language},
        )
        assert answer.status_code == 400
        assert answer.json()["errors"]["uuid"][0]["message"] == said
        assert answer.headers["Content-Language"] == language
