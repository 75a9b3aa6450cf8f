"""The search index of the directory, and the triggers that keep it true.

A function for each kind of entry, `actors_search_source_…`, says what the index must hold;
`actors_searchentry` holds it. A trigger on each table that these read copies the rows concerned,
once per statement. So the index is never behind, whether a row is written by a page, an import,
the API or by hand. Functions, not a view: a view would forbid changing the columns it reads.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

TEXT = r"""
-- Letters without accents, so that "sante" finds "Santé" (the same as actors/search/plain.py).
CREATE FUNCTION actors_plain(said text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT regexp_replace(
    normalize(said, NFKD), '[\u0300-\u036f\u0640\u064b-\u0655\u0670]', '', 'g')
$$;

-- A text in five dictionaries. Longer than any form allows is cut: a tsvector has an end.
CREATE FUNCTION actors_search_words(said text, weight "char") RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  plain text := actors_plain(left(said, 4000));
  words tsvector := to_tsvector('pg_catalog.simple', plain);
BEGIN
  IF plain ~ '[a-zA-Z]' THEN
    words := words || to_tsvector('pg_catalog.english', plain)
      || to_tsvector('pg_catalog.french', plain) || to_tsvector('pg_catalog.spanish', plain);
  END IF;
  IF plain ~ '[\u0600-\u06ff]' THEN
    words := words || to_tsvector('pg_catalog.arabic', plain);
  END IF;
  RETURN setweight(words, weight);
END $$;

-- What somebody typed, in any of the five. It never fails, whatever was typed.
CREATE FUNCTION actors_search_query(typed text) RETURNS tsquery
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE plain text := actors_plain(left(typed, 1000));
BEGIN
  RETURN websearch_to_tsquery('pg_catalog.simple', plain)
    || websearch_to_tsquery('pg_catalog.english', plain)
    || websearch_to_tsquery('pg_catalog.french', plain)
    || websearch_to_tsquery('pg_catalog.spanish', plain)
    || websearch_to_tsquery('pg_catalog.arabic', plain);
END $$;

-- Codes as words that no text can contain; an empty list of areas is the whole mission.
CREATE FUNCTION actors_search_codes(codes text[], areas bigint[], everywhere boolean)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT array_to_tsvector(
    array_remove(codes, NULL)
    || ARRAY(SELECT DISTINCT '=area:' || area FROM unnest(areas) area WHERE area IS NOT NULL)
    || CASE WHEN everywhere THEN ARRAY['=everywhere'] ELSE '{}' END)
$$;
"""

# For each kind: the row, its mission and organization, the name, the text and the codes of the
# entries whose ids are asked for.
SOURCES = {
    "organization": r"""
SELECT o.id, o.mission_id, o.id,
  o.name::text,
  actors_search_words(o.name || ' ' || o.short_name, 'A')
  || actors_search_words(o.description, 'C'),
  actors_search_codes(
    ARRAY['=kind:organization', '=org:' || o.kind],
    ARRAY(
      SELECT a.area_id FROM actors_post p JOIN actors_post_areas a ON a.post_id = p.id
      WHERE p.organization_id = o.id AND p.retired_at IS NULL
      UNION SELECT a.area_id FROM actors_service s
      JOIN actors_service_areas a ON a.service_id = s.id
      WHERE s.organization_id = o.id AND s.retired_at IS NULL),
    EXISTS (
      SELECT FROM actors_post p WHERE p.organization_id = o.id AND p.retired_at IS NULL
      AND NOT EXISTS (SELECT FROM actors_post_areas a WHERE a.post_id = p.id))
    OR EXISTS (
      SELECT FROM actors_service s WHERE s.organization_id = o.id AND s.retired_at IS NULL
      AND NOT EXISTS (SELECT FROM actors_service_areas a WHERE a.service_id = s.id))
  )
FROM actors_organization o
WHERE o.id = ANY(ids) AND o.retired_at IS NULL
AND NOT EXISTS (SELECT FROM actors_coordinationbody b WHERE b.organization_id = o.id)
""",
    "body": r"""
SELECT b.id, o.mission_id, o.id, o.name::text,
  actors_search_words(o.name || ' ' || o.short_name, 'A')
  || actors_search_words(o.description || ' ' || b.rhythm, 'C'),
  actors_search_codes(
    ARRAY['=kind:body', '=body:' || b.kind, '=org:' || o.kind], ARRAY[b.area_id],
    b.area_id IS NULL)
FROM actors_coordinationbody b JOIN actors_organization o ON o.id = b.organization_id
WHERE b.id = ANY(ids) AND o.retired_at IS NULL
""",
    "service": r"""
SELECT s.id, o.mission_id, o.id, s.name::text,
  actors_search_words(s.name, 'A')
  || actors_search_words(o.name || ' ' || o.short_name, 'B')
  || actors_search_words(s.description || ' ' || s.eligibility, 'C'),
  actors_search_codes(
    ARRAY['=kind:service', '=service:' || s.kind, '=org:' || o.kind,
      CASE WHEN s.trained_on_sexual_violence THEN '=harm:sexual_violence' END,
      CASE WHEN s.status <> 'active' THEN '=closed' END]
    || ARRAY(SELECT '=language:' || spoken FROM unnest(s.languages) spoken),
    served.areas, served.areas = '{}')
FROM actors_service s JOIN actors_organization o ON o.id = s.organization_id
CROSS JOIN LATERAL (SELECT ARRAY(
  SELECT area_id FROM actors_service_areas WHERE service_id = s.id) AS areas) served
WHERE s.id = ANY(ids) AND s.retired_at IS NULL AND o.retired_at IS NULL
""",
    "post": r"""
SELECT p.id, o.mission_id, o.id, p.title::text,
  actors_search_words(p.title, 'A')
  || actors_search_words(o.name || ' ' || o.short_name, 'B'),
  actors_search_codes(
    ARRAY['=kind:post', '=role:' || p.role, '=org:' || o.kind], served.areas, served.areas = '{}')
FROM actors_post p JOIN actors_organization o ON o.id = p.organization_id
CROSS JOIN LATERAL (SELECT ARRAY(
  SELECT area_id FROM actors_post_areas WHERE post_id = p.id) AS areas) served
WHERE p.id = ANY(ids) AND p.retired_at IS NULL AND o.retired_at IS NULL
""",
    "document": r"""
SELECT d.id, d.mission_id, d.organization_id, d.title::text,
  actors_search_words(d.title, 'A') || actors_search_words(d.summary, 'C'),
  actors_search_codes(
    ARRAY['=kind:document', '=document:' || d.kind], ARRAY[d.area_id], d.area_id IS NULL)
FROM actors_document d WHERE d.id = ANY(ids) AND d.retired_at IS NULL
""",
    "pathway": r"""
SELECT w.id, a.mission_id, NULL::bigint, '',
  actors_search_words(w.note, 'C'),
  actors_search_codes(ARRAY['=kind:pathway', '=harm:' || w.concern], ARRAY[a.id], false)
FROM actors_pathway w JOIN actors_area a ON a.id = w.area_id
WHERE w.id = ANY(ids)
""",
}

# For each kind of entry; the kind stands in the statement itself, so that its plan is kept.
COPYING = """
CREATE FUNCTION actors_search_source_{kind}(ids bigint[]) RETURNS TABLE (
  source_id bigint, mission_id bigint, organization_id bigint, title text,
  said tsvector, codes tsvector)
LANGUAGE sql STABLE AS $$ {source} $$;

-- Copy these entries anew; those that are no more go.
CREATE FUNCTION actors_search_copy_{kind}(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM actors_searchentry WHERE kind = '{kind}' AND source_id = ANY(ids);
  INSERT INTO actors_searchentry
    (kind, source_id, mission_id, organization_id, title, codes, words)
  SELECT '{kind}', s.source_id, s.mission_id, s.organization_id, s.title, s.codes,
    s.said || s.codes
  FROM actors_search_source_{kind}(ids) s;
END $$;

-- The same where only codes can have changed, which leaves most entries as they are.
CREATE FUNCTION actors_search_recode_{kind}(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  source bigint;
  now_codes tsvector;
BEGIN
  FOR source, now_codes IN
    SELECT s.source_id, s.codes FROM actors_search_source_{kind}(ids) s
  LOOP
    UPDATE actors_searchentry
    SET codes = now_codes, words = ts_delete(words, tsvector_to_array(codes)) || now_codes
    WHERE kind = '{kind}' AND source_id = source AND codes <> now_codes;
  END LOOP;
END $$;
"""
KEEPING = r"""
-- What is copied from several rows of one organization is copied by one transaction at a time:
-- the next one waits here and then reads what the first has left.
CREATE FUNCTION actors_search_hold(ids bigint[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM actors_organization WHERE id = ANY(ids) ORDER BY id FOR NO KEY UPDATE;
END $$;

CREATE FUNCTION actors_search_fill() RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM actors_searchentry;
  PERFORM actors_search_copy_organization(ARRAY(SELECT id FROM actors_organization));
  PERFORM actors_search_copy_body(ARRAY(SELECT id FROM actors_coordinationbody));
  PERFORM actors_search_copy_service(ARRAY(SELECT id FROM actors_service));
  PERFORM actors_search_copy_post(ARRAY(SELECT id FROM actors_post));
  PERFORM actors_search_copy_document(ARRAY(SELECT id FROM actors_document));
  PERFORM actors_search_copy_pathway(ARRAY(SELECT id FROM actors_pathway));
END $$;

CREATE FUNCTION actors_search_emptied() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM actors_search_fill();
  RETURN NULL;
END $$;
"""

# For each table: the columns the index is made from, whose entries they concern (of `changed`,
# the rows as they were and as they are), and what is done. `ids` are organizations.
OF_ORGANIZATION = "SELECT array_agg(DISTINCT organization_id), array_agg(DISTINCT id) INTO ids, own"
TABLES = {
    "actors_organization": (
        "id, mission_id, name, short_name, description, kind, retired_at",
        "SELECT array_agg(DISTINCT id) INTO ids FROM changed",
        """
    PERFORM actors_search_hold(ids);
    PERFORM actors_search_copy_organization(ids);
    PERFORM actors_search_copy_post(ARRAY(
      SELECT id FROM actors_post WHERE organization_id = ANY(ids)));
    PERFORM actors_search_copy_service(ARRAY(
      SELECT id FROM actors_service WHERE organization_id = ANY(ids)));
    PERFORM actors_search_copy_body(ARRAY(
      SELECT id FROM actors_coordinationbody WHERE organization_id = ANY(ids)));""",
    ),
    "actors_post": (
        "id, organization_id, role, title, retired_at",
        f"{OF_ORGANIZATION} FROM changed",
        """
    PERFORM actors_search_hold(ids);
    PERFORM actors_search_recode_organization(ids);
    PERFORM actors_search_copy_post(own);""",
    ),
    "actors_service": (
        "id, organization_id, name, kind, description, eligibility, status, languages, "
        "trained_on_sexual_violence, retired_at",
        f"{OF_ORGANIZATION} FROM changed",
        """
    PERFORM actors_search_hold(ids);
    PERFORM actors_search_recode_organization(ids);
    PERFORM actors_search_copy_service(own);""",
    ),
    "actors_post_areas": (
        "post_id, area_id",
        f"{OF_ORGANIZATION} FROM actors_post WHERE id IN (SELECT post_id FROM changed)",
        """
    PERFORM actors_search_hold(ids);
    PERFORM actors_search_recode_organization(ids);
    PERFORM actors_search_recode_post(own);""",
    ),
    "actors_service_areas": (
        "service_id, area_id",
        f"{OF_ORGANIZATION} FROM actors_service WHERE id IN (SELECT service_id FROM changed)",
        """
    PERFORM actors_search_hold(ids);
    PERFORM actors_search_recode_organization(ids);
    PERFORM actors_search_recode_service(own);""",
    ),
    "actors_coordinationbody": (
        "id, organization_id, kind, area_id, rhythm",
        f"{OF_ORGANIZATION} FROM changed",
        """
    PERFORM actors_search_hold(ids);
    PERFORM actors_search_copy_organization(ids);
    PERFORM actors_search_copy_body(own);""",
    ),
    "actors_document": (
        "id, mission_id, organization_id, title, summary, kind, area_id, retired_at",
        "SELECT array_agg(DISTINCT id) INTO own FROM changed",
        """
    PERFORM actors_search_copy_document(own);""",
    ),
    "actors_pathway": (
        "id, area_id, concern, note",
        "SELECT array_agg(DISTINCT id) INTO own FROM changed",
        """
    PERFORM actors_search_copy_pathway(own);""",
    ),
}
# A session keeps its plans. One made while the tables were empty would read them whole for each
# row of the import that fills them. A bitmap scan needs a key to look for, so it alone is left.
BY_KEY = " ".join(
    f"SET enable_{way} = off"
    for way in ("seqscan", "indexscan", "indexonlyscan", "hashjoin", "mergejoin")
)
CHANGES = {
    "insert": ("NEW TABLE AS now_rows", "SELECT {columns} FROM now_rows"),
    "delete": ("OLD TABLE AS old_rows", "SELECT {columns} FROM old_rows"),
    # Only rows that differ in these columns: a service counts its free places every day.
    "update": (
        "OLD TABLE AS old_rows NEW TABLE AS now_rows",
        "(SELECT {columns} FROM old_rows EXCEPT SELECT {columns} FROM now_rows) UNION ALL "
        "(SELECT {columns} FROM now_rows EXCEPT SELECT {columns} FROM old_rows)",
    ),
}


def triggers() -> str:
    """A function and a trigger for each table and kind of change, and one for TRUNCATE."""
    return "\n".join(
        _trigger(table, change) for table in TABLES for change in (*CHANGES, "truncate")
    )


def _trigger(table: str, change: str) -> str:
    name = f"{table}_searched_{change}"
    if change == "truncate":
        return (
            f"CREATE TRIGGER {name} AFTER TRUNCATE ON {table} FOR EACH STATEMENT "
            "EXECUTE FUNCTION actors_search_emptied();"
        )
    columns, concerned, copied = TABLES[table]
    transition, rows = CHANGES[change]
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql {BY_KEY} AS $$
DECLARE
  ids bigint[];
  own bigint[];
BEGIN
  WITH changed AS ({rows.format(columns=columns)})
  {concerned};
  IF coalesce(ids, own) IS NOT NULL THEN{copied}
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER {name} AFTER {change.upper()} ON {table} REFERENCING {transition}
FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""


def no_triggers() -> str:
    changes = [(table, change) for table in TABLES for change in CHANGES]
    dropped = [f"DROP FUNCTION {table}_searched_{change}() CASCADE;" for table, change in changes]
    return "\n".join(dropped)


NO_KEEPING = """
DROP FUNCTION actors_search_emptied() CASCADE;
DROP FUNCTION actors_search_fill(), actors_search_hold(bigint[]);
"""
NO_COPYING = """
DROP FUNCTION actors_search_copy_{kind}, actors_search_recode_{kind}, actors_search_source_{kind};
"""
NO_TEXT = """
DROP FUNCTION actors_search_codes(text[], bigint[], boolean), actors_search_query(text),
  actors_search_words(text, "char"), actors_plain(text);
"""


class Migration(migrations.Migration):

    dependencies = [
        ('actors', '0003_directory'),
    ]

    operations = [
        migrations.CreateModel(
            name='SearchEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('service', 'Services'), ('post', 'Posts'), ('organization', 'Organizations'), ('body', 'Coordination bodies'), ('pathway', 'Pathways'), ('document', 'Documents')], max_length=12)),
                ('source_id', models.BigIntegerField()),
                ('title', models.TextField()),
                ('codes', django.contrib.postgres.search.SearchVectorField()),
                ('words', django.contrib.postgres.search.SearchVectorField()),
                ('mission', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='actors.mission')),
                ('organization', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='actors.organization')),
            ],
            options={
                'verbose_name': 'search entry',
                'verbose_name_plural': 'search entries',
                'ordering': ['title', 'pk'],
                'default_permissions': (),
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['words'], name='search_entry_words')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'source_id'), name='search_entry_once')],
            },
        ),
        migrations.RunSQL(TEXT, NO_TEXT),
        *(
            migrations.RunSQL(
                COPYING.format(kind=kind, source=source), NO_COPYING.format(kind=kind)
            )
            for kind, source in SOURCES.items()
        ),
        migrations.RunSQL(KEEPING, NO_KEEPING),
        migrations.RunSQL(triggers(), no_triggers()),
        migrations.RunSQL("SELECT actors_search_fill()", migrations.RunSQL.noop),
    ]
