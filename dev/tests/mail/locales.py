"""compare-locales on the texts of every locale: python locales.py TEMPLATES

TEMPLATES has a project file, l10n.toml, and the folder `locales`.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from compare_locales.compare import compareProjects
from compare_locales.paths import TOMLParser

FAULTS = ("errors", "warnings", "missing", "missingInFiles", "obsolete", "report")
KINDS = ("changed", "unchanged", "keys")


def compared(templates):
    """How many locales were compared, and what is wrong, with its details."""
    project = TOMLParser().parse(str(templates / "l10n.toml"), env={})
    folders = {folder.name for folder in (templates / "locales").iterdir()} - {"en-US"}
    found = [f"{name}: not in l10n.toml, or without a folder" for name in folders ^ set(project.all_locales)]
    observers = compareProjects([project], [], str(templates))
    (summary,) = [observer.toJSON()["summary"] for observer in observers]
    texts = {name: sum(counts.get(kind, 0) for kind in KINDS) for name, counts in summary.items()}
    for name, counts in summary.items():
        wrong = {fault: counts[fault] for fault in FAULTS if counts.get(fault)}
        if wrong or texts[name] != max(texts.values()):
            found.append(f"{name}: {wrong}, {texts[name]} texts")
    details = observers.serializeDetails()
    return len(summary), found + ([details] if details else [])


templates = Path(sys.argv[1])
count, findings = compared(templates)

for old, new in [
    ("heading =", "title ="),
    ("{ $brand }", "{ brand }"),
    ("[one]", "[1one]"),
]:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copytree(templates, f"{folder}/templates"))
        mail = copy / "locales/de/mail.ftl"
        mail.write_text(mail.read_text("utf-8").replace(old, new, 1), "utf-8")
        if not compared(copy)[1]:
            findings.append(f"nothing is wrong with {new} for {old}")

print(*findings, f"{count} locales, {len(findings)} findings", sep="\n")
sys.exit(0 if count and not findings else 1)
