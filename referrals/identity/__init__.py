"""Spots in a text what says who somebody is: names, telephone and ID numbers, addresses.

English, French, Spanish and Arabic. Pure: the same data (`patterns`) and the same few steps run in
the browser (static/js/form/identity.js), so that an officer without a link is told the same.
"""

from referrals.identity.finding import Found, find_identity
from referrals.identity.patterns import patterns

__all__ = ["Found", "find_identity", "patterns"]
