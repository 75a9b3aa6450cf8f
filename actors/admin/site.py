"""The admin as a whole: its name, its one door, its order, and what is left out of it."""

from collections.abc import Callable

# These modules register their models when imported; only then can they be taken out again.
from allauth.account import admin as allauth_admin
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from knox import admin as knox_admin

# The order of the work: where, who, what is offered, who answers, who agrees, what was noted.
GROUPS = (
    (_("Places"), ("Mission", "Area")),
    (_("Organizations"), ("Organization", "Relation", "Activity")),
    (_("Services"), ("Service", "Location")),
    (_("Posts and people"), ("Post", "PostHolding", "DutyShift", "Leave", "User", "Contact")),
    (_("Coordination"), ("CoordinationBody", "Pathway", "Document")),
    (
        _("Records, to read only"),
        ("Handover", "ContactLook", "ContactsRead", "DirectoryMail", "TokenScope"),
    ),
)


def in_groups(stock: Callable) -> Callable:
    """The admin's own list of tables, in groups; for one app alone in one group, in order."""

    def get_app_list(request: HttpRequest, app_label: str | None = None) -> list[dict]:
        apps = stock(request, app_label)
        tables = {table["object_name"]: table for app in apps for table in app["models"]}
        groups = [
            {**app, "name": name, "models": [tables[model] for model in models if model in tables]}
            for app in apps[:1]
            for name, models in GROUPS
        ]
        found = [group for group in groups if group["models"]]
        if app_label is None:
            return found
        return [{**app, "models": [t for g in found for t in g["models"]]} for app in apps]

    return get_app_list


admin.site.site_header = _("Directory of the child-protection referral portal")
admin.site.site_title = _("Directory")
admin.site.index_title = _("Who exists, and who answers for what")
# The lists need the width.
admin.site.enable_nav_sidebar = False
# One door: the portal's sign-in with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)
admin.site.get_app_list = in_groups(admin.site.get_app_list)

# Tokens are credentials, addresses are kept as contacts, rights follow from posts.
admin.site.unregister([knox_admin.models.AuthToken, allauth_admin.EmailAddress, auth_admin.Group])
