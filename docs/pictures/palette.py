"""The colours of the pictures, light and dark, and how well they can be told apart."""

# Name: light, dark.
COLOURS = {
    "page": ("#ffffff", "#0d1117"),
    "ink": ("#1f2328", "#e6edf3"),
    "quiet": ("#57606a", "#a3adb8"),
    "line": ("#6e7781", "#8b949e"),
    "plain": ("#f3f5f7", "#1c222b"),
    "blue": ("#dbeeff", "#0f2d4d"),
    "purple": ("#f1e6ff", "#2f1d4d"),
    "green": ("#d8f5de", "#0f3320"),
    "blue-line": ("#0860ca", "#6cb6ff"),
    "purple-line": ("#7443c4", "#c69cf4"),
    "green-line": ("#1a7f37", "#4cc266"),
    "orange-line": ("#b35900", "#f0a04b"),
}


def luminance(colour):
    parts = [int(colour[at:at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """The smaller ratio of both schemes, as WCAG 2 computes it: text needs 4.5, lines and shapes need 3."""
    ratios = []
    for scheme in (0, 1):
        low, high = sorted(luminance(COLOURS[name][scheme]) for name in (one, other))
        ratios.append((high + 0.05) / (low + 0.05))
    return min(ratios)


def style():
    """One class for each colour as a filling, and one as a stroke."""
    def rules(scheme):
        return "\n".join(f"    .{name} {{ fill: {both[scheme]} }} .{name}-stroke {{ stroke: {both[scheme]} }}"
                         for name, both in COLOURS.items())
    return (f"{rules(0)}\n    @media (prefers-color-scheme: dark) {{\n"
            + "\n".join("  " + line for line in rules(1).splitlines()) + "\n    }")
