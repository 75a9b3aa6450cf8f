"""Fictional people for every function of the mission, and how each of them signs in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password

from actors.models import Contact, Post, PostHolding, Rank, User
from actors.roles import Role
from actors.workflow.entries import settle_administrator
from portal.demo.directory import POLICE, Kesara

# One password for all of them: it opens nothing but this demonstration.
PASSWORD = "kesara-is-not-a-place"  # noqa: S105
ADMIN = "ADMIN"

PORT_SELA, TOLWE, OSKEL = (f"UNPOL Team Site {name}" for name in ("Port Sela", "Tolwe", "Oskel"))
SINCE, UNTIL = timedelta(days=200), timedelta(days=400)


@dataclass(frozen=True)
class Person:
    """Somebody invented. No area means the whole mission; no organization, no post."""

    login: str
    name: str
    role: str
    organization: str = ""
    areas: tuple[str, ...] = ()
    title: str = ""
    is_deputy: bool = False

    @property
    def email(self) -> str:
        return f"{self.login}@example.org"

    @property
    def post_title(self) -> str:
        """Their function and where, in words; empty for somebody without a post."""
        if not self.organization:
            return ""
        return self.title or f"{Role(self.role).label}, {self.organization}"


LAKESIDE, NORTH, SOUTH = ("QM0201", "QM0202"), ("QM0101", "QM0102"), ("QM0301",)
FOCAL_POINT = "UNPOL Child Protection Focal Point"

# In the order somebody trying the portal would want them. Supervisors cover the whole mission,
# since a patrol of theirs may file anywhere; nobody is focal point in the Vale of Myre.
PEOPLE = (
    Person("officer.portsela", "Amara Diallo", Role.UNPOL_OFFICER, PORT_SELA, ("QM0201",)),
    Person("supervisor.portsela", "Henrik Solberg", Role.UNPOL_SUPERVISOR, PORT_SELA),
    Person(
        "focalpoint.portsela",
        "Leila Haddad",
        Role.UNPOL_CPFP_FIELD,
        PORT_SELA,
        LAKESIDE,
        f"{FOCAL_POINT}, Lakeside",
    ),
    Person("cpa", "Ngozi Eze", Role.CPA, "UNMIX Child Protection Section"),
    Person(
        "cpa.deputy",
        "Mateus Figueira",
        Role.CPA,
        "UNMIX Child Protection Section",
        is_deputy=True,
    ),
    Person("cpa.senior", "Ingrid Vanhoutte", Role.CPA_SENIOR, "UNMIX Child Protection Section"),
    Person("humanrights", "Sanjay Thapa", Role.HUMAN_RIGHTS, "UNMIX Human Rights Service"),
    Person("admin", "Katarina Novak", ADMIN),
    # A second one: a change of the policy needs four eyes.
    Person("admin.second", "Paulo Mendes", ADMIN),
    Person("officer.tolwe", "Carlos Quispe", Role.UNPOL_OFFICER, TOLWE, ("QM0101",)),
    Person("supervisor.tolwe", "Mariam Traore", Role.UNPOL_SUPERVISOR, TOLWE),
    Person(
        "focalpoint.tolwe",
        "Ruwan Perera",
        Role.UNPOL_CPFP_FIELD,
        TOLWE,
        NORTH,
        f"{FOCAL_POINT}, Northern Reach",
    ),
    Person("officer.oskel", "Aylin Demir", Role.UNPOL_OFFICER, OSKEL, ("QM0301",)),
    Person("supervisor.oskel", "Kwabena Boateng", Role.UNPOL_SUPERVISOR, OSKEL),
    Person(
        "focalpoint.oskel",
        "Josefina Cabral",
        Role.UNPOL_CPFP_FIELD,
        OSKEL,
        SOUTH,
        f"{FOCAL_POINT}, Oskel",
    ),
    Person(
        "focalpoint.portsela.deputy",
        "Tomasz Zielinski",
        Role.UNPOL_CPFP_FIELD,
        PORT_SELA,
        LAKESIDE,
        f"{FOCAL_POINT}, Lakeside",
        is_deputy=True,
    ),
    Person("focalpoint.hq", "Fatou Ndiaye", Role.UNPOL_CPFP_HQ, POLICE),
    Person("hopc", "Anneli Korhonen", Role.HOPC, POLICE),
    Person("investigation", "Emeka Balogun", Role.UNPOL_INVESTIGATION, "UNPOL Investigation Unit"),
    Person("srsg", "Beatriz Salgado", Role.SRSG_OFFICE, "UNMIX Office of the SRSG"),
    Person("dsrsg", "Hiroshi Tanabe", Role.DSRSG_RC_HC, "UNMIX Office of the DSRSG/RC/HC"),
    Person("joc", "Owen Fitzgerald", Role.JOC, "UNMIX Joint Operations Centre"),
    Person("jmac", "Samira Benali", Role.JMAC, "UNMIX Joint Mission Analysis Centre"),
    Person("poc", "Luca Marchetti", Role.POC_ADVISER, "UNMIX Protection of Civilians Unit"),
    Person("military", "Pradeep Gurung", Role.MILITARY_LIAISON, "UNMIX Military Component"),
    Person(
        "military.night",
        "Sunniva Aas",
        Role.MILITARY_LIAISON,
        "UNMIX Military Component",
        is_deputy=True,
    ),
    Person("gender", "Wanjiru Kamau", Role.GENDER, "UNMIX Gender Unit"),
    Person("wpa", "Elena Petrescu", Role.WPA, "UNMIX Women Protection Unit"),
    Person("ddr", "Abebe Tesfaye", Role.DDR, "UNMIX DDR Section"),
    Person(
        "justice",
        "Farida Rahmani",
        Role.JUSTICE_CORRECTIONS,
        "UNMIX Justice and Corrections Section",
    ),
    Person("civilaffairs", "Jonas Lindqvist", Role.CIVIL_AFFAIRS, "UNMIX Civil Affairs Section"),
    Person(
        "political", "Chantal Uwase", Role.POLITICAL_AFFAIRS, "UNMIX Political Affairs Division"
    ),
    Person(
        "publicinfo", "Rafael Ibarra", Role.PUBLIC_INFORMATION, "UNMIX Public Information Section"
    ),
    Person("unmas", "Dragana Ilic", Role.UNMAS, "UNMIX Mine Action Service"),
    Person("hrddp", "Mohammed Karim", Role.HRDDP_SECRETARIAT, "UNMIX HRDDP Secretariat"),
    Person(
        "conduct", "Siobhan Kearney", Role.CONDUCT_DISCIPLINE, "UNMIX Conduct and Discipline Team"
    ),
    Person("victimsrights", "Thandiwe Moyo", Role.VICTIMS_RIGHTS, "UNMIX Victims' Rights Office"),
    Person("welfare", "Gabriel Santos", Role.STAFF_WELFARE, "UNMIX Staff Welfare Unit"),
    Person("unicef", "Claire Dubois", Role.UNICEF_CP, "UNICEF in Kesara (fictional)"),
    Person("unhcr", "Yusuf Abdi", Role.UNHCR, "UNHCR in Kesara (fictional)"),
    Person("iom", "Mei Ling Tan", Role.IOM, "IOM in Kesara (fictional)"),
    Person("who", "Oluwaseun Adeyemi", Role.WHO, "WHO in Kesara (fictional)"),
    Person("unfpa", "Nadia Boukhari", Role.UNFPA, "UNFPA in Kesara (fictional)"),
    Person("unwomen", "Ana Lucia Rojas", Role.UN_WOMEN, "UN Women in Kesara (fictional)"),
    Person("unodc", "Viktor Hristov", Role.UNODC, "UNODC in Kesara (fictional)"),
    Person("ilo", "Priya Menon", Role.ILO, "ILO in Kesara (fictional)"),
    Person("icrc", "Matthias Gerber", Role.ICRC, "ICRC in Kesara (fictional)"),
    Person(
        "ctfmr", "Isabelle Nkurunziza", Role.CTFMR, "Kesara Task Force on Monitoring and Reporting"
    ),
    Person(
        "cpsubcluster",
        "Daniel Asante",
        Role.CP_SUBCLUSTER,
        "Kesara Child Protection Sub-Cluster",
    ),
    Person("gbvsubcluster", "Rosa Maldonado", Role.GBV_SUBCLUSTER, "Kesara GBV Sub-Cluster"),
    Person(
        "protectioncluster",
        "Kofi Amankwah",
        Role.HCT_PROTECTION_CLUSTER,
        "Kesara Protection Cluster",
    ),
    Person("psea", "Helene Bergstrom", Role.PSEA_NETWORK, "Kesara PSEA Network"),
    Person("health", "Zainab Sesay", Role.HEALTH_PROVIDER, "Hearth and Haven"),
    Person("psychosocial", "Arjun Shrestha", Role.PSS_PROVIDER, "Hearth and Haven"),
    Person("shelter", "Marta Kowalczyk", Role.SHELTER_PROVIDER, "Hearth and Haven"),
    Person("psychosocial.bridges", "Selam Haile", Role.PSS_PROVIDER, "Bridges for Children"),
    Person("legalaid", "Pablo Echeverria", Role.LEGAL_AID_PROVIDER, "Bridges for Children"),
    Person("casework", "Grace Achieng", Role.CASE_MGMT_AGENCY, "Bridges for Children"),
)

# Functions that are reached around the clock, whoever is on shift.
DESKS = {Role.JOC: "joc.desk@example.org", Role.DDR: "ddr.desk@example.org"}


def build_people(kesara: Kesara, *, now: datetime) -> dict[str, User]:
    """Store everybody with post, holding and address; returns the users by login."""
    users = _build_users()
    posts = {_seat(person): _build_post(kesara, person) for person in _with_posts()}
    PostHolding.objects.bulk_create(
        PostHolding(
            post=posts[_seat(person)],
            user=users[person.login],
            rank=Rank.DEPUTY if person.is_deputy else Rank.PRIMARY,
            held_from=now - SINCE,
            held_until=now + UNTIL,
        )
        for person in PEOPLE
        if person.organization
    )
    for person in PEOPLE:
        if person.role == ADMIN:
            settle_administrator(user=users[person.login])
    return users


def _build_users() -> dict[str, User]:
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(
            username=person.login,
            name=person.name,
            email=person.email,
            password=password,
            is_staff=person.role == ADMIN,
        )
        for person in PEOPLE
    )
    Contact.objects.bulk_create(Contact(user=user, address=user.email) for user in users)
    return {user.username: user for user in users}


def _with_posts() -> Iterable[Person]:
    """One person for each post: deputies sit on the post of the one they stand in for."""
    return (person for person in PEOPLE if person.organization and not person.is_deputy)


def _seat(person: Person) -> tuple[str, str]:
    return person.role, person.organization


def _build_post(kesara: Kesara, person: Person) -> Post:
    post = Post.objects.create(
        role=person.role,
        organization=kesara.organizations[person.organization],
        title=person.title,
    )
    post.areas.set(kesara.areas[code] for code in person.areas)
    if desk := DESKS.get(post.role):
        Contact.objects.create(post=post, address=desk)
    return post
