"""A picture as data: panels that hold lines, points, bars, text and fields of colour.

One description, two painters. ``message()`` packs it for the canvas in the browser, which paints it within a few
milliseconds; ``figure()`` draws the same with matplotlib, for places where no widget runs.
"""

import io
import math
import textwrap

import numpy as np

from ...plots import style

FIELD = 100  # rows and columns of a field that is recomputed while a slider moves
LARGEST = 3e38  # of a number that travels to the browser as float32
GRAIN = 2.0**-14  # of an axis, to which the numbers of a picture are rounded; a fifteenth of a pixel where the axis is 1,100 wide
HEAT = "viridis"  # dark to light, and readable without seeing hues


class Axes:
    """One panel of a picture. Limits that are not given fit what is drawn; ``y_includes`` are values of y that they
    always hold.

    On a log axis, what is not above 0 is left out.
    """

    def __init__(
        self, title="", x="", y="", *, xlim=None, ylim=None, y_includes=(), xlog=False, ylog=False, square=False, xticks=None, yticks=None
    ):
        self.title, self.x, self.y, self.xlim, self.ylim, self.y_includes = title, x, y, xlim, ylim, y_includes
        self.xlog, self.ylog, self.square = xlog, ylog, square
        self.xticks, self.yticks = xticks, yticks  # pairs (value, text), where the axis shows words and not numbers
        self.anchors = None  # places (x, y) of HTML elements that stand in the panel
        self.marks, self.before, self.word = [], None, ""  # before: the marks of a held panel whose field was another one

    def line(self, x, y, colour=0, *, label=None, at=None, dash=False, width=2.0, curved=False, arrow=False, held=True):
        """A line through the points (x, y), with a gap at every NaN; ``curved``: leaving and arriving level.

        ``colour``: a number of the course's palette, "#rrggbb", or "ink". ``dash``: held-out data, and nothing else.
        ``at``: (share, right, above), where the label stands instead of above the panel: at this share of the way along
        the line, to its right (1), left (-1) or centred (0), above (1) or below (-1). ``held``: whether Hold keeps it.
        """
        return self.add(
            "line",
            x=x,
            y=y,
            colour=colour,
            label=label,
            at=at,
            dash=dash,
            size=width,
            curved=curved,
            arrow=arrow or None,
            held=held or None,
        )

    def reference(self, x, y, label=None, at=(1, -1, 1), colour="ink"):
        """A thin line to compare with, a theory or a threshold, with its name; Hold never keeps it."""
        return self.line(x, y, colour, label=label, at=at, width=1.0, held=False)

    def points(self, x, y, colour=0, *, marker=None, label=None, size=4.0, held=None):
        """A marker at each (x, y), by default the one that goes with the colour. Hold keeps a single one, or as ``held`` says."""
        marker = marker or style.marker(colour if isinstance(colour, int) else 0)
        held = np.size(x) == 1 if held is None else held
        return self.add("points", x=x, y=y, colour=colour, marker=marker, label=label, size=size, held=held or None)

    def bars(self, x, y, colour=0, *, width=0.8, label=None):
        """A bar from 0 to y at each x, ``width`` wide."""
        return self.add("bars", x=x, y=y, colour=colour, size=width, label=label, held=True)

    def text(self, x, y, words, *, colour="ink"):
        """Words centred on (x, y)."""
        return self.add("text", x=[x], y=[y], words=words, colour=colour)

    def field(self, rgba, extent, *, edge=False, ink=False):
        """Pixels (h, w, 4), bytes, row 0 at the bottom, over extent = (left, right, bottom, top); or n fields (n, h,
        w, 4) over (n, 4). ``edge``: each in a thin frame. ``ink``: only the opacity counts, the colour is that of the words."""
        extent = np.reshape(extent, (-1, 4))
        pixels = rgba.reshape(len(extent), *rgba.shape[-3:])
        return self.add("field", x=extent[:, :2], y=extent[:, 2:], rgba=pixels, colour=0, edge=edge, ink=ink or None)

    def add(self, kind, **mark):
        mark["colour"] = style.colour(mark["colour"]) if isinstance(mark["colour"], int) else mark["colour"]
        mark["x"] = axis_units(mark["x"], self.xlog)
        mark["y"] = axis_units(mark["y"], self.ylog)
        if mark["x"].shape != mark["y"].shape and kind != "field":
            raise ValueError(f"x has {mark['x'].shape} values and y {mark['y'].shape}: a {kind} needs the same number of both")
        self.marks.append({"kind": kind, "ghost": False} | mark)
        return self

    def limits(self, axis):
        """(low, high) of the axis, in its own units: decades on a log axis."""
        given, log = (self.xlim, self.xlog) if axis == "x" else (self.ylim, self.ylog)
        if given is not None:
            low, high = axis_units(given, log)
            return float(low), float(high)
        values = [mark[axis] for mark in self.marks if mark["kind"] != "text" and not (mark["ghost"] and mark["kind"] == "bars")]
        values += [np.zeros(1) for mark in self.marks if mark["kind"] == "bars" and axis == "y"]
        values += [axis_units(self.y_includes, log)] if axis == "y" else []
        values = np.concatenate(values or [np.zeros(1)])
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
        if any(mark["kind"] == "field" for mark in self.marks):
            return low, high
        room = 0.05 * (high - low) or 0.5
        return low - room, high + room

    def unit(self, axis):
        """The power of ten that the axis is counted in: 1 unless it is linear, has no ticks of its own, and is huge
        or tiny."""
        log, ticks = (self.xlog, self.xticks) if axis == "x" else (self.ylog, self.yticks)
        largest = max(map(abs, self.limits(axis)))
        return 10.0 ** math.floor(math.log10(largest)) if not log and ticks is None and not 1e-6 < largest < 1e6 else 1.0


def rounded(values, limits):
    """Values rounded to a power of two, at most GRAIN times the length of the axis: short to store, and nothing that is seen."""
    length = abs(limits[1] - limits[0])
    if not 0 < length < math.inf:
        return values
    grain = GRAIN * 2.0 ** math.floor(math.log2(length))
    return np.round(values / grain) * grain


def same(mark, other):
    """Whether two marks draw the same shape."""
    if mark["kind"] != other["kind"] or not all(np.array_equal(mark[axis], other[axis], equal_nan=True) for axis in "xy"):
        return False
    return mark["kind"] != "field" or np.array_equal(mark["rgba"], other["rgba"])


def other_bins(mark, marks):
    """Whether the bars of a held histogram are far wider or narrower than the present ones."""
    return any(not 1 / 3 < mark["size"] / other["size"] < 3 for other in marks if other["kind"] == "bars" and not other["ghost"])


def axis_units(values, log):
    """A flat float array; on a log axis the decades, NaN for what has none."""
    values = np.asarray(values, dtype=float).ravel()
    if not log:
        return np.where(np.isfinite(values), values, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log10(values)
    return np.where(np.isfinite(values), values, np.nan)


class Picture:
    """Panels side by side, in rows of ``columns``, of relative ``widths``.

    ``height`` is that of one row, in pixels. ``tall``: heights of two rows; the first panel takes both, the others stand beside it.
    """

    def __init__(self, *panels, columns=None, height=290, widths=None, tall=None):
        self.panels, self.columns, self.height, self.tall = panels, columns or len(panels), height, tall
        self.widths = widths or [1] * self.columns

    def with_ghost(self, held, word="held"):
        """The same picture, with the lines, bars and single points of a held one behind its own, grey and dotted, and named by ``word``.

        What is the same in both is drawn once. A field that differs is shown small beside its panel.
        """
        for panel, old in zip(self.panels, held.panels):
            fields = [mark for mark in panel.marks if mark["kind"] == "field"]
            ghosts = [
                mark | {"ghost": True, "label": None, "dash": False}
                for mark in old.marks
                if mark.get("held")
                and not mark["ghost"]
                and not any(same(mark, other) for other in panel.marks)
                and not (mark["kind"] == "bars" and other_bins(mark, panel.marks))
            ]
            if ghosts:
                ghosts[0]["label"] = word
            was = [mark for mark in old.marks if mark["kind"] == "field"]
            if was and fields and not same(was[0], fields[0]):
                panel.before, panel.word = [mark for mark in old.marks if mark["kind"] != "text"], word
            panel.marks = fields + ghosts + [mark for mark in panel.marks if mark["kind"] != "field"]
        return self

    def message(self, passing=False):
        """A dict for the canvas: numbers and words, and all arrays in one run of bytes, each named by [offset, length].

        The numbers travel as float32, so those of an axis that reaches beyond a million are divided by a power of ten.
        ``passing``: the next picture follows at once, so nobody stores this one, and its numbers need not be short.
        """
        numbers, fields, count, panels = [], [], 0, []

        def put(values):
            nonlocal count
            numbers.append(values)
            count += values.size
            return [4 * (count - values.size), values.size]

        for panel in self.panels:
            units = {axis: panel.unit(axis) for axis in "xy"}
            limits = {axis: [limit / unit for limit in panel.limits(axis)] for axis, unit in units.items()}

            def pack(mark, units=units, limits=limits):
                packed = {name: value for name, value in mark.items() if name not in ("x", "y", "rgba") and value is not None}
                for axis, unit in units.items():
                    values = mark[axis] if unit == 1 else mark[axis] / unit
                    packed[axis] = put(values if passing else rounded(values, limits[axis]))
                if mark["kind"] == "bars":
                    packed["size"] = mark["size"] / units["x"]
                if mark["kind"] == "field":
                    packed |= {"rows": mark["rgba"].shape[1], "columns": mark["rgba"].shape[2]}
                    fields.append((packed, mark["rgba"]))
                return packed

            marks = [pack(mark) for mark in panel.marks]
            axes = {"before": [pack(mark) for mark in panel.before], "word": panel.word} if panel.before else {}
            axes |= {name: getattr(panel, name) for name in ("title", "x", "y", "xlog", "ylog", "square", "xticks", "yticks")}
            axes["anchors"] = None if panel.anchors is None else np.ravel(panel.anchors).tolist()
            for axis, unit in units.items():
                axes[axis + "lim"] = limits[axis]
                axes[axis] += f" (in units of {unit:.0e})" if unit != 1 else ""
            panels.append(axes | {"marks": marks})
        numbers = np.concatenate(numbers or [np.zeros(0)]).clip(-LARGEST, LARGEST)
        data = [numbers.astype(np.float32).tobytes()]
        for packed, rgba in fields:  # behind the numbers
            packed["rgba"] = [4 * count, rgba.size]
            data.append(np.ascontiguousarray(rgba, np.uint8).tobytes())
            count += rgba.size // 4
        shares = [width / sum(self.widths) for width in self.widths]
        return {
            "columns": self.columns,
            "shares": shares,
            "height": self.height,
            "tall": self.tall,
            "panels": panels,
            "data": b"".join(data),
        }

    def figure(self):
        """The picture as a matplotlib figure."""
        import matplotlib.ticker
        from matplotlib.figure import Figure

        columns, height, widths = (2, 270, [1, 1]) if self.tall else (self.columns, self.height, self.widths)
        rows = -(-len(self.panels) // columns)
        figure, highest = Figure(figsize=(style.WIDEST, height / 100 * rows), layout="compressed"), 0
        for panel, ax in zip(self.panels, figure.subplots(rows, columns, squeeze=False, width_ratios=widths).flat):
            for order, mark in enumerate(panel.marks):
                draw_mark(ax, mark, order)
            ax.set(xlim=panel.limits("x"), ylim=panel.limits("y"), aspect="equal" if panel.square else "auto")
            for axis, log, ticks in ((ax.xaxis, panel.xlog, panel.xticks), (ax.yaxis, panel.ylog, panel.yticks)):
                if ticks is not None:
                    axis.set_ticks([t for t, _ in ticks], [words for _, words in ticks])
                elif log:
                    axis.set_major_locator(matplotlib.ticker.MaxNLocator(6, integer=True))
                    axis.set_major_formatter(powers(np.ptp(axis.get_view_interval())))
            words = [mark["label"] for mark in panel.marks if mark.get("label") and not mark.get("at")]
            columns = 1 if max(map(len, words), default=0) > 18 else 2
            lines = -(-len(words) // columns)
            if words:  # between title and frame, where it hides nothing
                place = {"loc": "lower center", "bbox_to_anchor": (0.5, 1), "borderaxespad": 0.1, "frameon": False}
                style.legend(ax, ncols=columns, labelspacing=0.2, columnspacing=1.2, **place)
            style.label(ax, panel.title, panel.x, panel.y, room=1.45 * style.TICK * lines)
            highest = max(highest, lines)
        figure.set_figheight(figure.get_figheight() + 0.2 * highest * rows)
        return figure

    def png(self, caption=""):
        """The figure as the bytes of a PNG file, with the caption under it."""
        file, figure = io.BytesIO(), self.figure()
        figure.supxlabel("\n".join(row for line in caption.split("\n") for row in textwrap.wrap(line, 105)), fontsize=style.TICK)
        figure.savefig(file, format="png", dpi=100)
        return file.getvalue()


def powers(decades):
    """Tick formatter of a log axis: powers of ten, or plain numbers on an axis shorter than two decades."""
    if decades >= 2:
        return lambda at, _: f"$10^{{{at:g}}}$"
    digits = max(2, math.ceil(1.4 - math.log10(decades)))
    return lambda at, _: f"{10**at:.{digits}g}"


def draw_mark(ax, mark, order):
    """One mark on matplotlib axes."""
    from matplotlib.patheffects import withStroke

    x, y, kind = mark["x"], mark["y"], mark["kind"]
    colour = style.INK if mark["colour"] == "ink" else mark["colour"]
    named = mark.get("label") if not mark.get("at") else None
    look = {"color": style.CANVAS["light"]["held"] if mark["ghost"] else colour, "label": named, "zorder": 2 + order / 100}
    if kind == "line":
        ax.plot(x, y, lw=mark["size"], ls=":" if mark["ghost"] else "--" if mark["dash"] else "-", **look)
        if mark.get("arrow"):
            ax.annotate("", (x[-1], y[-1]), (x[0], y[0]), arrowprops={"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0})
        if mark.get("at"):
            share, right, above = mark["at"]
            place = round(share * (len(x) - 1))
            where = {"ha": ("center", "left", "right")[right], "va": "bottom" if above > 0 else "top"}
            ax.annotate(
                mark["label"],
                (x[place], y[place]),
                (3 * right, 3 * above),
                textcoords="offset points",
                color=style.CANVAS["light"]["words"].get(colour.upper(), colour),
                fontsize=style.TICK,
                annotation_clip=True,
                path_effects=[withStroke(linewidth=3, foreground="white")],
                **where,
            )
    elif kind == "points":
        hollow = {"mfc": "none", "mec": look["color"]} if mark["ghost"] else {"mec": style.INK}
        ax.plot(x, y, ls="", marker=mark["marker"], ms=1.6 * mark["size"], mew=0.6, **hollow, **look)
    elif kind == "bars":
        ax.bar(x, y, width=mark["size"], **look)
    elif kind == "text":
        halo = [] if colour.upper() == "#FFFFFF" else [withStroke(linewidth=3, foreground="white")]
        ax.text(
            x[0],
            y[0],
            mark["words"],
            color=colour,
            ha="center",
            va="center",
            fontsize=style.TICK,
            clip_on=True,
            path_effects=halo,
            zorder=5,
        )
    else:
        for image, sides in zip(mark["rgba"], np.column_stack([x.reshape(-1, 2), y.reshape(-1, 2)])):
            ax.imshow(image, extent=sides, origin="lower", aspect="auto", zorder=0)


def quiet():
    """A context for runs that may diverge: what overflows or becomes NaN there gives no warning."""
    return np.errstate(over="ignore", invalid="ignore", divide="ignore")


# ---- fields of colour


def grid(extent, size=FIELD):
    """Points (size * size, 2) over extent = (left, right, bottom, top), row by row from the bottom."""
    left, right, bottom, top = extent
    x, y = np.meshgrid(np.linspace(left, right, size), np.linspace(bottom, top, size))
    return np.column_stack([x.ravel(), y.ravel()])


def rgba(colours):
    """Colours (h, w, 3) in 0..1 as opaque pixels (h, w, 4), bytes."""
    pixels = np.full((*colours.shape[:-1], 4), 255, dtype=np.uint8)
    np.multiply(colours, 255, out=pixels[..., :3], casting="unsafe")
    return pixels


def shade_classes(P):
    """Probabilities (h, w, k) as pixels: the likeliest class in its own colour, white where all are equally likely."""
    return rgba(style.shade(P))


def shade_signed(values, largest=None):
    """Values (h, w) as pixels: blue below 0, white at 0, orange above, full colour at ``largest``."""
    largest = largest or float(np.max(np.abs(values))) or 1.0
    return style.SIGNED(0.5 + 0.5 * np.clip(values / largest, -1, 1), bytes=True)


def shade_height(values):
    """Positive values (h, w) as bands of faint ink: two bands for each factor of 10."""
    return ink(0.01 + 0.07 * (np.floor(2 * np.log10(values + 1e-9)) % 2))


def ink(opacity):
    """Opacity (h, w) in 0..1 as pixels of black, for a field in the colour of the words."""
    pixels = np.zeros((*opacity.shape, 4), dtype=np.uint8)
    np.multiply(opacity, 255, out=pixels[..., 3], casting="unsafe")
    return pixels


def shade_heat(values, low, high):
    """Values (h, w) as pixels, dark at low and light at high; grey where there is no value yet."""
    from matplotlib import colormaps

    pixels = colormaps[HEAT](np.clip((values - low) / ((high - low) or 1.0), 0, 1), bytes=True)
    pixels[np.isnan(values)] = (210, 210, 210, 255)
    return pixels


def contour(values, extent, level):
    """x and y of the line where the field (h, w) over extent crosses level, pieces separated by NaN."""
    from contourpy import contour_generator

    left, right, bottom, top = extent
    rows, columns = values.shape
    x, y = np.linspace(left, right, columns), np.linspace(bottom, top, rows)
    pieces = contour_generator(x, y, values).lines(level)
    joined = [np.vstack([piece, [[np.nan, np.nan]]]) for piece in pieces]
    both = np.vstack(joined) if joined else np.full((1, 2), np.nan)
    return both[:, 0], both[:, 1]
