"""Fictional values for the templates' slots, in clear and as the mesh shows them to a model."""

import random
import string
from dataclasses import dataclass, field

from split import divide

_NAMES = {
    "en": (
        "Alice Amara Brian Carol Daniel Ella Femi Grace Harold Imani Jack Keira Liam Maya Noah Olivia Priya Quinn Rosa",
        "Adler Barnes Castle Dunmore Ellwood Foxley Garrow Hartwell Ingram Jarvis Kendrick Lorne Merrow Nash Oakes",
    ),
    "de": (
        "Anke Bernd Clara Dirk Elif Frieda Gerd Hanna Ilse Jonas Katrin Lars Mareike Nils Ole Petra Rieke Sönke Tarek",
        "Ahrens Brinkmann Claasen Dierks Eggers Feldmann Grothe Harms Iversen Jessen Kröger Lüders Möller Nissen Otten",
    ),
}
_CITIES = {
    "en": "Ashford Brookhaven Clayton Fairview Lakewood Milton Salem",
    "de": "Bremen Emden Husum Kiel Lübeck Oldenburg Wismar",
}
_STREETS = {
    "en": ["{} Mill Lane", "{} Harbor Street", "{} Old Oak Road"],
    "de": ["Mühlenweg {}", "Hafenstraße {}", "Am Deich {}"],
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_WEEKDAYS = {"en": "Monday Tuesday Wednesday Thursday", "de": "Montag Dienstag Mittwoch Donnerstag"}
_MAKES = divide(
    "makes",
    "Nimbus Halo Kestrel Solar Pulse Aero Ledger Orbit Medi Tarif Home Care Freight Sleep Delta Polar Lumen Fleet "
    "Vista Nordic Cargo Insulin Ember Quarz Tidal Atlas".split(),
)
_THINGS = divide(
    "things",
    "Router Thermostat Monitor Internet Plan Portal Headset Hub Watch Printer Cloud Camera App Lamp Box Sensor Pad "
    "Scanner Phone Tag Pump Meter Lock Dock Reader".split(),
)
_VARIANTS = ["", "", " X", " S2", " 4", " Plus", " Pro", " 250", " Flex", " Mini"]
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def iban(rng: random.Random, country: str) -> str:
    """A fictional IBAN with valid check digits (ISO 13616, mod 97)."""
    account = "".join(rng.choices(string.digits, k=18))
    body = account if country == "DE" else "NWBK" + account[:14]
    number = "".join(str(int(character, 36)) for character in f"{body}{country}00")
    return f"{country}{98 - int(number) % 97:02d}{body}"


@dataclass
class Person:
    """A fictional contact; domains and numbers are reserved for examples (RFC 2606, 555 and 0152-55 blocks)."""

    rng: random.Random
    language: str
    name: str = field(init=False)
    email: str = field(init=False)
    phone: str = field(init=False)
    iban: str = field(init=False)

    def __post_init__(self) -> None:
        first, last = (self.rng.choice(names.split()) for names in _NAMES[self.language])
        self.name = f"{first} {last}"
        plain = self.name.lower().translate(str.maketrans({"ö": "oe", "ü": "ue", "ä": "ae", " ": "."}))
        self.email = f"{plain}@example.{self.rng.choice(['com', 'org'])}"
        tail = f"{self.rng.randrange(100, 200):04d}"
        self.phone = f"+1 202 555 {tail}" if self.language == "en" else f"+49 1525 55{self.rng.randrange(10**5):05d}"
        self.iban = iban(self.rng, "DE" if self.language == "de" else "GB")

    def values(self) -> dict[str, str]:
        """Slots that name this person."""
        return {"name": self.name, "email": self.email, "phone": self.phone, "iban": self.iban}


def product(rng: random.Random, split: str) -> str:
    """A product made of parts, so that no product stands for a kind of case; each split has its own parts."""
    return f"{rng.choice(_MAKES[split])} {rng.choice(_THINGS[split])}{rng.choice(_VARIANTS)}"


def public_values(rng: random.Random, language: str, split: str) -> dict[str, str]:
    """Slots that name nobody."""
    number = f"{rng.choice(['', '#', 'A-', 'INV-', 'R', 'CN-'])}{rng.randrange(10**4, 10**8)}"
    amount = f"{rng.randrange(4, 900)}{rng.choice('.,')}{rng.randrange(100):02d}"
    currency = rng.choice(["{} €", "{} EUR", "€{}", "${}", "{} Euro"])
    month = rng.choice(_MONTHS[language].split())
    day = rng.randrange(1, 29)
    written = f"{day}. {month}" if language == "de" else f"{month} {day}"
    numeric = f"{day}.{rng.randrange(1, 13)}."
    clock = f"{rng.randrange(5, 23)}:{rng.randrange(60):02d}"
    hour = f"{rng.randrange(5, 12)} {'Uhr' if language == 'de' else 'am'}"
    codes = [f"E{rng.randrange(10, 99)}", f"{rng.randrange(1, 9)}.{rng.randrange(20)}", f"0x{rng.randrange(4096):03x}"]
    return {
        "product": product(rng, split),
        "order": number,
        "amount": currency.format(amount),
        "month": month,
        "date": rng.choice([numeric, written, rng.choice(_WEEKDAYS[language].split())]),
        "time": rng.choice([clock, hour]),
        "year": str(rng.randrange(2008, 2026)),
        "code": rng.choice(codes),
        "city": rng.choice(_CITIES[language].split()),
        "street": rng.choice(_STREETS[language]).format(rng.randrange(1, 120)),
    }


_KINDS = {
    "name": ["PERSON", "NAME"],
    "email": ["EMAIL_ADDRESS", "EMAIL"],
    "phone": ["PHONE_NUMBER", "PHONE"],
    "iban": ["IBAN_CODE", "IBAN", "BANK_ACCOUNT"],
    "city": ["LOCATION", "CITY"],
    "street": ["LOCATION", "ADDRESS"],
    "order": ["IDENTIFIER", "CUSTOMER_NUMBER"],
    "date": ["DATE_OF_BIRTH", "DATE"],
}


def obscure(rng: random.Random, values: dict[str, str]) -> dict[str, str]:
    """The same slots after minimisation: pseudonyms, masks, or now and then a value no detector found."""
    style = rng.choice(["pseudonym", "pseudonym", "pseudonym", "mask", "clear"])
    shown = dict(values)
    for slot, kinds in _KINDS.items():
        rare = slot in ("city", "street", "order", "date")
        if style == "clear" or rng.random() < (0.85 if rare else 0.1):
            continue
        token = "".join(rng.choices(_BASE32, k=12))
        shown[slot] = (
            "█" * rng.choice([4, 4, 6, 8, len(values[slot])]) if style == "mask" else f"⟦{rng.choice(kinds)}·{token}⟧"
        )
    return shown
