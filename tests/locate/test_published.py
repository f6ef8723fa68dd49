"""Published instances at their known optima; skipped where the shared cases are absent."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse.csgraph import shortest_path

from standby import locate

CASES = Path(__file__).resolve().parents[2].parent / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the shared cases lie beside the checkout only")


def expected(folder):
    """Return the answers of a folder."""
    return json.loads((CASES / folder / "expected.json").read_text())


def euclid(a, b):
    """Distances of shape (sites, areas)."""
    return np.sqrt(((a[:, None, :] - b[None, :, :]) ** 2).sum(axis=2))


def swain():
    """Distances and demand of the 55 nodes."""
    table = np.loadtxt(CASES / "swain55" / "swain.txt", skiprows=1)
    return euclid(table[:, 1:3], table[:, 1:3]), table[:, 3]


def proven(siting, value):
    """Whether the value is as published and proven."""
    assert siting.objective == pytest.approx(value, rel=1e-9)
    assert siting.gap == 0.0


@pytest.mark.parametrize("number", range(1, 21))
def test_pmed(number):
    """p-median and p-centre of OR-Library pmed1 to pmed20 (the last of repeated edges counts)."""
    numbers = (CASES / "pmed" / "data" / f"pmed{number}.txt").read_text().split()
    n, _, p = (int(v) for v in numbers[:3])
    graph = np.full((n, n), np.inf)
    for i, j, c in np.array(numbers[3:], int).reshape(-1, 3):
        graph[i - 1, j - 1] = graph[j - 1, i - 1] = c
    np.fill_diagonal(graph, 0)
    minutes = shortest_path(graph, method="D", directed=False)
    answer = expected("pmed")["instances"][f"pmed{number}"]
    proven(locate.p_median(minutes, np.ones(n), p), answer["p_median_optimum"])
    proven(locate.p_centre(minutes, p), answer["p_center_optimum"])


def test_swain_lscp_mclp_p_median_p_centre():
    """Swain's 55 nodes: every value of the four plain models."""
    distance, demand = swain()
    answers = expected("swain55")["computed"]
    for radius, answer in answers["LSCP"].items():
        proven(locate.lscp(distance, float(radius)), answer["obj"])
    for name, answer in answers["MCLP"].items():
        radius, units = re.fullmatch(r"S=(\d+),p=(\d+)", name).groups()
        proven(locate.mclp(distance, demand, float(radius), int(units)), answer["obj"])
    for units, answer in answers["p_median"].items():
        proven(locate.p_median(distance, demand, int(units)), answer["obj"])
    for units, answer in answers["p_center"].items():
        proven(locate.p_centre(distance, int(units)), answer["obj"])


def test_swain_backup_double_standard_and_expected_cover():
    """Swain's 55 nodes: MEXCLP with co-location, BACOP1 and DSM."""
    distance, demand = swain()
    for name, answer in expected("swain55")["ems_models"]["full"].items():
        numbers = {k: float(v) for k, v in re.findall(r"(\w+)=([\d.]+)", name)}
        if name.startswith("MEXCLP"):
            found = locate.mexclp(distance, demand, numbers["S"], int(numbers["K"]), numbers["q"])
        elif name.startswith("BACOP1"):
            found = locate.bacop1(distance, demand, numbers["S"], int(numbers["p"]))
        else:
            found = locate.dsm(
                distance,
                demand,
                numbers["r1"],
                numbers["r2"],
                numbers["alpha"],
                int(numbers["p"]),
                per_site=2,
            )
        proven(found, answer["obj"])


@pytest.mark.parametrize("name", ["SJC324", "SJC402", "SJC500"])
def test_sao_jose_dos_campos(name):
    """The São José dos Campos covers at 800 m; p = 7 and 8 of SJC500, the longest, run in the benchmark."""
    table = np.loadtxt(CASES / "mclp_sjc" / f"{name}.txt", skiprows=1)
    distance = euclid(table[:, :2], table[:, :2])
    for key, answer in expected("mclp_sjc")["results"][name].items():
        if key.startswith("LSCP"):
            proven(locate.lscp(distance, 800.0), answer["obj"])
        elif key.startswith("r=") and not (name == "SJC500" and key[-1] in "78"):
            proven(locate.mclp(distance, table[:, 2], 800.0, int(key.split("p=")[1])), answer["obj"])


def bds(name):
    """Sites, their costs, customers and their demand."""
    rows = [line.split() for line in (CASES / "mclp_bds" / name).read_text().splitlines()[1:]]
    sites = np.array([r[2:5] for r in rows if r and r[0] == "F"], float)
    customers = np.array([r[2:5] for r in rows if r and r[0] == "C"], float)
    return euclid(sites[:, :2], customers[:, :2]), sites[:, 2], customers[:, 2]


@pytest.mark.parametrize(
    "name", ["GRID_INST_n100_m1000_d1_100_f10_100_s1.dat", "BDS1000.txt", "BDS10000.txt"]
)
def test_cordeau_furini_ljubic_mclp(name):
    """Cordeau–Furini–Ljubić covers; 10,000 customers at R = 6.25 run in the benchmark."""
    distance, _, demand = bds(name)
    for key, answer in expected("mclp_bds")["results"][name].items():
        match = re.fullmatch(r"MCLP R=([\d.]+) B=(\d+)", key)
        if match and not (name == "BDS10000.txt" and match[1] == "6.25"):
            proven(locate.mclp(distance, demand, float(match[1]), int(match[2])), answer["obj"])


def test_cordeau_furini_ljubic_partial_cover():
    """The cheapest sites that cover half or more of the demand, through the general model."""
    name = "GRID_INST_n100_m1000_d1_100_f10_100_s1.dat"
    distance, cost, demand = bds(name)
    for key, answer in expected("mclp_bds")["results"][name].items():
        match = re.fullmatch(r"PSCLP R=(5.5) D=(50|60)%", key)
        if match:
            need = locate.Need(
                distance, demand, (locate.Arrival(float(match[1])),), share=int(match[2]) / 100
            )
            rules = locate.SiteRules(site_cost_gbp=cost, capacity=1)
            found = locate.cover_model([need], locate.Fleet({"arv": 100}), rules=rules, aim="money")
            proven(found, answer["obj"])


@pytest.mark.parametrize("name", ["scp41", "scp42", "scp410", "scp51", "scp65"])
def test_set_covering_with_costs(name):
    """OR-Library set covering; the longer scp61, scpa1 and scpb1 run in the benchmark."""
    numbers = [int(v) for v in (CASES / "scp" / f"{name}.txt").read_text().split()]
    n_rows, n_columns = numbers[:2]
    reach = np.zeros((n_columns, n_rows), bool)
    at = 2 + n_columns
    for row in range(n_rows):
        count = numbers[at]
        reach[np.array(numbers[at + 1 : at + 1 + count]) - 1, row] = True
        at += count + 1
    found = locate.lscp(reach, 0.0, cost=np.array(numbers[2 : 2 + n_columns], float))
    proven(found, expected("scp")["optimum"][name])


def test_jemss_hand_solved():
    """The hand-solved MCLP and nested MCLP of three sites."""
    answers = expected("jemss_small")
    case = answers["mclp"]
    for units, answer in case["expected"].items():
        reach = np.array(case["cover_facility_by_point"], bool)
        proven(locate.mclp(reach, case["point_demands"], 0.0, int(units)), answer["obj"])
    case = answers["nested_mclp"]
    for answer in case["expected"]:
        reach = np.array(case["cover_facility_by_point"], bool)
        table = locate.compliance_table(reach, case["point_demands"], 0.0, 3, chance=answer["weights"])
        assert table.objective == pytest.approx(answer["obj"])
        order = [
            int(np.setdiff1d(b, a)[0]) + 1 for a, b in zip([[], *table.rows[:-1]], table.rows, strict=True)
        ]
        assert order == answer["order"]
