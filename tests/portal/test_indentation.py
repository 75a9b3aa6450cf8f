"""A page for a slow link is sent without the spaces of its template."""

from portal.indentation import without_indentation


def test_a_run_of_spaces_and_line_ends_becomes_one_space():
    page = "<div\n     class='a  b'>\n   <b>Two\n    words</b>\n\n</div>"
    assert without_indentation(page) == "<div class='a  b'> <b>Two words</b> </div>"


def test_what_was_typed_stays_as_it_is():
    typed = 'One.\n\n  Two  "quoted"\t&lt;b&gt;\r\n'
    kept = (
        f'<textarea name="narrative">\n{typed}</textarea>',
        '<input type="hidden" value="One.\n\n  Two">',
        "<pre>\n a   b\n</pre>",
        '<script type="application/json">{"a":   "b  c"}</script>',
    )
    assert [without_indentation(part) for part in kept] == list(kept)


def test_a_space_that_keeps_two_words_together_stays():
    assert (
        without_indentation("<p>Danger\u00a0:  oui\u202f!</p>") == "<p>Danger\u00a0: oui\u202f!</p>"
    )


def test_a_text_with_quotation_marks_does_not_hide_a_tag():
    page = '<p>Say "yes</p>\n  <p>  no" \' </p>'
    assert without_indentation(page) == '<p>Say "yes</p> <p> no" \' </p>'
