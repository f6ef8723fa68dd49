"""A force's own shift pattern: read in every form, never with anything of a person, and written again."""

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from standby import workforce as wf
from standby._refusals import Refusal
from standby.opendata import OpenDataError, read_rows
from standby.report import write_pattern

SHIFTS = "code,start,end,paid_min,break_min\nD,07:00,19:00,,60\nN,19:00,07:00,,60\n"
WIDE = "team,1,2,3,4,5,6,7,8\n1,D,D,N,N,-,-,-,-\n2,-,-,D,D,N,N,,\n3,off,RD,·,-,D,D,N,N\n4,N,N,-,-,-,-,D,D\n"


@pytest.fixture
def written(tmp_path):
    """Return a function that writes a text, and one that reads it as a pattern with the usual shifts."""

    def read(text, *, shifts=SHIFTS, encoding="utf-8"):
        path = tmp_path / "pattern.csv"
        path.write_bytes(text.encode(encoding))
        (tmp_path / "shifts.csv").write_text(shifts, encoding="utf-8")
        return wf.read_pattern(path, shifts=tmp_path / "shifts.csv")

    return read


def faults_of(read, text, **options):
    """Return the faults of a text as lines."""
    with pytest.raises(wf.PatternFileError) as refused:
        read(text, **options)
    return [str(fault) for fault in refused.value.faults]


def test_a_row_a_team(written):
    """Rows of teams and columns of days are the pattern, in whatever way days off are written."""
    pattern = written(WIDE)
    np.testing.assert_array_equal(pattern.codes, wf.NAMED_PATTERNS["12-hour"].codes)
    assert pattern.shifts == wf.NAMED_PATTERNS["12-hour"].shifts
    assert pattern.name == "own pattern"


@pytest.mark.parametrize(
    ("change", "encoding"),
    [
        (lambda text: text, "utf-8-sig"),
        (lambda text: text, "utf-16"),
        (lambda text: text.replace(",", ";"), "utf-8"),
        (lambda text: text.replace(",", "\t"), "utf-16"),
        (lambda text: text.replace("\n", "\r\n"), "cp1252"),
        (lambda text: "\n\n" + text + "\n\n", "utf-8"),
    ],
)
def test_files_of_spreadsheet_programs(written, change, encoding):
    """Marks at the start, UTF-16, semicolons, tabs, line ends and empty rows change nothing."""
    pattern = written(change(WIDE), encoding=encoding)
    np.testing.assert_array_equal(pattern.codes, wf.NAMED_PATTERNS["12-hour"].codes)


def test_a_row_a_week(written):
    """Rows of weeks are a cycle that every team works, each a week later than the one before."""
    pattern = written("week,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n1,D,D,D,D,-,-,-\n2,N,N,-,-,-,-,-\n")
    assert pattern.lines() == ["D D D D · · · N N · · · · ·", "N N · · · · · D D D D · · ·"]

    # In whatever order the rows stand, weeks are worked by their numbers.
    other = written("week,Mon,Tue,Wed,Thu,Fri,Sat,Sun\n2,N,N,-,-,-,-,-\n1,D,D,D,D,-,-,-\n")
    np.testing.assert_array_equal(other.codes, pattern.codes)


def test_long_tables(written):
    """A row a day says the same, with weeks or days of the cycle, in any order."""
    wide = written("week,mon,tue,wed,thu,fri,sat,sun\n1,D,D,D,D,-,-,-\n2,N,N,-,-,-,-,-\n")
    days = ["D", "D", "D", "D", "", "", "", "N", "N", "", "", "", "", ""]
    names = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    rows = [f"{1 + k // 7},{names[k % 7]},{code}" for k, code in enumerate(days)]
    np.testing.assert_array_equal(written("\n".join(["week,day,code", *rows[::-1]])).codes, wide.codes)

    teams = [
        f"{team},{1 + k // 7},{1 + k % 7},{code}"
        for team in (1, 2)
        for k, code in enumerate(days[7 * (team - 1) :] + days[: 7 * (team - 1)])
    ]
    np.testing.assert_array_equal(written("\n".join(["team,week,day,code", *teams])).codes, wide.codes)
    of_cycle = [f"A,{day},{code}" for day, code in enumerate(["D", "", "N", "-"], 1)]
    assert written("\n".join(["crew,day,code", *of_cycle])).lines() == ["D · N ·"]


PERSONS = [
    "forename.surname@force.example", "4711", "PC 4711", "Forename Surname", "SURNAME, F. SURNAME",
    "F'Orename Sur-name", "Surname",
]  # fmt: skip


@pytest.mark.parametrize("person", PERSONS)
def test_cells_that_may_be_persons_are_refused_and_not_repeated(written, person):
    """Names, collar numbers and e-mail addresses are refused in every place, and no message says them."""
    quoted = f'"{person}"'
    for text in (
        WIDE.replace("\n2,", f"\n{quoted},"),
        WIDE.replace("N,N,-", f"{quoted},N,-", 1),
        WIDE.replace("team,", f"{quoted},"),
    ):
        lines = faults_of(written, text)
        assert not any(person in line or person.lower() in line for line in lines)

    lines = faults_of(written, WIDE, shifts=SHIFTS.replace("07:00,19:00", f"{quoted},19:00", 1))
    assert not any(person in line for line in lines)


@pytest.mark.parametrize("heading", ["Name", "Collar no", "e-mail", "Officer", "Warrant card", "PC"])
def test_columns_of_persons_are_refused(written, heading):
    """A column headed as one of persons is refused whatever it holds."""
    lines = faults_of(written, WIDE.replace("team,1", f"team,{heading},1").replace("D,D,N", "x,D,D,N"))
    assert lines[0] == (
        "pattern.csv, column 2: has a heading of persons. Leave persons out: number the teams, and give "
        "shifts codes of 3 characters at most"
    )


def test_all_faults_come_at_once_with_their_place(written):
    """Unknown codes, rows there twice and shifts that can't be are named together, by row and day."""
    text = WIDE.replace("2,-,-,D,D", "1,-,-,X,D").replace("3,off", "??,off")
    lines = faults_of(written, text, shifts=SHIFTS + "N,10:00,11:00,,\nE,25:00,11:00,,5m\n")
    assert any("row 3" in line and "is called as a row above it is" in line for line in lines)
    assert any("row 3, day 3: is no code of a shift. Use D, N" in line for line in lines)
    assert any("row 4" in line and "number, letter or colour" in line for line in lines)
    assert any("shifts.csv, row 4, code: is there twice" in line for line in lines)
    assert any("shifts.csv, row 5" in line for line in lines)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shift,1,2\nx,D,D\n", "has 0 tables of teams or weeks by day"),
        ("team,1,3\n1,D,D\n", "days whose headings can't be told"),
        ("week,1,2\n1,D,D\n", "a row headed week has seven"),
        ("team,1,2\n", "has a heading and no rows"),
        ("team,1,2\n1,D,D,D\n", "has a cell under no heading"),
        ("team,1,2,3\n1,D,D\n", "row 2: has no cell for 1 day at its end"),
        ("team,crew,day,code\n1,A,1,D\n", "has a column team and a column crew"),
        ("team,crew,1,2\n1,A,D,D\n", "days whose headings can't be told"),
        ("team,1\n1,D\n01,D\n", "row 3: is called as a row above it is"),
        ("team,1\nTeam 1,D\nteam 01,D\n", "row 3: is called as a row above it is"),
        ("team,day,code\n1,1,D\nTeam 1,1,D\n", "row 3, day: is there twice"),
        ("team,day,code,note\n1,1,D,x\n", "other columns than a long table has"),
        ("team,day,code\n1,1,D\n1,1,D\n", "is there twice"),
        ("team,day,code\n1,1,D\n1,3,D\n", "has no row for day 2"),
        ("team,day,code\n1,0,D\n", "is no day"),
        ("team,day,code,code\n1,1,D,N\n", "two columns headed alike"),
        ("week,mon,tue,wed,thu,fri,sat,sun\n1,D,,,,,,\n3,D,,,,,,\n", "aren't numbered from 1 on"),
        ("week,day,code\n" + "\n".join(f"2,{day},D" for day in range(1, 8)), "aren't numbered from 1 on"),
    ],
)
def test_tables_that_cannot_be_told(written, text, words):
    """A table that is no pattern says what one looks like."""
    assert any(words in line for line in faults_of(written, text))


def test_shifts_are_needed_and_overlaps_refused(written, tmp_path):
    """A CSV file alone has no shifts; a pattern that can't be worked is refused as any other."""
    path = tmp_path / "alone.csv"
    path.write_text(WIDE, encoding="utf-8")
    with pytest.raises(wf.PatternFileError, match="has 0 tables of shifts"):
        wf.read_pattern(path)
    assert wf.read_pattern(path, shifts=wf.NAMED_PATTERNS["12-hour"].shifts).teams == 4

    long_night = SHIFTS.replace("N,19:00,07:00", "N,19:00,15:00")
    with pytest.raises(Refusal, match="begins 'D' on day 1 of the cycle while it still works 'N'"):
        written("team,1,2\n1,D,N\n", shifts=long_night)
    with pytest.raises(OpenDataError, match="no such file"):
        wf.read_pattern(tmp_path / "nothing.csv")


@pytest.mark.parametrize("name", wf.NAMED_PATTERNS)
def test_a_workbook_is_read_as_it_was_written(tmp_path, name):
    """What is written for Excel comes back the same: codes, times, breaks."""
    pattern = wf.NAMED_PATTERNS[name]
    back = wf.read_pattern(write_pattern(pattern, tmp_path / "mine.xlsx"), name=name)
    np.testing.assert_array_equal(back.codes, pattern.codes)
    assert (back.name, back.shifts) == (name, pattern.shifts)


def test_training_days_are_read_and_written(written, tmp_path):
    """A shift that is no duty says so in the table of shifts, and anything else than yes or no is a fault."""
    shifts = "code,start,end,duty\nD,07:00,19:00,yes\nT,09:00,17:00,no\n"
    pattern = written("team,1,2\n1,D,T\n", shifts=shifts)
    assert [shift.is_duty for shift in pattern.shifts] == [True, False]
    back = wf.read_pattern(write_pattern(pattern, tmp_path / "back.xlsx"))
    assert back.shifts == pattern.shifts
    lines = faults_of(written, "team,1,2\n1,D,T\n", shifts=shifts.replace(",no", ",nay"))
    assert any("says of duty neither yes nor no" in line for line in lines)


def test_heads_are_days_only_by_their_names(written):
    """A name that begins as a day does is none; short and long names of days are."""
    days = "Monday,Tues,weds,Thursday,Fri,sat,SUN"
    assert written(f"team,{days}\n1,D,,,,,,\n").days == 7
    lines = faults_of(written, f"team,{days.replace('Monday', 'Monica')}\n1,D,,,,,,\n")
    assert any("days whose headings can't be told" in line for line in lines)
    assert not any("onica" in line for line in lines)
    assert any("is no day" in line for line in faults_of(written, "week,day,code\n1,Mod,D\n"))


def test_what_would_not_be_read_is_not_written(tmp_path):
    """Codes that are too long, stand for days off or look like numbers, and a hundredth team, are refused."""
    for code in ("LATE", "off", "RD", "123", " E"):
        pattern = wf.ShiftPattern("x", (wf.Shift(code, 480, 480),), np.array([[0, -1]]))
        with pytest.raises(Refusal, match="a file of a pattern can't have the code"):
            write_pattern(pattern, tmp_path / "x.xlsx")
    many = wf.ShiftPattern("x", (wf.Shift("E", 480, 480),), np.array([[0, -1]] * 100))
    with pytest.raises(Refusal, match="can't have 100 teams"):
        write_pattern(many, tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_rows_are_read_as_they_stand(tmp_path):
    """Rows keep their places and cells lose blanks around them; a table that is cut off is refused."""
    path = tmp_path / "rows.csv"
    path.write_text("a; b\n\n1;x\n", encoding="utf-8")
    assert read_rows(path) == {"": [["a", "b"], [], ["1", "x"]]}
    path.write_text('a,"b\n', encoding="utf-8")
    with pytest.raises(OpenDataError, match="not a whole CSV table"):
        read_rows(path)


def events(text):
    """Return the events of a calendar as dictionaries: a plain reader of the standard."""
    assert text.endswith("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").split("\r\n")
    found = []
    for line in lines:
        if line == "BEGIN:VEVENT":
            found.append({})
        elif found and ":" in line and not line.startswith("END"):
            key, _, value = line.partition(":")
            found[-1][key] = value
    return found


def test_a_calendar_has_the_hours_of_the_clock():
    """The nights of 24 October 2026 and 27 March 2027 are ten and eight hours, by London's clock.

    Clocks go back on 25 October 2026 and forward on 28 March 2027, both Sundays.
    """
    nights = wf.staggered_pattern("nights", [wf.shift_between("N", "22:00", "07:00")], "N", teams=1)
    text = wf.calendar_text(nights, 1, first_monday=dt.date(2026, 10, 19), weeks=24)
    london = ZoneInfo("Europe/London")
    read = [
        tuple(
            dt.datetime.strptime(event[key], "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
            for key in ("DTSTART", "DTEND")
        )
        for event in events(text)
    ]
    assert len(read) == 168
    for begins, ends in read:
        assert (begins.astimezone(london).hour, ends.astimezone(london).hour) == (22, 7)
    other = {
        begins.date(): (ends - begins).seconds // 3600
        for begins, ends in read
        if (ends - begins).seconds != 32400
    }
    assert other == {dt.date(2026, 10, 24): 10, dt.date(2027, 3, 27): 8}


def test_a_calendar_folds_and_escapes():
    """A long name with marks and letters of two bytes comes back whole, in lines of at most 75 bytes."""
    name = "Heddlu’r Gogledd; ŵythnos, " * 5 + "\\ diwedd"
    pattern = wf.ShiftPattern(name, wf.NAMED_PATTERNS["8-hour"].shifts, np.array([[0, -1, 2]]))
    found = events(wf.calendar_text(pattern, 1, first_monday=dt.date(2027, 1, 4), weeks=2))
    assert len({event["UID"] for event in found}) == len(found) == 9
    plain = found[0]["SUMMARY"].replace("\\;", ";").replace("\\,", ",").replace("\\\\", "\\")
    assert plain == f"E, team 1: {name}"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"team": 5}, "team is 5"),
        ({"first_monday": dt.date(2027, 1, 5)}, "2027-01-05 is no Monday"),
        ({"weeks": 0}, "weeks is 0"),
    ],
)
def test_calendars_that_cannot_be(change, words):
    """A team, day or number of weeks that isn't there is refused."""
    given = {"team": 1, "first_monday": dt.date(2027, 1, 4), "weeks": 1, **change}
    with pytest.raises(Refusal, match=words):
        wf.calendar_text(wf.NAMED_PATTERNS["8-hour"], given.pop("team"), **given)
