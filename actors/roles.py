"""The policy's role codes in words (field policy, section 2.1).

The routing engine knows no role; the policy file lists the codes, and a test holds the two
lists against each other.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Every function a post can have. Two are the portal's own: the filer and the admin."""

    UNPOL_OFFICER = "UNPOL_OFFICER", _("UNPOL officer")
    UNPOL_SUPERVISOR = "UNPOL_SUPERVISOR", _("UNPOL supervisor")
    UNPOL_CPFP_FIELD = "UNPOL_CPFP_FIELD", _("UNPOL Child Protection Focal Point (field)")
    UNPOL_CPFP_HQ = "UNPOL_CPFP_HQ", _("UNPOL Child Protection Focal Point (headquarters)")
    HOPC = "HOPC", _("Head of Police Component")
    UNPOL_INVESTIGATION = "UNPOL_INVESTIGATION", _("UNPOL investigation unit")

    CPA = "CPA", _("Child Protection Adviser")
    CPA_SENIOR = "CPA_SENIOR", _("Senior Child Protection Adviser")
    HUMAN_RIGHTS = "HUMAN_RIGHTS", _("Human Rights")
    SRSG_OFFICE = "SRSG_OFFICE", _("Office of the SRSG")
    DSRSG_RC_HC = "DSRSG_RC_HC", _("Deputy SRSG / Resident and Humanitarian Coordinator")
    JOC = "JOC", _("Joint Operations Centre")
    JMAC = "JMAC", _("Joint Mission Analysis Centre")
    POC_ADVISER = "POC_ADVISER", _("Protection of Civilians Adviser")
    MILITARY_LIAISON = "MILITARY_LIAISON", _("Military liaison")
    GENDER = "GENDER", _("Gender Adviser")
    WPA = "WPA", _("Women Protection Adviser")
    DDR = "DDR", _("Disarmament, demobilization and reintegration")
    JUSTICE_CORRECTIONS = "JUSTICE_CORRECTIONS", _("Justice and Corrections")
    CIVIL_AFFAIRS = "CIVIL_AFFAIRS", _("Civil Affairs")
    POLITICAL_AFFAIRS = "POLITICAL_AFFAIRS", _("Political Affairs")
    PUBLIC_INFORMATION = "PUBLIC_INFORMATION", _("Public Information")
    UNMAS = "UNMAS", _("Mine Action Service (UNMAS)")
    HRDDP_SECRETARIAT = "HRDDP_SECRETARIAT", _("Human rights due diligence secretariat")
    CONDUCT_DISCIPLINE = "CONDUCT_DISCIPLINE", _("Conduct and Discipline Team")
    VICTIMS_RIGHTS = "VICTIMS_RIGHTS", _("Victims' Rights")
    STAFF_WELFARE = "STAFF_WELFARE", _("Staff welfare")

    UNICEF_CP = "UNICEF_CP", _("UNICEF child protection")
    UNHCR = "UNHCR", _("UNHCR")
    IOM = "IOM", _("IOM")
    WHO = "WHO", _("WHO")
    UNFPA = "UNFPA", _("UNFPA")
    UN_WOMEN = "UN_WOMEN", _("UN Women")
    UNODC = "UNODC", _("UNODC")
    ILO = "ILO", _("ILO")
    ICRC = "ICRC", _("ICRC")
    CTFMR = "CTFMR", _("Country Task Force on Monitoring and Reporting")
    CP_SUBCLUSTER = "CP_SUBCLUSTER", _("Child protection sub-cluster")
    GBV_SUBCLUSTER = "GBV_SUBCLUSTER", _("Gender-based violence sub-cluster")
    HCT_PROTECTION_CLUSTER = "HCT_PROTECTION_CLUSTER", _("Protection cluster")
    PSEA_NETWORK = "PSEA_NETWORK", _("Network on protection from sexual exploitation and abuse")
    HEALTH_PROVIDER = "HEALTH_PROVIDER", _("Health provider")
    PSS_PROVIDER = "PSS_PROVIDER", _("Psychosocial support provider")
    SHELTER_PROVIDER = "SHELTER_PROVIDER", _("Shelter provider")
    LEGAL_AID_PROVIDER = "LEGAL_AID_PROVIDER", _("Legal aid provider")
    CASE_MGMT_AGENCY = "CASE_MGMT_AGENCY", _("Case management agency")
    HS_POLICE_SPECIALISED = "HS_POLICE_SPECIALISED", _("Host-State specialised police unit")

    # Never a recipient the rules choose (2.1); named so that what a guard removed reads as words.
    HS_POLICE_GENERAL = "HS_POLICE_GENERAL", _("Host-State police")
    HS_SECURITY_FORCES = "HS_SECURITY_FORCES", _("Host-State security forces")
    COMMUNITY_LEADER = "COMMUNITY_LEADER", _("Community leader")
    NGO_REPORTER = "NGO_REPORTER", _("NGO that told the patrol")
