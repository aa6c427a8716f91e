"""The figures of the benchmarks as JSON, from which docs/pictures/draw draws the charts: `--json FILE`."""

import datetime
import json
import os
import sys


class Figures:
    """The rows of one benchmark. A part that has run replaces that part in the file; the others stay."""

    def __init__(self, benchmark, arguments):
        self.benchmark, self.rows, self.path = benchmark, {}, None
        self.words = list(arguments)
        if "--json" in self.words:
            place = self.words.index("--json")
            if place + 1 == len(self.words):
                sys.exit(f"{benchmark}: --json needs a file")
            self.path = self.words[place + 1]
            del self.words[place:place + 2]
            # A file that cannot be used is better known before the minutes that follow.
            self.read()

    def read(self):
        if not os.path.exists(self.path):
            return {}
        with open(self.path, encoding="utf-8") as file:
            return json.load(file)

    def add(self, part, **row):
        """A row of the table that this part prints. Times and rates need no more than a decimal."""
        row = {name: round(value, 1) if isinstance(value, float) else value for name, value in row.items()}
        self.rows.setdefault(part, []).append(row)

    def save(self, part):
        if not self.path:
            return
        everything = self.read()
        everything[f"{self.benchmark} {part}".strip()] = {
            "source": "make bench",
            "date": datetime.date.today().isoformat(),
            "rows": self.rows.get(part, []),
        }
        with open(f"{self.path}.new", "w", encoding="utf-8") as file:
            file.write(text(everything))
        os.replace(f"{self.path}.new", self.path)


def text(everything):
    """One row a line, so that a difference shows the rows that changed."""
    parts = []
    for name, part in sorted(everything.items()):
        rows = ",\n".join("      " + json.dumps(row) for row in part["rows"])
        lines = [f"    {json.dumps(key)}: {json.dumps(value)},\n" for key, value in part.items() if key != "rows"]
        parts.append(f"  {json.dumps(name)}: {{\n{''.join(lines)}    \"rows\": [\n{rows}\n    ]\n  }}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    # What idle-memory prints, whose rows are a process and three numbers.
    figures = Figures("idle-memory", sys.argv[1:])
    for line in sys.stdin:
        words = line.split()
        if len(words) == 4 and all(word.isdigit() for word in words[1:]):
            resident, dirty, clean = map(int, words[1:])
            figures.add("", process=words[0], resident=resident, dirty=dirty, clean=clean)
    figures.save("")
