"""The charts of docs/BENCHMARKS.md, of the figures that `make bench` writes to docs/benchmarks.json."""

import json
import os
import re

from canvas import WIDTH, Canvas

DOCUMENTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(DOCUMENTS, "benchmarks.json"), encoding="utf-8") as file:
    FIGURES = json.load(file)
COLOURS = {"Postern": "green-line", "knockd": "orange-line", "fwknopd": "purple-line"}
LEFT, RIGHT, EDGE = 170, 470, WIDTH - 20
BAR, STEP = 16, 28
# Every figure that stands in a chart.
shown = set()


def rows(part):
    return FIGURES[part]["rows"]


def figure(value, decimals=0):
    """As the tables write it."""
    text = f"{value:,.{decimals}f}"
    shown.add(text)
    return text


def colour(daemon):
    return COLOURS[daemon.split()[0]]


def faults():
    """Figures that the document does not have: its tables are written by hand."""
    with open(os.path.join(DOCUMENTS, "BENCHMARKS.md"), encoding="utf-8") as file:
        known = set(re.findall(r"\d[\d,]*(?:\.\d+)?", file.read()))
    known |= {word.rstrip(",") for word in known}
    return [f"docs/BENCHMARKS.md does not have {text}, which a chart shows" for text in sorted(shown - known)]


def bar(canvas, y, name, part, hue, cells=(), indent=0, end=RIGHT):
    """A row: its name, a bar as long as `part` of the room, and cells as (where they end, text)."""
    canvas.text(20 + indent, y + 13, name)
    canvas.bar(LEFT, y, LEFT + max(2, part * (end - LEFT)), y + BAR, hue)
    for right, text in cells:
        canvas.text(right, y + 13, text, align="end")


def heading(canvas, y, text, *cells):
    canvas.text(20, y, text, bold=True)
    for right, cell in cells:
        canvas.text(right, y, cell, 13, "quiet", "end")


def memory():
    dirty = {row["process"]: row["dirty"] for row in rows("idle-memory")}
    roles = [name for name in ("Listener", "Verifier", "Doorkeeper") if name in dirty]
    together = sum(dirty[role] for role in roles)
    sizes = " ".join(f"{name} {size:,} KiB," for name, size in dirty.items())
    canvas = Canvas(66 + STEP * (len(dirty) + 1), "Memory of an idle daemon that no other process can use, in KiB",
                    f"Private, dirty memory: {sizes} the roles of Postern together {together:,} KiB.")
    heading(canvas, 32, "Private, dirty memory of an idle daemon", (EDGE, "KiB"))
    y, wide = 50, EDGE - 60
    if "knockd" in dirty:
        bar(canvas, y, "knockd 0.8-2", dirty["knockd"] / together, COLOURS["knockd"], [(EDGE, figure(dirty["knockd"]))],
            end=wide)
        y += STEP
    bar(canvas, y, "Postern", 1, COLOURS["Postern"], [(EDGE, f"{together:,}")], end=wide)
    for role in roles:
        y += STEP
        bar(canvas, y, role, dirty[role] / together, COLOURS["Postern"], [(EDGE, figure(dirty[role]))], 20, wide)
    return canvas


def flood():
    table = rows("flood comparison")
    longest = max(row["ns_accepted"] for row in table)
    rates = sorted({row["rate"] for row in table}, reverse=True)
    canvas = Canvas(12 + 44 * len(rates) + STEP * len(table),
                    "CPU time for each first knock that a daemon accepts in a flood", " ".join(
        f"At {row['rate']:,} a second, {row['daemon']} takes {row['ns_accepted']:,.0f} ns for each and accepts "
        f"{row['accepted']:,} of 60,000." for row in table))
    y = 32
    for rate in rates:
        heading(canvas, y, f"60,000 first knocks, {rate:,} a second",
                (EDGE - 100, "ns for each accepted"), (EDGE, "accepted"))
        y += 18
        for row in (row for row in table if row["rate"] == rate):
            bar(canvas, y, row["daemon"], row["ns_accepted"] / longest, colour(row["daemon"]),
                [(EDGE - 100, figure(row["ns_accepted"])), (EDGE, figure(row["accepted"]))])
            y += STEP
        y += 26
    return canvas


FLOODS = {
    "first knocks, 200,000/s": "First knocks, each from a new source, 200,000 a second",
    "junk, all that can be sent": "Junk to the signed port, as fast as it can be sent",
    "captured hint, 20,000/s": "Junk with a captured hint, 20,000 a second",
    "captured hint, 20,000/s, own key": "The same; the owners sign with the key of that hint",
    "captured hint, all": "Junk with a captured hint, as fast as it can be sent",
    "captured hint, all, own key": "Junk as fast; the owners sign with the key of that hint",
}


def let_in():
    table = [row for row in rows("hostile") if row["flood"] in FLOODS]
    floods = [name for name in FLOODS if any(row["flood"] == name for row in table)]
    canvas = Canvas(14 + 44 * len(floods) + STEP * len(table),
                    "How many of twenty owners each daemon lets in during a flood", " ".join(
        f"{FLOODS[row['flood']]}: {row['daemon']} {row['let_in']} of {row['owners']}." for row in table))
    y = 32
    for flood in floods:
        heading(canvas, y, FLOODS[flood], (EDGE, "let in"))
        y += 18
        for row in (row for row in table if row["flood"] == flood):
            canvas.text(20, y + 13, row["daemon"])
            for place in range(row["owners"]):
                canvas.dot(LEFT + 8 + 21 * place, y + 8, 6, colour(row["daemon"]), place < row["let_in"])
            canvas.text(EDGE, y + 13, f"{figure(row['let_in'])} of {row['owners']}", align="end")
            y += STEP
        y += 26
    return canvas


def signed_cost():
    table = rows("signed comparison")
    longest = max(row["cpu_ms"] for row in table)
    rates = sorted({row["rate"] for row in table}, reverse=True)

    def junk(row):
        return f"{row['length']} {'letters of base64' if row['is_base64'] else 'random bytes'}"

    canvas = Canvas(12 + 40 * len(rates) + 44 * len(table), "CPU time for junk at the port of signed knocks", " ".join(
        f"{row['arrived']:,} packets of {junk(row)}, {row['rate']:,} a second: {row['daemon']} takes "
        f"{row['cpu_ms']:,.1f} ms" + (f" and looks at {row['looked_at']:,}." if row["looked_at"] else ".")
        for row in table))
    y = 32
    for rate in rates:
        group = [row for row in table if row["rate"] == rate]
        heading(canvas, y, f"{group[0]['arrived']:,} packets of junk, {rate:,} a second",
                (EDGE - 100, "CPU, ms"), (EDGE, "looked at"))
        y += 14
        for row in group:
            canvas.text(20, y + 33, junk(row), 13, "quiet")
            bar(canvas, y + 4, row["daemon"], row["cpu_ms"] / longest, colour(row["daemon"]), [
                (EDGE - 100, figure(row["cpu_ms"], 0 if row["cpu_ms"] >= 100 else 1)),
                (EDGE, figure(row["looked_at"]) if row["looked_at"] is not None else "not known")])
            y += STEP + 16
        y += 26
    return canvas


def latency():
    table = rows("signed latency")
    longest = max(row["worst_ms"] for row in table)
    step = next(step for step in (5, 10, 20, 50, 100, 200, 500, 1000, 2000) if longest / step <= 5)
    end = step * -(-longest // step)
    canvas = Canvas(118 + STEP * len(table), "From sending a signed knock to its start command, in milliseconds",
                    " ".join(f"{row['daemon']}: median {row['median_ms']} ms, 90 of 100 within {row['ninety_ms']} ms, "
                             f"worst {row['worst_ms']} ms." for row in table))

    def at(value):
        return LEFT + (RIGHT - LEFT) * value / end

    columns = ((EDGE - 146, "median", "median_ms"), (EDGE - 64, "90 of 100", "ninety_ms"), (EDGE, "worst", "worst_ms"))
    heading(canvas, 32, "From the knock to its start command, ms", *((right, name) for right, name, _ in columns))
    y = 50
    for row in table:
        hue = colour(row["daemon"])
        canvas.text(20, y + 13, row["daemon"])
        canvas.line([(at(row["median_ms"]), y + 8), (at(row["worst_ms"]), y + 8)], hue)
        canvas.bar(at(row["median_ms"]), y + 4, max(at(row["ninety_ms"]), at(row["median_ms"]) + 2), y + 12, hue)
        canvas.line([(at(row["worst_ms"]), y + 2), (at(row["worst_ms"]), y + 14)], hue)
        canvas.dot(at(row["median_ms"]), y + 8, 6, hue)
        for right, _, name in columns:
            canvas.text(right, y + 13, figure(row[name], 1), align="end")
        y += STEP
    canvas.line([(LEFT, y + 4), (RIGHT, y + 4)])
    for value in range(0, int(end) + 1, step):
        canvas.line([(at(value), y + 4), (at(value), y + 9)])
        canvas.text(at(value), y + 24, str(value), 13, "quiet", "middle")
    canvas.text(LEFT, y + 50, "dot: median; thick: up to 90 of 100; thin: up to the worst", 13, "quiet")
    return canvas
