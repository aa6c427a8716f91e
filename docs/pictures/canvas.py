"""A picture made of boxes, lines and text, which refuses what could not be read."""

from xml.sax.saxutils import escape

from palette import contrast, style

WIDTH = 720
# Thousandths of the font size that the characters from the blank to the tilde take in DejaVu Sans, one of the widest
# fonts that a browser may choose for sans-serif. Text that has room in it has room in the others.
WIDTHS = [
    317, 400, 459, 837, 636, 950, 779, 274, 390, 390, 500, 837, 317, 360, 317, 336, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 636, 336, 336, 837, 837, 837, 530, 1000, 684, 686, 698, 770, 631, 575, 774, 751, 294, 294, 655,
    557, 862, 748, 787, 603, 787, 694, 634, 610, 731, 684, 988, 685, 610, 685, 390, 336, 390, 837, 500, 500, 612,
    634, 549, 634, 615, 352, 634, 633, 277, 277, 579, 277, 974, 633, 611, 634, 634, 411, 520, 392, 633, 591, 817,
    591, 591, 524, 636, 336, 636, 837,
]
BOLD, FIXED = 1.15, 602
# The smallest text, which is drawn at its own size where a page is as wide as the picture.
SMALLEST = 13
LEADING = 1.35


class Rectangle:
    def __init__(self, left, top, right, bottom):
        self.left, self.top, self.right, self.bottom = left, top, right, bottom

    def meets(self, other):
        return (self.left < other.right and other.left < self.right
                and self.top < other.bottom and other.top < self.bottom)

    def holds(self, other, margin=0):
        return (self.left + margin <= other.left and other.right <= self.right - margin
                and self.top + margin <= other.top and other.bottom <= self.bottom - margin)


def width(text, size, bold=False, fixed=False):
    if fixed:
        return len(text) * FIXED * size / 1000
    units = sum(WIDTHS[ord(letter) - 32] if " " <= letter <= "~" else 1000 for letter in text)
    return units * size / 1000 * (BOLD if bold else 1)


def number(value):
    return f"{value:.1f}".removesuffix(".0")


class Canvas:
    """`title` names the picture; `description` says what it shows to those who cannot see it."""

    def __init__(self, height, title, description):
        self.height, self.title, self.description = height, title, description
        self.elements, self.texts, self.boxes, self.lines = [], [], [], []

    def box(self, left, top, right, bottom, filling="plain", edge="line", radius=6, dashed=False):
        self.boxes.append((Rectangle(left, top, right, bottom), filling, edge))
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        self.elements.append(
            f'<rect class="{filling} {edge}-stroke" x="{number(left)}" y="{number(top)}" '
            f'width="{number(right - left)}" height="{number(bottom - top)}" rx="{radius}" stroke-width="1.5"{dash}/>')

    def bar(self, left, top, right, bottom, colour):
        """A part of a chart: a shape without an edge, on which no text stands."""
        self.boxes.append((Rectangle(left, top, right, bottom), colour, colour))
        self.elements.append(f'<rect class="{colour}" x="{number(left)}" y="{number(top)}" '
                             f'width="{number(right - left)}" height="{number(bottom - top)}"/>')

    def dot(self, x, y, radius, colour, filled=True):
        filling = colour if filled else "page"
        self.boxes.append((Rectangle(x - radius, y - radius, x + radius, y + radius), filling, colour))
        self.elements.append(f'<circle class="{filling} {colour}-stroke" cx="{number(x)}" cy="{number(y)}" '
                             f'r="{number(radius)}" stroke-width="1.5"/>')

    def line(self, points, colour="line", arrow=False, dashed=False, thick=1.5):
        """Through these points, level or upright, with an arrow's head at the last."""
        self.lines += [(Rectangle(min(x, u), min(y, v), max(x, u), max(y, v)), colour)
                       for (x, y), (u, v) in zip(points, points[1:])]
        (x, y), (u, v) = points[-2:]
        along = ((u > x) - (u < x), (v > y) - (v < y))
        shown = points[:-1] + [(u - 6 * along[0], v - 6 * along[1])] if arrow else points
        dash = ' stroke-dasharray="5 4"' if dashed else ""
        path = "M" + " L".join(f"{number(a)} {number(b)}" for a, b in shown)
        self.elements.append(f'<path class="{colour}-stroke" d="{path}" fill="none" stroke-width="{thick}"{dash}/>')
        if arrow:
            (a, b), (back, aside) = along, (9, 4.5)
            corners = [(u, v), (u - back * a - aside * b, v - back * b - aside * a),
                       (u - back * a + aside * b, v - back * b + aside * a)]
            path = "M" + " L".join(f"{number(p)} {number(q)}" for p, q in corners) + " Z"
            self.elements.append(f'<path class="{colour}" d="{path}"/>')

    def text(self, x, y, text, size=14, colour="ink", align="start", bold=False, fixed=False):
        """One line, which stands on y."""
        if size < SMALLEST:
            raise SystemExit(f"{self.title}: too small: {text}")
        wide = width(text, size, bold, fixed)
        left = x - {"start": 0, "middle": wide / 2, "end": wide}[align]
        self.texts.append((Rectangle(left, y - 0.78 * size, left + wide, y + 0.24 * size), text, colour))
        more = (f' text-anchor="{align}"' if align != "start" else "") + (' font-weight="bold"' if bold else "")
        names = f"{colour} fixed" if fixed else colour
        self.elements.append(f'<text class="{names}" x="{number(x)}" y="{number(y)}" font-size="{size}"{more}>'
                             f"{escape(text)}</text>")

    def lines_of_text(self, x, y, lines, size=14, **options):
        """One under the other; the first stands on y."""
        for place, line in enumerate(lines):
            self.text(x, y + place * size * LEADING, line, size, **options)

    def paper(self, area):
        """The filling of the smallest box around it."""
        around = [(box.right - box.left, filling) for box, filling, _ in self.boxes if box.holds(area)]
        return min(around)[1] if around else "page"

    def faults(self):
        """What cannot be read: text over something else or outside the picture, and colours too near to each other."""
        whole = Rectangle(0, 0, WIDTH, self.height)
        for place, (area, text, colour) in enumerate(self.texts):
            if not whole.holds(area, 8):
                yield f"'{text}' leaves the picture"
            for other, its, _ in self.texts[place + 1:]:
                if area.meets(other):
                    yield f"'{text}' meets '{its}'"
            for box, _, _ in self.boxes:
                if area.meets(box) and not box.holds(area, 3):
                    yield f"'{text}' crosses the edge of a box"
            if any(area.meets(line) for line, _ in self.lines):
                yield f"'{text}' meets a line"
            if (ratio := contrast(colour, self.paper(area))) < 4.5:
                yield f"'{text}' has a contrast of {ratio:.1f} only"
        for _, _, edge in self.boxes:
            if (ratio := contrast(edge, "page")) < 3:
                yield f"{edge} has a contrast of {ratio:.1f} only"
        for area, colour in self.lines:
            if not whole.holds(area, 8):
                yield "a line leaves the picture"
            if (ratio := contrast(colour, "page")) < 3:
                yield f"{colour} has a contrast of {ratio:.1f} only"

    def svg(self):
        body = "\n  ".join(self.elements)
        return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.height}" \
viewBox="0 0 {WIDTH} {self.height}" role="img" aria-labelledby="title description">
  <title id="title">{escape(self.title)}</title>
  <desc id="description">{escape(self.description)}</desc>
  <style>
    text {{ font-family: sans-serif }} .fixed {{ font-family: monospace }}
{style()}
  </style>
  <rect class="page" width="{WIDTH}" height="{self.height}"/>
  {body}
</svg>
"""
