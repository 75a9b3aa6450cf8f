"""The admin as a whole: its name, its one door, and what of other packages is left out."""

# These modules register their models when imported; only then can they be taken out again.
from allauth.account import admin as allauth_admin
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth import admin as auth_admin
from django.utils.translation import gettext_lazy as _
from knox import admin as knox_admin

admin.site.site_header = _("Directory of the child-protection referral portal")
admin.site.site_title = _("Directory")
admin.site.index_title = _("Who exists, and who answers for what")
# The lists need the width.
admin.site.enable_nav_sidebar = False
# One door: the portal's sign-in with its rate limits.
admin.site.login = secure_admin_login(admin.site.login)

# Tokens are credentials, addresses are kept as contacts, rights follow from posts.
admin.site.unregister([knox_admin.models.AuthToken, allauth_admin.EmailAddress, auth_admin.Group])
