from django.db import migrations, models

import actors.models.deadlines


class Migration(migrations.Migration):

    dependencies = [
        ("actors", "0005_languages_and_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="mission",
            name="deadlines",
            field=models.JSONField(
                blank=True,
                default=dict,
                validators=[actors.models.deadlines.check_deadlines],
                verbose_name="deadlines",
            ),
        ),
    ]
