"""A phase set by hand was stored under another word than the policy's for the same phase."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("referrals", "0009_forward_what_is_held")]

    operations = [
        migrations.RunSQL(
            "UPDATE referrals_report SET poc_phase = 'pre-emption' WHERE poc_phase = 'pre_emption'",
            migrations.RunSQL.noop,
        )
    ]
