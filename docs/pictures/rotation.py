"""A rotation of a key on a time line: docs/KEYS.md, Sources/Keys/KeyRotation.swift and KeyGeneration.swift."""

from canvas import Canvas

DESCRIPTION = (
    "Two time lines. In both, keys rotate adds generation 2 to the key on the server, which is active at once, "
    "and lets generation 1 retire; the client imports generation 2 later and knocks with it from then on. With "
    "--grace 3d, the server accepts generation 1 until three days after the rotation. With --until-used, it "
    "accepts generation 1 until an hour after it first accepted a knock of generation 2, whenever that is.")
LEFT, RIGHT = 150, 700
ROTATED, IMPORTED, USED = 270, 390, 470
HEIGHT = 34


def row(canvas, top, name, *parts):
    """Parts are (from, to, words, filling, whether it is still valid)."""
    canvas.text(LEFT - 12, top + 22, name, align="end")
    for left, right, words, filling, is_valid in parts:
        edge = "line" if filling in ("plain", "page") else f"{filling}-line"
        canvas.box(left, top, right, top + HEIGHT, filling, edge, radius=0, dashed=not is_valid)
        canvas.text((left + right) / 2, top + 22, words, 13, "ink" if is_valid else "quiet", "middle")


def panel(canvas, top, words, retired, span, since):
    """`span` is how long generation 1 is still valid, counted from the mark at `since`."""
    canvas.text(20, top, words, 15, bold=True, fixed=True)
    marks = {ROTATED: "rotate", IMPORTED: "import", retired: "end"}
    if since == USED:
        marks[USED] = "first knock"
    for x, name in marks.items():
        canvas.text(x, top + 34, name, 13, align="middle")
        canvas.line([(x, top + 42), (x, top + 56)])
    first = top + 58
    row(canvas, first, "generation 1", (LEFT, ROTATED, "active", "green", True),
        (ROTATED, retired, "retiring: still accepted", "blue", True), (retired, RIGHT, "retired", "page", False))
    row(canvas, first + 44, "generation 2", (ROTATED, RIGHT, "active: accepted", "green", True))
    row(canvas, first + 88, "laptop's knocks", (LEFT, IMPORTED, "signed with generation 1", "plain", True),
        (IMPORTED, RIGHT, "signed with generation 2", "plain", True))
    below = first + 88 + HEIGHT + 20
    canvas.line([(since, below - 8), (since, below), (retired, below), (retired, below - 8)], "blue-line")
    canvas.text(retired, below + 20, span, 13, align="end")


def picture():
    canvas = Canvas(520, "A rotation of a key on a time line", DESCRIPTION)
    canvas.text(RIGHT, 34, "time, not to scale", 13, "quiet", "end")
    panel(canvas, 34, "knockctl keys rotate laptop --grace 3d", 590, "3 days from the rotation", ROTATED)
    panel(canvas, 284, "knockctl keys rotate laptop --until-used", 590,
          "1 hour from the first accepted knock of generation 2", USED)
    return canvas
