"""What every check of this folder needs: the root, the committed files, and one way to end."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

sys.dont_write_bytecode = True

# The self-test points the checks at a repository of its own.
ROOT = Path(os.environ.get("WINNER_CHECK_ROOT") or Path(__file__).parents[2]).resolve()


def files(*endings: str) -> list[Path]:
    """The files git knows or would add, relative to the root, with one of these endings (all, when none is given)."""
    said = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    known = sorted({Path(name) for name in said.split("\0") if name})
    return [path for path in known if (ROOT / path).is_file() and (not endings or path.name.endswith(endings))]


def packages() -> dict[str, dict]:
    """The workspace's packages by name, as cargo describes them."""
    command = ["cargo", "metadata", "--no-deps", "--format-version=1", "--locked"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if said.returncode != 0:
        sys.exit(f"cargo metadata failed: {said.stderr.strip()}")
    return {package["name"]: package for package in json.loads(said.stdout)["packages"]}


def folder(package: dict) -> Path:
    """A package's folder, relative to the root."""
    return Path(package["manifest_path"]).parent.relative_to(ROOT)


def is_test(path: Path) -> bool:
    """Whether a Rust file holds tests only."""
    parts = path.parts
    return bool({"tests", "benches", "examples"} & set(parts)) or parts[-1] in ("tests.rs", "testing.rs") or parts[-1].endswith("_tests.rs")


def without_tests(text: str) -> str:
    """A Rust file up to its test module, which by convention comes last."""
    return re.split(r"#\[cfg\(test\)\]\s*(?:#\[[^\n]*\]\s*)*(?:pub(?:\([a-z]+\))?\s+)?mod\s+\w+\s*\{", text, maxsplit=1)[0]


COMMENT_OR_STRING = re.compile(r"""//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\])'|\br(#*)".*?"\1|"(?:\\.|[^"\\])*\"""", re.DOTALL)


def code_only(text: str) -> str:
    """Rust source with comments and string literals blanked, lines kept."""
    return COMMENT_OR_STRING.sub(lambda found: re.sub(r"[^\n]", " ", found.group()), text)


def line_of(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def finish(name: str, problems: list[str], fine: str) -> None:
    """Ends the check: with what is fine, or with every problem and a failing exit."""
    if problems:
        print("\n".join(problems))
        sys.exit(f"{name}: {len(problems)} problem{'s' if len(problems) > 1 else ''}; each line above says what to do")
    print(f"{name}: {fine}")
