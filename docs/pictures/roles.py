"""The three roles, and what crosses between them: docs/ARCHITECTURE.md, Sources/Messages and Sources/KeyMessages."""

from canvas import Canvas

DESCRIPTION = (
    "The Listener sees the network and is jailed. It sends the Verifier unverified knocks, and the Doorkeeper "
    "reports of completed sequences and stages. The Verifier has the working keys and is jailed. It sends the "
    "Listener the live hints, and the Doorkeeper claims, which name a key, a door and an address. The Doorkeeper "
    "holds the privilege and never sees a packet's bytes. It tells the Listener sequences, addresses and "
    "interfaces, and the Verifier working keys, the doors' rules and its decisions. It reads knockd.conf and the "
    "key files, keeps the ledger, and writes the log. It alone runs commands.")


def role(canvas, left, top, right, bottom, colour, name, *lines):
    canvas.box(left, top, right, bottom, colour, f"{colour}-line")
    canvas.text((left + right) / 2, top + 26, name, 17, align="middle", bold=True)
    canvas.lines_of_text((left + right) / 2, top + 50, lines, align="middle")


def picture():
    canvas = Canvas(548, "The three roles of the daemon, and what crosses between them", DESCRIPTION)
    canvas.text(155, 28, "packets from the network", align="middle")
    canvas.line([(155, 38), (155, 64)], "blue-line", arrow=True)
    role(canvas, 20, 66, 290, 180, "blue", "Listener",
         "decodes packets, follows", "sequences, looks up hints", "jailed: no keys, no privilege, no files")
    role(canvas, 430, 66, 700, 180, "purple", "Verifier",
         "checks knocks with the keys, and", "what the door allows the key", "jailed: no network, no files")
    canvas.text(360, 92, "unverified knocks", 13, align="middle")
    canvas.line([(292, 104), (428, 104)], "blue-line", arrow=True)
    canvas.line([(428, 142), (292, 142)], "purple-line", arrow=True)
    canvas.text(360, 162, "live hints", 13, align="middle")

    for x, colour, down, lines in (
        (40, "blue", True, ("reports:", "sequences that", "are complete,", "stages reached")),
        (168, "green", False, ("controls:", "sequences, own", "addresses,", "interfaces")),
        (450, "purple", True, ("claims:", "a key, a door,", "an address,", "a nonce")),
        (578, "green", False, ("controls:", "working keys,", "doors' rules,", "decisions")),
    ):
        ends = [(x, 182), (x, 296)]
        canvas.line(ends if down else ends[::-1], f"{colour}-line", arrow=True)
        canvas.text(x + 12, 213, lines[0], 13, bold=True)
        canvas.lines_of_text(x + 12, 231, lines[1:], 13)

    role(canvas, 20, 298, 700, 392, "green", "Doorkeeper",
         "judges each claim again, records it on the disk, and only then runs a command",
         "holds the privilege; never sees a packet's bytes")
    for left, arrows, name, line in (
        (20, "up", "configuration", "knockd.conf, key files"),
        (195, "both", "ledger", "openings, nonces"),
        (370, "down", "commands", "start, stop"),
        (545, "down", "log", "a line for each event"),
    ):
        middle, colour = left + 77.5, "green-line" if arrows == "down" else "line"
        if arrows != "down":
            canvas.line([(middle, 442 if arrows == "both" else 462), (middle, 394)], colour, arrow=True)
        if arrows != "up":
            canvas.line([(middle, 414 if arrows == "both" else 394), (middle, 462)], colour, arrow=True)
        canvas.box(left, 464, left + 155, 524)
        canvas.text(middle, 489, name, align="middle", bold=True)
        canvas.text(middle, 510, line, 13, align="middle")
    return canvas
