"""The sheet of a derivation: what is given, what is wanted, the lines; an editor where widgets render, plain text everywhere."""

from ..cards import Card, fold, html_of, on_press, spoken
from . import typeset
from .forms import SHEETS, asked, given_numbers, shaped
from .reading import LineError, read


class Sheet(Card):
    """One derivation in one of its forms."""

    def __init__(self, derivation, form, react=lambda text: None):
        self.derivation, self.form, self.react = derivation, form, react

    def __repr__(self):
        d = self.derivation
        rows = [f"{d.title} ({d.minutes} min)"]
        for name, (dims, about) in d.symbols.items():
            rows.append(fold(f"   {name} {shape_of(dims)}".rstrip() + ": ", about))
        rows += [fold("   indices: ", d.letters)]
        if self.form == "paper":
            rows += ["With these numbers:", *(f"   {line}" for line in given_numbers(d))]
        rows += ["", *(f"   {line}" for line in self.lines()), ""]
        more = "" if self.form in SHEETS else f", form={self.form!r}"
        return "\n".join(rows) + f'Without the editor: derive({d.id!r}, """ ... """{more})'

    def lines(self):
        d = self.derivation
        if self.form == "shapes":
            return [f"{name}: ..." for name in shaped(d)]
        if self.form == "paper":
            return [f"{name} = ..." for name in asked(d)]
        return d.sheet(SHEETS[self.form])

    def widget(self):
        """A field for the lines, a preview of what was understood, a button; Tab leads from one to the next."""
        import ipywidgets as widgets

        lines = self.lines()
        field = widgets.Textarea("\n".join(lines), rows=len(lines) + 2, layout={"width": "98%"}, description="Lines")
        field.style.description_width = "initial"
        preview, button, message = widgets.HTMLMath(), widgets.Button(description="Check"), widgets.HTML()

        def show(_=None):
            preview.value = "<br>".join(preview_of(field.value))

        def judge():
            message.value = spoken(html_of(str(self.react(field.value))))

        field.observe(show, "value")
        on_press(button, field, judge)
        show()
        return widgets.VBox([widgets.HTML(self.head()), field, preview, button, message])

    def head(self):
        """What is given and what is wanted, as HTML."""
        d = self.derivation
        cell = '<td style="text-align: left; padding: 0 14px 0 0; line-height: 20px">'
        rows = [(f"<code>{name}</code>", shape_of(dims), html_of(about)) for name, (dims, about) in d.symbols.items()]
        table = "".join("<tr>" + "".join(f"{cell}{text}</td>" for text in row) + "</tr>" for row in rows)
        numbers = f"<br>With these numbers: <code>{html_of('; '.join(given_numbers(d)))}</code>" if self.form == "paper" else ""
        return f"<b>{html_of(d.title)}</b> ({d.minutes} min)<table>{table}</table>Indices: {html_of(d.letters)}.{numbers}"


def shape_of(dims):
    """ "m n_in" -> "(m, n_in)"; "" for a number."""
    names = dims.split()
    return f"({', '.join(names)}{',' if len(names) == 1 else ''})" if names else ""


def preview_of(text):
    """Each line as a formula, or what keeps it from being read."""
    try:
        lines = read(text)
    except LineError as error:
        return [html_of(error.message)]
    return [f"{line.number}&nbsp; " + (html_of(line.error.message) if line.error else f"${typeset.line(line)}$") for line in lines]
