"""One signed knock from the laptop to the open port: docs/PROTOCOL.md, whose numbers the steps have."""

from canvas import LEADING, Canvas

DESCRIPTION = (
    "The laptop signs a knock and sends it as one UDP datagram of 120 bytes. The Listener checks its length and "
    "its hint (steps 1 and 2) and hands it to the Verifier. That checks the tag, the body, the time window and "
    "the order (steps 3 to 6) and sends a claim to the Doorkeeper. That checks the order again, then the floor, "
    "replays and allowances (steps 6 to 9), and records nonce and opening on the disk in one transaction. Only "
    "then it runs the start command: the port is open for one address, and the laptop connects. When the time is "
    "up it runs the stop command, and the port is closed. The server never answers a knock.")
LAPTOP, LISTENER, VERIFIER, DOORKEEPER, PORT = 80, 220, 360, 500, 640
HALF, SIZE = 64, 13


def step(canvas, lane, top, lines, filling="plain", edge="line"):
    """A box on a lane with a line of text for each; returns where it ends."""
    bottom = top + 14 + round(len(lines) * SIZE * LEADING)
    canvas.box(lane - HALF, top, lane + HALF, bottom, filling, edge)
    canvas.lines_of_text(lane - HALF + 9, top + 19, lines, SIZE)
    return bottom


def message(canvas, y, start, end, words, colour):
    canvas.text(start + 10, y - 8, words, SIZE)
    canvas.line([(start, y), (end - 2, y)], colour, arrow=True)


def picture():
    canvas = Canvas(852, "One signed knock, from the laptop to the open port", DESCRIPTION)

    def wait(lane, top, bottom):
        """A lane's line between two of its boxes."""
        canvas.line([(lane, top), (lane, bottom)], dashed=True)

    for lane, name, colour in (
        (LAPTOP, "laptop", "plain"), (LISTENER, "Listener", "blue"), (VERIFIER, "Verifier", "purple"),
        (DOORKEEPER, "Doorkeeper", "green"), (PORT, "port 22", "plain"),
    ):
        canvas.box(lane - HALF, 20, lane + HALF, 52, colour, "line" if colour == "plain" else f"{colour}-line")
        canvas.text(lane, 41, name, 15, align="middle", bold=True)

    wait(LAPTOP, 52, 70)
    signed = step(canvas, LAPTOP, 70, ("signs: hint and", "nonce, encrypted", "body, tag"))
    wait(PORT, 52, 70)
    closed = step(canvas, PORT, 70, ("closed",))

    sent = signed + 40
    message(canvas, sent, LAPTOP, LISTENER, "UDP, 120 bytes", "line")
    wait(LISTENER, 52, sent + 12)
    looked = step(canvas, LISTENER, sent + 12, ("1 length", "2 hint"), "blue", "blue-line")

    handed = looked + 34
    wait(LISTENER, looked, handed)
    message(canvas, handed, LISTENER, VERIFIER, "unverified knock", "blue-line")
    wait(VERIFIER, 52, handed + 12)
    verified = step(canvas, VERIFIER, handed + 12, ("3 tag", "4 body", "5 time window", "6 order"),
                    "purple", "purple-line")

    claimed = verified + 34
    wait(VERIFIER, verified, claimed)
    message(canvas, claimed, VERIFIER, DOORKEEPER, "claim", "purple-line")
    wait(DOORKEEPER, 52, claimed + 12)
    judged = step(canvas, DOORKEEPER, claimed + 12, ("6 order, again", "7 floor", "8 replay", "9 allowance"),
                  "green", "green-line")
    wait(DOORKEEPER, judged, judged + 14)
    recorded = step(canvas, DOORKEEPER, judged + 14, ("on the disk:", "nonce and", "opening, in one", "transaction"))

    started = recorded + 34
    wait(DOORKEEPER, recorded, started)
    message(canvas, started, DOORKEEPER, PORT, "start command", "green-line")
    wait(PORT, closed, started + 12)
    opened = step(canvas, PORT, started + 12, ("open for one", "address"), "green", "green-line")

    connected = opened + 34
    wait(LAPTOP, signed, connected)
    wait(PORT, opened, connected)
    message(canvas, connected, LAPTOP, PORT, "ssh gateway", "line")
    stopped = connected + 46
    wait(DOORKEEPER, started, stopped)
    message(canvas, stopped, DOORKEEPER, PORT, "stop command", "green-line")
    wait(PORT, connected, stopped + 12)
    step(canvas, PORT, stopped + 12, ("closed again;", "connections stay"))

    canvas.lines_of_text(LAPTOP + 24, claimed + 32, (
        "A failure in steps 1 to 3 is only counted.",
        "From step 4 on the log has key and reason.",
        "The server never answers."), 14)
    canvas.text(DOORKEEPER - 10, stopped - 8, "when the time is up", SIZE, "quiet", "end")
    return canvas
