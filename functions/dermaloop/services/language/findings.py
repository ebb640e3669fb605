"""What was found in a text: signs that are there, signs that were denied, places and sex, each with its words."""

from dataclasses import dataclass, field


@dataclass
class Findings:
    """Each sign that was said to be there, with the words that say so; and those that were only denied."""

    present: dict[str, str] = field(default_factory=dict)
    denied: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    sex: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Findings") -> None:
        """What was once said to be there stays, whatever is denied later."""
        for mine, theirs in ((self.present, other.present), (self.denied, other.denied)):
            for code, quote in theirs.items():
                mine.setdefault(code, quote)
        self.sites |= {code: quote for code, quote in other.sites.items() if code not in self.sites}
        self.sex |= other.sex
        self.denied = {code: quote for code, quote in self.denied.items() if code not in self.present}

    def has(self, *codes: str) -> bool:
        return all(code in self.present for code in codes)
