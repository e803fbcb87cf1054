"""Money: an integer of micros with a currency. No float comes near it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

MICROS_PER_UNIT = 1_000_000


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in one currency; may be negative in a posting."""

    micros: int
    """Millionths of the currency's unit: ¥0.05 is 50,000."""
    currency: str
    """Three capital letters of ISO 4217."""

    @classmethod
    def from_decimal(cls, text: str, currency: str) -> "Money":
        """Reads a decimal string such as ``0.05``; raises ValueError if it is none or finer than a micro."""
        if not text.isascii() or not text.replace(".", "", 1).replace("-", "", 1).isdigit():
            raise ValueError(f"{text!r} is not a decimal number such as 0.05")
        try:
            micros = Decimal(text) * MICROS_PER_UNIT
        except InvalidOperation as error:
            raise ValueError(f"{text!r} is not a decimal number such as 0.05") from error
        if micros != micros.to_integral_value():
            raise ValueError(f"{text!r} has more than six decimal places")
        return cls(int(micros), currency)

    @classmethod
    def zero(cls, currency: str) -> "Money":
        """Nothing, in that currency."""
        return cls(0, currency)

    @classmethod
    def total(cls, amounts: Iterable["Money"], currency: str) -> "Money":
        """The sum of amounts that must all be in that currency."""
        result = cls.zero(currency)
        for amount in amounts:
            result += amount
        return result

    def to_decimal(self) -> Decimal:
        """The amount in units, exactly, with at least two decimal places."""
        exact = Decimal(self.micros) / MICROS_PER_UNIT
        return exact.quantize(Decimal("0.01")) if self.micros % 10_000 == 0 else exact.normalize()

    def __add__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.micros + other.micros, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        self._same_currency(other)
        return Money(self.micros - other.micros, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.micros, self.currency)

    def __mul__(self, times: int) -> "Money":
        return Money(self.micros * times, self.currency)

    def __str__(self) -> str:
        return f"{self.to_decimal():f} {self.currency}"

    def _same_currency(self, other: "Money") -> None:
        if self.currency != other.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
