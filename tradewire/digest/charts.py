"""Charts of an issue by matplotlib, in the project's own style: calm, few inks, the series readable in words."""

import io
from typing import Any

INK, BAR, LAST, GRID = "#17202c", "#8aa6c4", "#12304f", "#d8dee7"


def mentioned_png(items: list[dict[str, Any]], *, width_px: int = 1200) -> bytes:
    """Stories a week of the most mentioned companies over twelve weeks, one small chart each, as a PNG."""
    from matplotlib.figure import Figure

    rows = max(1, len(items))
    figure = Figure(figsize=(width_px / 200, 0.42 * rows + 0.15), dpi=200, facecolor="white")
    axes = figure.subplots(rows, 1, squeeze=False)[:, 0]
    top = max((max(item["weeks"]) for item in items), default=1) or 1
    for axis, item in zip(axes, items):
        weeks = item["weeks"]
        axis.bar(range(len(weeks)), weeks, color=[BAR] * (len(weeks) - 1) + [LAST], width=0.75)
        axis.set_ylim(0, top)
        axis.set_xlim(-11, len(weeks) + 1)
        axis.text(-11, top * 0.35, _short(item["company"]), fontsize=7.5, color=INK, va="center")
        axis.text(len(weeks) - 0.2, top * 0.35, str(weeks[-1]), fontsize=7.5, color=INK, va="center")
        axis.axhline(0, color=GRID, linewidth=0.8)
        axis.axis("off")
    out = io.BytesIO()
    figure.savefig(out, format="png", bbox_inches="tight", pad_inches=0.03, metadata={"Software": None})
    return out.getvalue()


def mentioned_words(items: list[dict[str, Any]]) -> str:
    """The same series in words, for alt text."""
    told = [f"{item['company']}: {', '.join(map(str, item['weeks']))}" for item in items]
    return "Stories in each of the last twelve weeks. " + "; ".join(told)


def _short(name: str) -> str:
    name = name.replace("$", r"\$")  # matplotlib reads mathematics between dollar signs
    return name if len(name) <= 26 else name[:25] + "…"
