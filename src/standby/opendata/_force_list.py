"""The 43 territorial forces of England and Wales."""

from __future__ import annotations

from dataclasses import dataclass

from standby._show import Shown


@dataclass(frozen=True)
class Force(Shown):
    """A territorial force.

    Parameters
    ----------
    code, name
        Code of its police force area (ONS), and name.
    population
        Residents, mid-2018, rounded to hundreds (ONS) [people].
    """

    code: str
    name: str
    population: int

    @property
    def id(self) -> str:
        """Identifier in a plan."""
        return self.name.lower().replace(" and ", "-").replace(" ", "-")


FORCES: tuple[Force, ...] = (
    Force("E23000036", "Avon and Somerset", 1711500),
    Force("E23000026", "Bedfordshire", 669300),
    Force("E23000023", "Cambridgeshire", 852500),
    Force("E23000006", "Cheshire", 1059300),
    Force("E23000034", "City of London", 8700),
    Force("E23000013", "Cleveland", 567700),
    Force("E23000002", "Cumbria", 498900),
    Force("E23000018", "Derbyshire", 1053300),
    Force("E23000035", "Devon and Cornwall", 1762400),
    Force("E23000039", "Dorset", 772300),
    Force("E23000008", "Durham", 633500),
    Force("W15000004", "Dyfed-Powys", 518100),
    Force("E23000028", "Essex", 1832800),
    Force("E23000037", "Gloucestershire", 633600),
    Force("E23000005", "Greater Manchester", 2812600),
    Force("W15000002", "Gwent", 591200),
    Force("E23000030", "Hampshire", 1985800),
    Force("E23000027", "Hertfordshire", 1184400),
    Force("E23000012", "Humberside", 932100),
    Force("E23000032", "Kent", 1846500),
    Force("E23000003", "Lancashire", 1498300),
    Force("E23000021", "Leicestershire", 1093200),
    Force("E23000020", "Lincolnshire", 755800),
    Force("E23000004", "Merseyside", 1423100),
    Force("E23000001", "Metropolitan Police", 8899400),
    Force("E23000024", "Norfolk", 903700),
    Force("W15000001", "North Wales", 698400),
    Force("E23000009", "North Yorkshire", 824400),
    Force("E23000022", "Northamptonshire", 747600),
    Force("E23000007", "Northumbria", 1456600),
    Force("E23000019", "Nottinghamshire", 1154200),
    Force("W15000003", "South Wales", 1331000),
    Force("E23000011", "South Yorkshire", 1402900),
    Force("E23000015", "Staffordshire", 1131100),
    Force("E23000025", "Suffolk", 758600),
    Force("E23000031", "Surrey", 1189900),
    Force("E23000033", "Sussex", 1703800),
    Force("E23000029", "Thames Valley", 2407600),
    Force("E23000017", "Warwickshire", 571000),
    Force("E23000016", "West Mercia", 1282200),
    Force("E23000014", "West Midlands", 2916500),
    Force("E23000010", "West Yorkshire", 2320200),
    Force("E23000038", "Wiltshire", 720100),
)
"""The forces by name; codes and people from the Office for National Statistics (people mid-2018)."""

__all__ = ["FORCES", "Force"]
