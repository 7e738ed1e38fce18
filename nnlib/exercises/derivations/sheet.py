"""The sheet of a derivation: what is given, what is wanted, the lines; an editor where widgets render, plain text everywhere."""

from html import escape

from ..cards import Card, fold
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
            shape = ", ".join(dims.split())
            mark = f"   {name} ({shape}{',' if len(dims.split()) == 1 else ''}): " if shape else f"   {name}: "
            rows.append(fold(mark, about))
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

        head = escape(repr(self).split("\n\n")[0])
        lines = "\n".join(self.lines())
        field = widgets.Textarea(lines, rows=len(self.lines()) + 2, layout={"width": "98%"}, description="Lines")
        preview, button, message = widgets.HTMLMath(), widgets.Button(description="Check"), widgets.HTML()

        def show(_=None):
            preview.value = "<br>".join(preview_of(field.value))

        def check(_):
            said = self.react(field.value)
            message.value = f'<div role="status">{escape(str(said))}</div>'

        field.observe(show, "value")
        button.on_click(check)
        show()
        return widgets.VBox([widgets.HTML(f"<pre>{head}</pre>"), field, preview, button, message])


def preview_of(text):
    """Each line as a formula, or what keeps it from being read."""
    try:
        lines = read(text)
    except LineError as error:
        return [escape(error.message)]
    return [f"{line.number}&nbsp; " + (escape(line.error.message) if line.error else f"${typeset.line(line)}$") for line in lines]
