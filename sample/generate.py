"""Write the sample exports: four invented partners, 42 months, thirteen overlapping exports.

    python sample/generate.py [OUT]        OUT is sample/exports when left out

The upper half of this file is the story as data (partners, their customers, their people, what went wrong
in the exports); the lower half turns it into files. Change a number above, run the program, build again.

Same program, same files, to the byte: every random number is drawn from a generator seeded with the name of
the thing it is for, so that a change to one customer leaves the lines of the others alone.
Every name is invented. Partner ids have eight digits, so that none is an id that Microsoft gave out.
"""

from __future__ import annotations

import calendar
import csv
import gzip
import hashlib
import io
import random
import shutil
import sys
import uuid
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb

SEED = "partner-capability-score"
DEFAULT_OUT = Path(__file__).resolve().parent / "exports"

# --------------------------------------------------------------------------------------------------------------
# Words of the reports
# --------------------------------------------------------------------------------------------------------------

PAL = "Partner Admin Link (PAL)"
DPOR = "Digital Partner of Record (DPOR)"
CSP1 = "CSP Tier 1"
CSP2 = "CSP Tier 2"
CPOR = "Claiming Partner of Record (CPOR)"
SHORT_ATTRIBUTIONS = {PAL: "PAL", DPOR: "DPOR", CPOR: "CPOR"}

SENTINEL = "Sentinel"
FIREWALL = "Azure Firewall"
GATEWAY = "Application Gateway"
BASTION = "Azure Bastion"
DEFENDER = "Azure Defender"
DDOS = "Azure DDOS Protection"
FRONT_DOOR = "Azure Front Door Service"
KEY_VAULT = "Key Vault"
WATCHER = "Network Watcher"
B2C = "Azure Active Directory B2C"
DOMAIN_SERVICES = "Azure Active Directory Domain Services"
IOT = "Azure IoT Security"
MACHINES = "Virtual Machines"  # these two are on no list of the Security designation
STORAGE = "Storage"

AADP = "Azure Active Directory Premium"
OFFICE = "Microsoft Defender for Office 365"
ENDPOINTS = "Microsoft Defender for Endpoints"
IDENTITY = "Microsoft Defender for Identity"
PROTECTION = "Microsoft Information Protection"
INTUNE = "Intune"
EXCHANGE = "Exchange Online"  # likewise
TEAMS = "Microsoft Teams"

MS500 = "Microsoft 365 Security Administrator Associate"
AZ500 = "Azure Security Engineer Associate"
SC100 = "Cybersecurity Architect Expert"
SC200 = "Security Operations Analyst Associate"
SC300 = "Identity and Access Administrator Associate"
SC400 = "Information Protection Administrator Associate"
AZ900 = "Azure Fundamentals"
SC900 = "Security, Compliance, and Identity Fundamentals"

# Microsoft renames products; an export writes the name that was in use on the day it was taken, also for the
# months before. So the same month can come under two names from two exports.
RENAMED_SINCE = {
    SENTINEL: [("2021-01-01", "Azure Sentinel"), ("2022-01-01", "Microsoft Sentinel")],
    DEFENDER: [("2021-01-01", "Azure Defender"), ("2022-01-01", "Microsoft Defender for Cloud")],
    FRONT_DOOR: [("2021-01-01", "Azure Front Door Service"), ("2022-07-01", "Azure Front Door")],
    B2C: [("2021-01-01", "Azure Active Directory B2C"), ("2023-10-01", "Azure AD B2C")],
    IOT: [("2021-01-01", "Azure IoT Security"), ("2022-01-01", "Microsoft Defender for IoT")],
    DOMAIN_SERVICES: [
        ("2021-01-01", "Azure Active Directory Domain Services"),
        ("2023-10-01", "Microsoft Entra Domain Services"),
    ],
    AADP: [("2021-01-01", "Azure Active Directory Premium"), ("2023-10-01", "Microsoft Entra ID P1")],
    ENDPOINTS: [("2021-01-01", "Microsoft Defender for Endpoints"), ("2022-10-01", "Microsoft Defender for Endpoint")],
    PROTECTION: [
        ("2021-01-01", "Microsoft Information Protection"),
        ("2022-07-01", "Microsoft Purview Information Protection"),
    ],
    INTUNE: [("2021-01-01", "Intune"), ("2022-10-01", "Microsoft Intune")],
}

# What stands in the levels above when the product's own name is only in a level below.
SERVICE_GROUPS = ("Networking", "Network Security")


# --------------------------------------------------------------------------------------------------------------
# What a story is made of
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Azure:
    """One customer's use of one service under one subscription, as one location of the partner reports it.

    ``plan`` reads "2021-01:300 2022-06:900 2023-05:0": 300 USD a month from 2021-01, 900 from 2022-06, nothing
    from 2023-05. A negative amount is a credit. Amounts wobble by a few per cent unless ``exact``.
    ``level`` is the ServiceLevel that carries the name of the service.
    """

    service: str
    plan: str
    location: int = 0
    attribution: str = PAL
    flag: str = "0"
    subscription: str = "production"
    level: int = 2
    exact: bool = False


@dataclass(frozen=True)
class Seats:
    """One claim on one workload of one customer; ``plan`` reads "2021-01:40/30 2023-05:0/0": paid / active."""

    workload: str
    plan: str
    location: int = 0
    claim: str = "first"
    attribution: str = CPOR


@dataclass(frozen=True)
class Tenant:
    """One customer tenant of a partner. ``offers`` names the offer of a subscription; None: nobody noted it."""

    name: str
    market: str
    segment: str
    usage: tuple = ()
    offers: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Person:
    """One individual; ``certifications`` and ``exams`` are (title, completed, expires or None)."""

    first_name: str
    last_name: str
    certifications: tuple = ()
    exams: tuple = ()
    location: int = 0
    has_mcp_id: bool = True
    has_corporate_email: bool = True


@dataclass(frozen=True)
class Location:
    """A location of a partner, with an MPN id of its own."""

    mpn_id: str
    name: str
    city: str
    country: str


@dataclass(frozen=True)
class Partner:
    """A partner global account with its locations, customers and people."""

    pga_mpn_id: str
    name: str
    domain: str
    locations: tuple
    tenants: tuple
    people: tuple
    since: str = "2021-01"


# --------------------------------------------------------------------------------------------------------------
# The story. Points below are of rule set security_2022_10; sample/README.md tells it in words.
# --------------------------------------------------------------------------------------------------------------

ENTERPRISE = "Enterprise"
CORPORATE = "SMC - Corporate"
SMB = "SMC - SMB"

# 1. Earns the designation in 2023-04 and still has it in 2024-06, with 72.00 points. Veldkamp's trailing year running
#    dry, or Tobias Harkness's certification expiring: either alone takes it below 70.
ALDER = Partner(
    pga_mpn_id="99100000",
    name="Alder Shield Group",
    domain="aldershield.example",
    locations=(
        Location("99100001", "Alder Shield Nordics", "Aarhus", "Denmark"),
        Location("99100002", "Alder Shield DACH", "Graz", "Austria"),
        Location("99100003", "Alder Shield UK", "Leeds", "United Kingdom"),
    ),
    tenants=(
        # Customers from the start.
        Tenant(
            "Fernhollow Foods",
            "Denmark",
            ENTERPRISE,
            (
                Azure(SENTINEL, "2021-01:1250 2022-07:1400 2023-07:1550"),
                Azure(KEY_VAULT, "2021-01:35"),
                Azure(MACHINES, "2021-01:2600"),
                Azure(KEY_VAULT, "2022-01:18", subscription="developers"),
                Seats(AADP, "2021-01:380/310 2022-10:420/365 2023-10:460/410"),
                Seats(OFFICE, "2021-01:380/250 2022-10:420/300 2023-10:460/340"),
                Seats(EXCHANGE, "2021-01:380/372 2022-10:420/411 2023-10:460/452"),
            ),
            offers={"developers": "Benefit Program"},
        ),
        Tenant(
            "Blåmyr Fisk",
            "Norway",
            CORPORATE,
            (
                Azure(FIREWALL, "2021-01:480", level=3),  # ServiceLevel2 says Networking
                Azure(BASTION, "2021-06:80 2023-06:95"),
            ),
        ),
        Tenant(
            "Larkspur Tools",
            "Germany",
            CORPORATE,
            (
                Azure(FIREWALL, "2021-01:640 2022-10:1200", location=1),
                Azure(DDOS, "2022-10:45", location=1, level=4),
                Seats(ENDPOINTS, "2021-01:55/41 2022-06:60/52 2023-09:72/66", location=1),
            ),
        ),
        # One usage, two associations: the CSP row has the 0, the PAL row the 1. It counts, through its PAL row.
        Tenant(
            "Ostermann Logistik",
            "Austria",
            CORPORATE,
            (
                Azure(GATEWAY, "2021-01:300 2022-11:680 2023-06:760", location=1, flag="1"),
                Azure(GATEWAY, "2021-01:300 2022-11:680 2023-06:760", location=1, attribution=CSP1, flag="0"),
                Azure(DEFENDER, "2022-11:360 2023-06:420", location=1),
                Azure(STORAGE, "2021-01:190", location=1),
                Seats(INTUNE, "2021-01:28/21", location=1),
            ),
        ),
        # One usage, two locations: flag 0 and 1. Counting both would double it.
        Tenant(
            "Quillfeather Press",
            "United Kingdom",
            SMB,
            (
                Azure(KEY_VAULT, "2021-01:42", location=2, flag="0"),
                Azure(KEY_VAULT, "2021-01:42", location=0, flag="1"),
                Azure(STORAGE, "2021-01:310", location=2),
            ),
        ),
        # Lost when its trailing year ran dry, won back in 2023-02.
        Tenant(
            "Pine, Reed & Sons",
            "United Kingdom",
            SMB,
            (Azure(WATCHER, "2021-01:95 2021-10:0 2023-02:140", location=2, level=3),),
        ),
        # Silent for eight months and never lost: the trailing year bridges it.
        Tenant(
            "Tallow & Wick",
            "United Kingdom",
            SMB,
            (Azure(FRONT_DOOR, "2021-01:210 2022-02:0 2022-10:240", location=2),),
        ),
        Tenant(
            "Thistledown Schools",
            "United Kingdom",
            CORPORATE,
            (
                Seats(ENDPOINTS, "2021-01:140/96 2022-08:165/120 2023-08:180/150", location=2),
                # two claims on one workload: the larger counts, not the sum
                Seats(ENDPOINTS, "2022-01:60/70 2023-01:0/0", location=2, claim="second"),
                Seats(TEAMS, "2021-01:165/160", location=2),
            ),
        ),
        # Enough seats, hardly used until 2022-09: a customer add, and not a deployment before.
        Tenant(
            "Wrenfield Council",
            "United Kingdom",
            ENTERPRISE,
            (
                Seats(AADP, "2021-01:310/31 2022-09:310/190 2023-09:330/240", location=2),
                Seats(IDENTITY, "2022-09:310/120", location=2),
            ),
        ),
        # Azure through CSP alone: nothing under the rules of 2022, a customer under those of 2026.
        Tenant(
            "Bellweather Insurance",
            "Ireland",
            CORPORATE,
            (
                Azure(FIREWALL, "2022-03:880", location=2, attribution=CSP1),
                Seats(OFFICE, "2021-01:20/17 2023-04:32/27", location=2),
            ),
        ),
        # New in the year before 2023-06.
        Tenant(
            "Saltmarsh Dairies",
            "Denmark",
            CORPORATE,
            (
                Azure(SENTINEL, "2022-08:1260"),
                Azure(WATCHER, "2022-08:22"),
                Seats(INTUNE, "2023-02:35/33"),
            ),
        ),
        Tenant(
            "Hedgerow Clinics",
            "Germany",
            CORPORATE,
            (
                Azure(FIREWALL, "2022-10:1480", location=1),
                Seats(PROTECTION, "2022-11:45/38 2024-01:52/58", location=1),  # more active than paid
            ),
        ),
        Tenant(
            "Marlowe Ferry Lines",
            "Norway",
            SMB,
            (
                Azure(KEY_VAULT, "2022-11:55 2023-03:0"),  # gone: lost in 2024-02
            ),
        ),
        # 12,300 USD in the year to 2024-06, less a credit of 450: just under 12,000.
        Tenant(
            "Ironbark Timber",
            "Austria",
            CORPORATE,
            (
                Azure(SENTINEL, "2023-01:980 2023-07:1025", location=1, exact=True),
                Azure(SENTINEL, "2024-03:-450 2024-04:0", location=1, exact=True),
            ),
        ),
        # A customer of two partners: its Microsoft 365 seats are with Dovewick.
        Tenant("Winterbourne Trust", "United Kingdom", SMB, (Azure(DOMAIN_SERVICES, "2023-03:110", location=2),)),
        # New in the year before 2024-06.
        # A project of two months: under 12,000 USD in 2024-07, and nothing left of it in 2024-08.
        Tenant(
            "Veldkamp Optiek",
            "Netherlands",
            CORPORATE,
            (Azure(SENTINEL, "2023-07:6850 2023-09:0", location=1, exact=True),),
        ),
        Tenant(
            "Norrsken Energi",
            "Sweden",
            SMB,
            (
                Azure(BASTION, "2023-08:160 2023-10:0"),  # dry in 2024-09
            ),
        ),
        Tenant(
            "Copperleaf Hotels",
            "Sweden",
            CORPORATE,
            (
                Azure(FRONT_DOOR, "2023-10:930"),
                Seats(AADP, "2023-11:80/8"),  # 10 % active: added, not deployed
            ),
        ),
        Tenant(
            "Gullwing Motors",
            "Germany",
            CORPORATE,
            (
                Azure(SENTINEL, "2024-01:2250", location=1),
                Seats(OFFICE, "2024-02:26/19", location=1),
            ),
        ),
        Tenant(
            "Mistral Boats",
            "Denmark",
            SMB,
            (
                Seats(OFFICE, "2023-09:40/5"),  # 12.5 % active
                Azure(FIREWALL, "2024-02:260", subscription="trial"),  # on a trial: excluded
            ),
            offers={"trial": "Trial"},
        ),
    ),
    people=(
        Person(
            "Astrid",
            "Holmgaard",
            (
                (MS500, "2021-06-14", "2024-12-14"),
                (AZ500, "2021-08-20", "2022-08-20"),
                (AZ500, "2022-08-09", "2025-08-09"),
                (SC300, "2021-11-05", "2024-11-05"),
            ),
        ),
        Person(
            "Jonas",
            "Aigner",
            (
                (MS500, "2021-12-02", "2024-12-02"),
                (AZ500, "2022-02-11", "2025-02-11"),
                (SC200, "2022-03-25", "2025-03-25"),
            ),
            location=1,
        ),
        # Known by a private e-mail address alone.
        Person(
            "Priya",
            "Ellingham",
            (
                (MS500, "2021-11-19", "2024-11-19"),
                (AZ500, "2022-06-30", "2025-06-30"),
                (SC400, "2023-02-17", "2025-02-17"),
            ),
            location=2,
            has_mcp_id=False,
            has_corporate_email=False,
        ),
        # The certification that matters: without it three individuals, and 65.34 points.
        Person(
            "Tobias",
            "Harkness",
            (
                (MS500, "2022-10-04", "2024-10-04"),
                (AZ500, "2022-09-10", "2024-09-10"),
                (SC300, "2023-04-21", "2025-04-21"),
            ),
            location=2,
        ),
        # Let one step lapse.
        Person(
            "Ingrid",
            "Solvang",
            (
                (MS500, "2021-12-10", "2024-12-10"),
                (AZ500, "2021-11-15", "2022-11-15"),
                (SC200, "2022-01-28", "2024-01-28"),
            ),
        ),
        # Two steps and an exam: an exam is not a certification.
        Person(
            "Callum",
            "Rathbone",
            ((MS500, "2022-05-16", "2024-11-16"), (SC200, "2022-11-03", "2024-11-03")),
            exams=((AZ500, "2022-08-08", None),),
            location=2,
        ),
        Person(
            "Lena",
            "Brandstätter",
            ((SC100, "2023-01-20", "2025-01-20"), (SC200, "2022-04-08", "2025-04-08"), (SC900, "2021-05-04", None)),
            location=1,
        ),
        Person("Oskar", "Lindqvist", ((AZ900, "2021-03-03", None), (SC900, "2021-04-19", None))),
    ),
)

# 2. Just short: 63.34 points in 2024-06. One more person (6.67), or linking one customer's usage (7.33), is enough.
BRACKEN = Partner(
    pga_mpn_id="99200000",
    name="Brackenmoor Consulting",
    domain="brackenmoor.example",
    locations=(
        Location("99200001", "Brackenmoor Duluth", "Duluth", "United States"),
        Location("99200002", "Brackenmoor Halifax", "Halifax", "Canada"),
    ),
    tenants=(
        Tenant(
            "Granite Fork Utilities",
            "United States",
            ENTERPRISE,
            (
                Azure(SENTINEL, "2021-01:1500 2023-07:1320"),
                Azure(MACHINES, "2021-01:3900"),
                Seats(AADP, "2021-01:600/420 2023-01:600/455 2023-11:620/520"),
                Seats(EXCHANGE, "2021-01:600/580"),
            ),
        ),
        Tenant(
            "Juniper Vale Clinics",
            "United States",
            CORPORATE,
            (
                Azure(FIREWALL, "2021-01:690 2023-04:1090"),
                Seats(OFFICE, "2021-01:90/66 2023-03:95/80"),
            ),
        ),
        Tenant(
            "Oakhaven Credit Union",
            "United States",
            CORPORATE,
            (
                Azure(KEY_VAULT, "2021-01:80"),
                Azure(MACHINES, "2021-01:1900"),
            ),
        ),
        Tenant(
            "Prairie Lantern Media",
            "Canada",
            SMB,
            (
                Azure(GATEWAY, "2021-01:340", location=1),
                Seats(INTUNE, "2021-01:40/31", location=1),
            ),
        ),
        # About 12 USD a month: within reach of the line of 100 a year, on both sides of it.
        Tenant("Cobble Street Bakers", "United States", SMB, (Azure(WATCHER, "2021-01:12"),)),
        # Lost for good: last used in 2022-05, counted until 2023-04.
        Tenant("Tidewrack Marine", "Canada", SMB, (Azure(FRONT_DOOR, "2021-01:170 2022-06:0", location=1),)),
        Tenant(
            "Yarrow & Finch",
            "United States",
            SMB,
            (
                Seats(ENDPOINTS, "2021-01:55/40"),
                Seats(TEAMS, "2021-01:55/54"),
            ),
        ),
        Tenant(
            "Bitterroot Mining",
            "Canada",
            ENTERPRISE,
            (
                Azure(BASTION, "2021-01:92", location=1),
                Azure(STORAGE, "2021-01:640", location=1),
                Seats(OFFICE, "2021-01:350/205 2023-09:360/250", location=1),
            ),
        ),
        Tenant(
            "Hollis Creek Schools",
            "United States",
            CORPORATE,
            (
                Azure(B2C, "2022-09:300"),
                Seats(INTUNE, "2022-09:120/88"),
            ),
        ),
        # 950 a month: 11,400 USD in every trailing year, 600 below the line.
        Tenant("Maple Quarry Stone", "Canada", CORPORATE, (Azure(FIREWALL, "2022-12:950", location=1, exact=True),)),
        Tenant("Saguaro Freight", "United States", CORPORATE, (Azure(SENTINEL, "2023-08:1240"),)),
        Tenant(
            "Lowland Pharma",
            "Canada",
            CORPORATE,
            (
                Azure(FRONT_DOOR, "2023-10:180", location=1),
                Seats(PROTECTION, "2023-10:60/51", location=1),
            ),
        ),
        # One seat short.
        Tenant(
            "Birchlight Studios",
            "United States",
            SMB,
            (
                Azure(KEY_VAULT, "2023-12:45"),
                Seats(INTUNE, "2023-12:24/22"),
            ),
        ),
        # Real security work that nobody linked: DPOR and CSP, no PAL.
        Tenant(
            "Redfern Outfitters",
            "United States",
            CORPORATE,
            (
                Azure(SENTINEL, "2023-09:1150", attribution=DPOR, exact=True),
                Azure(FIREWALL, "2023-09:250", attribution=CSP1, exact=True),
            ),
        ),
        Tenant(
            "Anvil & Ash Breweries",
            "United States",
            SMB,
            (
                Seats(OFFICE, "2024-01:28/3"),  # 10.7 % active
            ),
        ),
        Tenant("Cedar Notch Water", "Canada", CORPORATE, (Seats(ENDPOINTS, "2023-07:75/62", location=1),)),
        Tenant(
            "Foxglove Realty",
            "United States",
            SMB,
            (
                Azure(FIREWALL, "2024-02:310", subscription="trial"),
                Azure(DEFENDER, "2023-06:65", attribution=CSP2, subscription="reseller"),
            ),
            offers={"trial": "Trial", "reseller": None},
        ),
    ),
    people=(
        Person(
            "Marisol",
            "Tenney",
            (
                (MS500, "2021-10-11", "2024-10-11"),
                (AZ500, "2021-12-06", "2024-12-06"),
                (SC200, "2022-01-17", "2025-01-17"),
            ),
        ),
        Person(
            "Dwight",
            "Okonedo",
            (
                (MS500, "2022-03-14", "2024-12-14"),
                (AZ500, "2022-05-09", "2025-05-09"),
                (SC300, "2022-08-22", "2024-12-22"),
            ),
            exams=((AZ500, "2022-05-09", None),),
        ),
        Person(
            "Ellen",
            "Sundgren",
            (
                (MS500, "2022-11-21", "2024-11-21"),
                (AZ500, "2023-05-15", "2025-05-15"),
                (SC400, "2023-09-18", "2025-09-18"),
            ),
            location=1,
        ),
        # One certification short: the exam for step 2 would make four, and 70.00 points.
        Person(
            "Raj", "Pemberley", ((MS500, "2022-12-05", "2024-12-05"), (SC300, "2023-06-12", "2025-06-12")), location=1
        ),
        Person("Nora", "Vantongeren", ((SC100, "2023-08-28", "2025-08-28"), (SC200, "2023-02-27", "2025-02-27"))),
        Person("Grady", "Holloman", ((AZ900, "2022-02-02", None),)),
    ),
)

# 3. New: no row in any report before 2023-10, then a quick start. The 74.67 points of 2024-06 are shown, but do not
#    qualify: they compare with a year of which there is no export.
CINDER = Partner(
    pga_mpn_id="99300000",
    name="Cinderlark Security",
    domain="cinderlark.example",
    since="2023-10",
    locations=(Location("99300001", "Cinderlark Nelson", "Nelson", "New Zealand"),),
    tenants=(
        Tenant(
            "Kōwhai Orchards",
            "New Zealand",
            CORPORATE,
            (
                Azure(SENTINEL, "2023-10:1480"),
                Seats(ENDPOINTS, "2023-11:64/49"),
            ),
        ),
        Tenant("Southern Kelp", "New Zealand", SMB, (Azure(FIREWALL, "2023-11:320"), Azure(IOT, "2023-12:45"))),
        Tenant(
            "Pallet & Crane",
            "Australia",
            CORPORATE,
            (
                Azure(GATEWAY, "2023-11:420"),
                Azure(MACHINES, "2023-11:1300"),
            ),
        ),
        Tenant(
            "Drysdale Vets",
            "Australia",
            SMB,
            (
                Azure(KEY_VAULT, "2024-01:38"),
                Seats(INTUNE, "2024-01:30/24"),
            ),
        ),
        Tenant(
            "Tussock Telecom",
            "New Zealand",
            ENTERPRISE,
            (
                Azure(SENTINEL, "2024-02:2500"),
                Azure(DDOS, "2024-02:140"),
            ),
        ),
        # Its own test subscription: internal use is excluded.
        Tenant(
            "Cinderlark Lab",
            "New Zealand",
            SMB,
            (Azure(SENTINEL, "2023-10:290", subscription="lab"),),
            offers={"lab": "Internal"},
        ),
        Tenant(
            "Harrier Air Charter",
            "Australia",
            SMB,
            (
                Azure(BASTION, "2024-03:85", level=3),
                Seats(AADP, "2024-03:26/20"),
            ),
        ),
        Tenant(
            "Mudbrick Wines",
            "Australia",
            SMB,
            (Azure(FIREWALL, "2024-01:270", attribution=CSP2, subscription="reseller"),),
            offers={"reseller": None},
        ),
        Tenant("Totara Legal", "New Zealand", SMB, (Seats(OFFICE, "2024-04:23/21"),)),
    ),
    people=(
        Person(
            "Hemi",
            "Rawiri",
            (
                (MS500, "2022-09-19", "2024-12-19"),
                (AZ500, "2022-12-12", "2024-12-12"),
                (SC200, "2023-03-13", "2025-03-13"),
            ),
        ),
        Person(
            "Bronte",
            "Gallagher-Fyfe",
            (
                (MS500, "2022-11-28", "2024-11-28"),
                (AZ500, "2023-07-24", "2025-07-24"),
                (SC300, "2023-11-20", "2024-11-20"),
            ),
        ),
        Person(
            "Mika",
            "Toivanen",
            (
                (MS500, "2023-06-26", "2024-12-26"),
                (AZ500, "2024-02-19", "2025-02-19"),
                (SC300, "2024-05-13", "2025-05-13"),
                (SC100, "2024-06-10", "2025-06-10"),
            ),
        ),
    ),
)

# 4. Lives on Microsoft 365 alone: no Azure row, 42.67 points.
DOVE = Partner(
    pga_mpn_id="99400000",
    name="Dovewick Workplace",
    domain="dovewick.example",
    locations=(
        Location("99400001", "Dovewick Galway", "Galway", "Ireland"),
        Location("99400002", "Dovewick Braga", "Braga", "Portugal"),
    ),
    tenants=(
        Tenant(
            "Puffin Sound Ferries",
            "Ireland",
            CORPORATE,
            (
                Seats(AADP, "2021-01:150/118 2023-03:170/150"),
                Seats(INTUNE, "2021-01:150/95 2023-03:170/120"),
                Seats(OFFICE, "2023-09:170/141"),
                Seats(EXCHANGE, "2021-01:150/149"),
            ),
        ),
        # Reported by both locations, with different figures: the larger counts.
        Tenant(
            "Azulejo Cerâmica",
            "Portugal",
            CORPORATE,
            (
                Seats(OFFICE, "2021-01:80/61 2023-06:88/70", location=1),
                Seats(OFFICE, "2022-04:74/65 2023-06:88/64", location=0, claim="second"),
            ),
        ),
        Tenant("Claddagh Textiles", "Ireland", SMB, (Seats(ENDPOINTS, "2021-01:45/36"), Seats(TEAMS, "2021-01:45/44"))),
        Tenant("Minho Cork", "Portugal", SMB, (Seats(PROTECTION, "2021-01:33/20 2023-10:0/0", location=1),)),  # lost
        # 260 seats a year ago, 340 now: it outgrows the small-business band of 2026.
        Tenant(
            "Shannon Turbines",
            "Ireland",
            ENTERPRISE,
            (
                Seats(AADP, "2021-03:240/150 2023-02:260/190 2023-12:340/265"),
                Seats(IDENTITY, "2021-03:240/60 2023-02:260/92 2023-12:340/130"),
            ),
        ),
        Tenant(
            "Burren Outdoor", "Ireland", SMB, (Seats(INTUNE, "2021-05:26/22 2022-11:23/21 2023-09:31/28"),)
        ),  # won back
        Tenant(
            "Serra Alta Hotels", "Portugal", CORPORATE, (Seats(ENDPOINTS, "2022-03:95/70 2024-01:260/205", location=1),)
        ),
        Tenant("Winterbourne Trust", "United Kingdom", SMB, (Seats(OFFICE, "2022-10:38/34"),)),
        Tenant("Liffey Print Works", "Ireland", SMB, (Seats(INTUNE, "2023-01:27/20"),)),
        Tenant(
            "Douro Glassworks",
            "Portugal",
            CORPORATE,
            (
                Seats(AADP, "2023-08:420/315", location=1),
                Seats(ENDPOINTS, "2023-08:420/262", location=1),
            ),
        ),
        Tenant("Ballyheigue Dental", "Ireland", SMB, (Seats(OFFICE, "2023-11:29/26"),)),
        # Exactly 15 % active.
        Tenant("Atlantic Peat", "Ireland", CORPORATE, (Seats(ENDPOINTS, "2024-02:60/9"),)),
        # Seats through CSP: only the rules of 2026 count them.
        Tenant(
            "Tagus Shipping", "Portugal", CORPORATE, (Seats(AADP, "2023-05:120/100", location=1, attribution=CSP1),)
        ),
        Tenant(
            "Estrela Books",
            "Portugal",
            SMB,
            (
                Seats(OFFICE, "2022-06:14/12 2024-03:26/24", location=1),
                Seats(TEAMS, "2022-06:30/30", location=1),
            ),
        ),
    ),
    people=(
        Person(
            "Aoife",
            "Mulrooney",
            (
                (MS500, "2021-09-13", "2024-09-13"),
                (AZ500, "2022-10-17", "2024-10-17"),
                (SC300, "2022-02-21", "2025-02-21"),
            ),
        ),
        Person(
            "Duarte",
            "Vasconcel",
            (
                (MS500, "2022-06-20", "2024-12-20"),
                (AZ500, "2023-03-20", "2025-03-20"),
                (SC400, "2022-12-19", "2024-12-19"),
            ),
            location=1,
        ),
        Person(
            "Siobhan",
            "Kettering",
            ((MS500, "2023-01-16", "2024-12-16"), (SC400, "2023-05-22", "2025-05-22")),
            has_mcp_id=False,
        ),
        Person("Rui", "Almendra", ((SC900, "2021-10-04", None),), location=1, has_corporate_email=False),
    ),
)

PARTNERS = (ALDER, BRACKEN, CINDER, DOVE)


# --------------------------------------------------------------------------------------------------------------
# The exports, and what went wrong in them
# --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Export:
    """One download: six months, and how its files are written.

    ``form`` is csv, csv.gz, parquet or split (two CSV files); ``months`` how months are spelled;
    ``layout`` the order and choice of columns.
    """

    export_date: str
    first_month: str
    last_month: str
    form: str = "csv"
    months: str = "iso"
    layout: str = "current"
    upper_case_ids: bool = False
    excel: bool = False  # saved from Excel: byte-order mark and CRLF
    short_attributions: bool = False  # PAL and CPOR, without the words
    running_month: str = ""  # the month of the download, up to the day before it

    @property
    def running_share(self) -> Decimal:
        """Share of the running month that was over on the day of the export."""
        year, month, day = map(int, self.export_date.split("-"))
        return Decimal(day - 1) / calendar.monthrange(year, month)[1]


# Every third month, so that a month is reported twice and the later report wins. The oldest
# were put away compressed. Months come in the four spellings of the specification. The last export carries July to
# date, as every download in the middle of a month does: it must not be scored.
USAGE_EXPORTS = (
    Export("2021-07-20", "2021-01", "2021-06", "csv.gz", "iso", "early"),
    Export("2021-10-20", "2021-04", "2021-09", "csv.gz", "iso", "early"),
    Export("2022-01-20", "2021-07", "2021-12", "csv.gz", "iso_time"),
    Export("2022-04-20", "2021-10", "2022-03", "csv.gz", "iso_t"),
    Export("2022-07-20", "2022-01", "2022-06", "csv", "us"),
    Export("2022-10-20", "2022-04", "2022-09", "parquet", "iso", upper_case_ids=True),
    Export("2023-01-20", "2022-07", "2022-12", "csv", "mixed"),
    Export("2023-04-20", "2022-10", "2023-03", "csv", "us_time", "reordered", excel=True),
    Export("2023-07-20", "2023-01", "2023-06", "csv", "iso_time"),
    Export("2023-10-20", "2023-04", "2023-09", "csv", "iso", "reordered", short_attributions=True),
    Export("2024-01-20", "2023-07", "2023-12", "csv", "us"),
    Export("2024-04-20", "2023-10", "2024-03", "split", "iso_t"),
    Export("2024-07-20", "2024-01", "2024-06", "csv", "mixed", running_month="2024-07"),
)
TRAINING_EXPORTS = ("2022-07-20", "2023-07-20", "2024-01-20", "2024-07-20")
PROFILE_EXPORTS = ("2021-07-20", "2022-07-20", "2024-01-20", "2024-07-20")
OFFER_EXPORTS = ("2022-07-20", "2024-07-20")

# What Partner Center showed on the days of two downloads. March was restated in July (RESTATEMENTS), so that the points
# noted in April are no longer ours. In July the page still showed May's growth of Brackenmoor.
SCORE_METRICS = ("Net customer adds", "Intermediate certifications", "Deployments", "Usage growth", "Total")
SCORES = {
    "2024-04-20": (("2024-03-31", "99200000", ("8.00", "26.67", "6.67", "18.00", "59.34")),),
    "2024-07-20": (
        ("2024-06-30", "99100000", ("12.00", "26.67", "13.34", "20.00", "72.00")),
        ("2024-06-30", "99200000", ("12.00", "26.67", "13.34", "19.00", "71.00")),
    ),
}

# Dovewick's people were not downloaded again after 2024-01: the newest export of each partner counts.
LAST_TRAINING_EXPORT = {DOVE.pga_mpn_id: "2024-01-20"}


@dataclass(frozen=True)
class Restatement:
    """What exports before ``corrected_in`` said of one tenant and month: ``factor`` times the final amount.

    0 is a late arrival (the early exports do not have it). ``only_early`` is the reverse: it vanished.
    """

    tenant: str
    month: str
    corrected_in: str
    factor: str = "1"
    only_early: bool = False


RESTATEMENTS = (
    Restatement("Fernhollow Foods", "2023-09", "2024-01-20", factor="0.62"),  # the last month was not closed yet
    Restatement("Larkspur Tools", "2022-09", "2023-01-20", factor="1.35"),
    Restatement("Hedgerow Clinics", "2023-03", "2023-07-20", factor="0"),  # late
    Restatement("Cedar Notch Water", "2024-03", "2024-07-20", factor="0"),  # late
    Restatement("Tallow & Wick", "2023-12", "2024-04-20", only_early=True),  # vanished
    Restatement("Granite Fork Utilities", "2024-03", "2024-07-20", factor="0.9"),
)

# A customer changed its name; exports from that day on write the new one.
RENAMED_TENANTS = {"Larkspur Tools": ("2023-07-20", "Larkspur Tools Group")}

# Bad rows: a copy of the n-th row of an export with something spoiled. Each reject reason of the specification,
# in exports that are not Parquet.
BAD_USAGE_ROWS = {
    "azure_usage": (
        ("2022-01-20", 5, {"Month": "2021-13-01"}),
        ("2024-07-20", 9, {"Month": "June"}),
        ("2022-07-20", 11, {"CustomerTenantId": ""}),
        ("2024-07-20", 20, {"CustomerTenantId": "  "}),
        ("2023-10-20", 7, {"PGAMpnID": "", "MPNID": "99900009"}),
        ("2024-07-20", 31, {"PGAMpnID": "", "MPNID": ""}),
        ("2023-01-20", 40, {"ACR_USD": ""}),  # downloaded without the Executive report viewer role
        ("2024-01-20", 41, {"ACR_USD": ""}),
        ("2024-07-20", 42, {"ACR_USD": "n/a"}),
        ("2024-04-20", 43, {"ACR_USD": "Infinity"}),
    ),
    "cpor_m365_usage": (
        ("2022-04-20", 3, {"Date": "0/1/2022"}),
        ("2024-07-20", 8, {"Date": ""}),
        ("2023-07-20", 6, {"CustomerTenantId": ""}),
        ("2024-01-20", 12, {"MpnId": "99900009"}),
        ("2024-07-20", 15, {"PaidAvailableUnits": ""}),
        ("2024-07-20", 16, {"MonthlyActiveUsers": "-4"}),
        ("2024-04-20", 17, {"PaidAvailableUnits": "many"}),
    ),
}
BAD_TRAINING_ROWS = (
    ("2024-07-20", 2, {"PGAMpnId": "", "MpnId": "99900009"}),
    ("2024-07-20", 5, {"MCPID": "", "CorpEmail": "", "Email": ""}),
    ("2024-01-20", 7, {"TrainingCompletionDate": "soon"}),
    ("2023-07-20", 7, {"TrainingCompletionDate": ""}),
)


# --------------------------------------------------------------------------------------------------------------
# From the story to rows
# --------------------------------------------------------------------------------------------------------------

COLUMNS = {
    "azure_usage": {
        "current": (
            "PGAMpnID",
            "SubscriptionId",
            "SubscriptionState",
            "Month",
            "ServiceLevel1",
            "ServiceLevel2",
            "ServiceLevel3",
            "ServiceLevel4",
            "CustomerName",
            "CustomerTenantId",
            "CustomerSegment",
            "CustomerMarket",
            "MPNID",
            "PartnerLocation",
            "PartnerAttributionType",
            "SalesChannel",
            "IsACRDuplicateAtPGALevel",
            "ACR_USD",
        ),
        # No partner global account yet: it follows from the profile.
        "early": (
            "SubscriptionId",
            "Month",
            "ServiceLevel1",
            "ServiceLevel2",
            "ServiceLevel3",
            "CustomerName",
            "CustomerTenantId",
            "CustomerMarket",
            "MPNID",
            "PartnerAttributionType",
            "IsACRDuplicateAtPGALevel",
            "ACR_USD",
        ),
        "reordered": (
            "Month",
            "ACR_USD",
            "MPNID",
            "PGAMpnID",
            "PartnerAttributionType",
            "IsACRDuplicateAtPGALevel",
            "CustomerTenantId",
            "CustomerName",
            "CustomerSegment",
            "CustomerMarket",
            "SubscriptionId",
            "ServiceLevel2",
            "ServiceLevel3",
            "ServiceLevel4",
            "ServiceInfluencer",
        ),
    },
    "cpor_m365_usage": {
        "current": (
            "CustomerTenantId",
            "CustomerName",
            "WorkloadName",
            "MonthlyActiveUsers",
            "PaidAvailableUnits",
            "ClaimId",
            "MpnId",
            "DateAssociated",
            "PartnerAttributionType",
            "Date",
        ),
        "early": (
            "CustomerTenantId",
            "CustomerName",
            "WorkloadName",
            "MonthlyActiveUsers",
            "PaidAvailableUnits",
            "MpnId",
            "PartnerAttributionType",
            "Date",
        ),
        "reordered": (
            "Date",
            "MPNID",
            "CustomerTenantId",
            "CustomerName",
            "WorkloadName",
            "PaidAvailableUnits",
            "MonthlyActiveUsers",
            "PartnerAttributionType",
            "ClaimId",
            "CustomerMarket",
        ),
    },
    "training_completions": (
        "PGAMpnId",
        "TrainingActivityId",
        "TrainingTitle",
        "TrainingType",
        "IndividualFirstName",
        "IndividualLastName",
        "Email",
        "CorpEmail",
        "TrainingCompletionDate",
        "ExpirationDate",
        "ActivationStatus",
        "IcMCP",
        "MCPID",
        "MpnId",
        "PartnerName",
    ),
    "partner_profile": ("MPNId", "PartnerName", "PGA_MPNID", "PGA_PartnerName", "City", "Country", "HierarchyLevel"),
    "azure_subscription_offers": ("SubscriptionId", "OfferName"),
    "partner_center_scores": ("AsOfDate", "PGA_MPNID", "SolutionArea", "Metric", "Points"),
}

# Only the Parquet export has types; everything else in it is text.
PARQUET_TYPES = {
    "Month": "date",
    "Date": "date",
    "DateAssociated": "date",
    "ACR_USD": "decimal(18, 6)",
    "IsACRDuplicateAtPGALevel": "integer",
    "MonthlyActiveUsers": "integer",
    "PaidAvailableUnits": "integer",
}

USUAL_OFFERS = ("Enterprise Agreement", "Azure Plan", "Pay-As-You-Go", "Microsoft Customer Agreement")


def drawn(*name: object) -> random.Random:
    """Return a random generator that belongs to the thing named, and to nothing else."""
    return random.Random("/".join([SEED, *map(str, name)]))


def guid(*name: object) -> str:
    """Return an id in the form of a GUID, always the same for the same name."""
    return str(uuid.UUID(hashlib.md5("/".join([SEED, *map(str, name)]).encode()).hexdigest()))


def months_between(first_month: str, last_month: str) -> list[str]:
    """List the months from first to last, both included, as 2024-05."""
    year, month = map(int, first_month.split("-"))
    months = []
    while f"{year:04d}-{month:02d}" <= last_month:
        months.append(f"{year:04d}-{month:02d}")
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return months


def planned(plan: str, month: str) -> str | None:
    """Return what a plan says for a month: the entry of the latest month that is not after it."""
    entries = dict(entry.split(":") for entry in plan.split())
    starts = [start for start in entries if start <= month]
    return entries[max(starts)] if starts else None


def name_in_export(product: str, export_date: str) -> str:
    """Return the name a product had on the day of the export."""
    names = [name for since, name in RENAMED_SINCE.get(product, ()) if since <= export_date]
    return names[-1] if names else product


def untidy(text: str, *name: object) -> str:
    """Spoil the case or the white space of one text in twenty: matching must not depend on either."""
    rng = drawn("untidy", *name)
    if rng.random() > 0.05:
        return text
    return rng.choice((text.upper(), text.lower(), text.replace(" ", "  "), f"  {text} "))


def spelled_month(month: str, style: str, row_number: int) -> str:
    """Write a month in one of the spellings that the reports use; `mixed` takes them in turn."""
    year, number = month.split("-")
    if style == "mixed":
        style = ("iso", "iso_time", "iso_t", "us", "us_time", "mid_month")[row_number % 6]
    return {
        "iso": f"{month}-01",
        "iso_time": f"{month}-01 00:00:00",
        "iso_t": f"{month}-01T00:00:00",
        "us": f"{int(number)}/1/{year}",
        "us_time": f"{int(number)}/1/{year} 12:00:00 AM",
        "mid_month": f"{month}-15",  # any day means its month
    }[style]


def acr(tenant: Tenant, usage: Azure, month: str) -> Decimal | None:
    """Return the ACR of a usage in a month, in cents; None when there is no row."""
    amount = planned(usage.plan, month)
    if amount in (None, "0"):
        return None
    # One wobble for all attributions of a usage: they report the same money.
    wobble = (
        0 if usage.exact else drawn("acr", tenant.name, usage.subscription, usage.service, month).uniform(-0.06, 0.06)
    )
    return (Decimal(amount) * (1 + Decimal(str(round(wobble, 4))))).quantize(Decimal("0.01"), ROUND_HALF_UP)


def restated(tenant: Tenant, month: str, export: Export) -> Decimal:
    """Return the factor by which an export's amount differs from the final one; 0 when the rows are not in it."""
    for change in RESTATEMENTS:
        if (change.tenant, change.month) == (tenant.name, month):
            is_early = export.export_date < change.corrected_in
            if change.only_early:
                return Decimal(1 if is_early else 0)
            return Decimal(change.factor) if is_early else Decimal(1)
    return Decimal(1)


def tenant_name(tenant: Tenant, export: Export) -> str:
    """Return the name that a customer had on the day of the export."""
    since, new_name = RENAMED_TENANTS.get(tenant.name, ("9999", ""))
    return new_name if export.export_date >= since else tenant.name


def service_levels(usage: Azure, export: Export) -> dict:
    """Return ServiceLevel2 to 4: the name of the service is in one of them, the names of its groups above it."""
    name = untidy(name_in_export(usage.service, export.export_date), usage.service, usage.plan, export.export_date)
    names = [*SERVICE_GROUPS[: usage.level - 2], name, "", ""]
    return {f"ServiceLevel{level}": names[level - 2] for level in (2, 3, 4)}


def azure_usage_rows(export: Export, months: list[str], share: Decimal = Decimal(1)) -> list[dict]:
    """Build the Azure usage report of one export: of each month, the share that was over."""
    rows = []
    for partner in PARTNERS:
        for tenant in partner.tenants:
            for usage in (u for u in tenant.usage if isinstance(u, Azure)):
                location = partner.locations[usage.location]
                levels = service_levels(usage, export)
                for month in months:
                    amount, factor = acr(tenant, usage, month), restated(tenant, month, export) * share
                    if amount is None or factor == 0:
                        continue
                    rows.append(
                        {
                            "PGAMpnID": partner.pga_mpn_id,
                            "SubscriptionId": guid("subscription", tenant.name, usage.subscription),
                            "SubscriptionState": "Active",
                            "Month": month,
                            "ServiceLevel1": "Azure",
                            **levels,
                            "CustomerName": tenant_name(tenant, export),
                            "CustomerTenantId": guid("tenant", tenant.name),
                            "CustomerSegment": tenant.segment,
                            "CustomerMarket": tenant.market,
                            "MPNID": location.mpn_id,
                            "PartnerLocation": location.city,
                            "PartnerAttributionType": untidy(
                                usage.attribution, tenant.name, usage.plan, month, export.export_date
                            ),
                            "SalesChannel": "CSP" if usage.attribution in (CSP1, CSP2) else "Direct",
                            "IsACRDuplicateAtPGALevel": usage.flag,
                            "ACR_USD": str((amount * factor).quantize(Decimal("0.01"), ROUND_HALF_UP)),
                        }
                    )
    return rows


def cpor_m365_usage_rows(export: Export, months: list[str], share: Decimal = Decimal(1)) -> list[dict]:
    """Build the CPOR-M365 usage report of one export. Seats are paid at once; users turn active as a month runs."""
    rows = []
    for partner in PARTNERS:
        for tenant in partner.tenants:
            for usage in (u for u in tenant.usage if isinstance(u, Seats)):
                workload = name_in_export(usage.workload, export.export_date)
                for month in months:
                    paid, active = map(int, (planned(usage.plan, month) or "0/0").split("/"))
                    factor = restated(tenant, month, export) * share
                    if paid == 0 or factor == 0:
                        continue
                    rows.append(
                        {
                            "CustomerTenantId": guid("tenant", tenant.name),
                            "CustomerName": tenant_name(tenant, export),
                            "WorkloadName": untidy(workload, tenant.name, workload, month, export.export_date),
                            "MonthlyActiveUsers": str(int(active * factor)),
                            "PaidAvailableUnits": str(paid),
                            "ClaimId": guid("claim", partner.name, tenant.name, usage.workload, usage.claim),
                            "MpnId": partner.locations[usage.location].mpn_id,
                            "DateAssociated": usage.plan[:7],
                            "PartnerAttributionType": untidy(
                                usage.attribution, tenant.name, usage.plan, month, export.export_date
                            ),
                            "Date": month,
                            "CustomerMarket": tenant.market,
                        }
                    )
    return rows


def training_title(title: str, training_type: str, *name: object) -> str:
    """Write a certification the ways that the report does: with the prefix, mostly, and not always tidy."""
    if training_type == "Certification" and drawn("prefix", *name).random() < 0.7:
        title = f"Microsoft Certified: {title}"
    return untidy(title, "training", *name)


def training_completion_rows(partner: Partner, export_date: str) -> list[dict]:
    """Build the trainings of one partner: everything completed before the day of the export."""
    rows = []
    for number, person in enumerate(partner.people, start=1):
        address = f"{person.first_name}.{person.last_name}".lower().replace("ä", "ae")
        completions = [(*item, "Certification") for item in person.certifications] + [
            (*item, "Exam") for item in person.exams
        ]
        for title, completed, expires, training_type in completions:
            if completed > export_date:
                continue
            key = (partner.name, person.last_name, title, training_type)
            rows.append(
                {
                    "PGAMpnId": partner.pga_mpn_id,
                    "TrainingActivityId": guid("activity", *key, completed)[:8],
                    "TrainingTitle": training_title(title, training_type, *key),
                    "TrainingType": training_type,
                    "IndividualFirstName": person.first_name,
                    "IndividualLastName": person.last_name,
                    "Email": f"{address}@mail.example",
                    "CorpEmail": f"{address}@{partner.domain}" if person.has_corporate_email else "",
                    "TrainingCompletionDate": spelled_day(completed, len(rows)),
                    "ExpirationDate": spelled_day(expires, len(rows)) if expires else "",
                    "ActivationStatus": "Expired" if expires and expires <= export_date else "Active",
                    "IcMCP": "1" if person.has_mcp_id else "0",
                    "MCPID": f"7{partner.pga_mpn_id[2]}{number:04d}" if person.has_mcp_id else "",
                    "MpnId": partner.locations[person.location].mpn_id,
                    "PartnerName": partner.name,
                }
            )
    return rows


def spelled_day(day: str, row_number: int) -> str:
    """Write a date in one of the spellings that the reports use, in turn."""
    year, month, number = day.split("-")
    return (day, f"{day} 00:00:00", f"{day}T00:00:00", f"{int(month)}/{int(number)}/{year}")[row_number % 4]


def partner_profile_rows(export_date: str) -> list[dict]:
    """Build the partner profile: the locations of every partner that exists on that day."""
    return [
        {
            "MPNId": location.mpn_id,
            "PartnerName": location.name,
            "PGA_MPNID": partner.pga_mpn_id,
            "PGA_PartnerName": partner.name,
            "City": location.city,
            "Country": location.country,
            "HierarchyLevel": "Location",
        }
        for partner in PARTNERS
        if partner.since < export_date
        for location in partner.locations
    ]


def subscription_offer_rows(export_date: str) -> list[dict]:
    """Build the partner's own list of offers: subscriptions in use by that day, but for those nobody noted."""
    rows = {}
    for partner in PARTNERS:
        for tenant in partner.tenants:
            for usage in (u for u in tenant.usage if isinstance(u, Azure) and u.plan[:7] < export_date[:7]):
                subscription_id = guid("subscription", tenant.name, usage.subscription)
                offer = tenant.offers.get(usage.subscription, drawn("offer", tenant.name).choice(USUAL_OFFERS))
                if offer is not None:
                    rows[subscription_id] = {
                        "SubscriptionId": subscription_id,
                        "OfferName": untidy(offer, tenant.name, export_date),
                    }
    return list(rows.values())


# --------------------------------------------------------------------------------------------------------------
# From rows to files
# --------------------------------------------------------------------------------------------------------------


def write_csv(path: Path, columns: tuple, rows: list[dict], excel: bool = False) -> None:
    """Write one CSV file, compressed when its name ends in .gz."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n" if excel else "\n")
    writer.writerow(columns)
    writer.writerows([row.get(column, "") for column in columns] for row in rows)
    content = text.getvalue().encode("utf-8-sig" if excel else "utf-8")
    if path.suffix == ".gz":
        with (
            path.open("wb") as raw,
            gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as zipped,
        ):
            zipped.write(content)  # neither a name nor a time in the header: the same bytes every day
    else:
        path.write_bytes(content)


def write_parquet(path: Path, columns: tuple, rows: list[dict]) -> None:
    """Write one Parquet file, with types where a report has them."""
    connection = duckdb.connect(config={"threads": 1})
    typed = ", ".join(f'"{column}" {PARQUET_TYPES.get(column, "varchar")}' for column in columns)
    connection.execute(f"create table report ({typed})")
    connection.executemany(
        f"insert into report values ({', '.join('?' for _ in columns)})",
        [[row.get(column) or None for column in columns] for row in rows],
    )
    connection.execute(f"copy report to '{str(path).replace(chr(39), chr(39) * 2)}' (format parquet, compression zstd)")
    connection.close()


def write_report(folder: Path, columns: tuple, rows: list[dict], form: str, excel: bool = False) -> None:
    """Write one export of one dataset in the form that was chosen for it."""
    folder.mkdir(parents=True)
    if form == "parquet":
        write_parquet(folder / "part-0.parquet", columns, rows)
    elif form == "split":
        half = len(rows) // 2
        write_csv(folder / "part-0.csv", columns, rows[:half], excel)
        write_csv(folder / "part-1.csv", columns, rows[half:], excel)
    else:
        write_csv(folder / f"part-0.{form}", columns, rows, excel)


def usage_report(dataset: str, export: Export) -> list[dict]:
    """Build one usage report and spoil it as the story says: spelled months, ids in capitals, bad rows."""
    month_column, build = {
        "azure_usage": ("Month", azure_usage_rows),
        "cpor_m365_usage": ("Date", cpor_m365_usage_rows),
    }[dataset]
    rows = build(export, months_between(export.first_month, export.last_month))
    if export.running_month:
        rows += build(export, [export.running_month], export.running_share)
    for number, row in enumerate(rows):
        row[month_column] = spelled_month(row[month_column], export.months, number)
        if "DateAssociated" in row:
            row["DateAssociated"] += "-01"
        if "MpnId" in row:
            row["MPNID"] = row["MpnId"]  # one layout writes the name so; matching ignores case
        if export.short_attributions:
            row["PartnerAttributionType"] = SHORT_ATTRIBUTIONS.get(
                row["PartnerAttributionType"], row["PartnerAttributionType"]
            )
        if export.upper_case_ids:
            for column in ("CustomerTenantId", "SubscriptionId"):
                if column in row:
                    row[column] = row[column].upper()
    bad = [
        (number, spoiled)
        for export_date, number, spoiled in BAD_USAGE_ROWS[dataset]
        if export_date == export.export_date
    ]
    return rows + [{**rows[number], **spoiled} for number, spoiled in bad]


def score_rows(export_date: str) -> list[dict]:
    """Build the list of points that somebody typed off the page on a day."""
    return [
        {"AsOfDate": day, "PGA_MPNID": partner, "SolutionArea": "Security", "Metric": metric, "Points": points}
        for day, partner, of_metrics in SCORES[export_date]
        for metric, points in zip(SCORE_METRICS, of_metrics, strict=True)
    ]


def generate(out: Path) -> None:
    """Write all sample exports into an empty folder."""
    for dataset in ("azure_usage", "cpor_m365_usage"):
        for export in USAGE_EXPORTS:
            write_report(
                out / dataset / f"export_date={export.export_date}",
                COLUMNS[dataset][export.layout],
                usage_report(dataset, export),
                export.form,
                export.excel,
            )
    for export_date in TRAINING_EXPORTS:
        rows = [
            row
            for partner in PARTNERS
            if partner.since < export_date <= LAST_TRAINING_EXPORT.get(partner.pga_mpn_id, "9999")
            for row in training_completion_rows(partner, export_date)
        ]
        rows += [{**rows[number], **spoiled} for day, number, spoiled in BAD_TRAINING_ROWS if day == export_date]
        write_report(
            out / "training_completions" / f"export_date={export_date}", COLUMNS["training_completions"], rows, "csv"
        )
    for export_date in PROFILE_EXPORTS:
        write_report(
            out / "partner_profile" / f"export_date={export_date}",
            COLUMNS["partner_profile"],
            partner_profile_rows(export_date),
            "csv",
        )
    for export_date in OFFER_EXPORTS:
        write_report(
            out / "azure_subscription_offers" / f"export_date={export_date}",
            COLUMNS["azure_subscription_offers"],
            subscription_offer_rows(export_date),
            "csv",
        )
    for export_date in SCORES:
        write_report(
            out / "partner_center_scores" / f"export_date={export_date}",
            COLUMNS["partner_center_scores"],
            score_rows(export_date),
            "csv",
        )


def main(arguments: list[str]) -> None:
    """Write the exports to the folder given, or afresh to the one that the project ships."""
    out = Path(arguments[0]) if arguments else DEFAULT_OUT
    if out.resolve() == DEFAULT_OUT:
        shutil.rmtree(out, ignore_errors=True)
    elif out.exists() and any(out.iterdir()):
        sys.exit(f"{out} is not empty: name a new folder, so that no export of yours is overwritten.")
    generate(out)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{out}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main(sys.argv[1:])
