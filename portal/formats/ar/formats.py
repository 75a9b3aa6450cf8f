"""Dates and numbers as the United Nations writes them in Arabic: with the digits 0 to 9."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j F Y"  # Arabic has no short names of months
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y، H:i"
SHORT_DATETIME_FORMAT = "j F Y، H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j F"
FIRST_DAY_OF_WEEK = 1
DECIMAL_SEPARATOR = ","
# A space that belongs to the number: from right to left the groups would else change places.
THOUSAND_SEPARATOR = "\u00a0"
NUMBER_GROUPING = 3
