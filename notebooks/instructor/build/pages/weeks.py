"""A notebook as one page: its formulas as MathML, its experiments alive, no script from elsewhere."""

import re
from html import escape, unescape

import jinja2
from nbconvert import HTMLExporter

MATH = re.compile(r"\$\$(.+?)\$\$|\$([^$]+?)\$", re.S)
KEPT = re.compile(r"(<pre\b.*?</pre>|<code\b.*?</code>|<[^>]+>)", re.S)
TEMPLATE = """{%- extends 'lab/index.html.j2' -%}
{%- block html_head_js -%}{%- endblock html_head_js -%}
{%- block html_head_js_mathjax -%}{%- endblock html_head_js_mathjax -%}
{%- block html_head_js_mermaidjs -%}{%- endblock html_head_js_mermaidjs -%}
{%- block html_head_css -%}
<link rel="icon" href="data:,">
<style>
main { max-width: 1000px; margin: 0 auto; }
main .jp-Cell { overflow-x: auto; }
math[display="block"] { margin: 8px 0; }
.tag { float: right; }
.nn-living { width: 100%; height: 640px; border: 0; }
@media (max-width: 620px) { main .jp-InputPrompt, main .jp-OutputPrompt { display: none; } }
</style>
{%- endblock html_head_css -%}
"""
IMAGE = re.compile(r'<img alt="[^"]*"[^>]*?src="data:image/png;base64,([^"]*)"[^>]*>')
OPENED = re.compile(r"^show\((\w+)", re.M)


def mathml(tex, display):
    """A formula as MathML; its number, as \\tag{3}, stands beside it."""
    from latex2mathml.converter import convert

    tex = unescape(tex).strip()
    tag = re.search(r"\\tag\{(.*?)\}", tex)
    words = convert(tex.replace(tag[0], "") if tag else tex, display="block" if display else "inline")
    return (f'<span class="tag">({escape(tag[1])})</span>' if tag else "") + words


def with_mathml(html):
    """HTML with every $formula$ outside of code as MathML."""
    formulas = []

    def hide(found):
        formulas.append(mathml(found[1] or found[2], bool(found[1])))
        return f"\0{len(formulas) - 1}\0"

    parts = KEPT.split(html)  # a formula never reaches over a tag
    parts[::2] = [MATH.sub(hide, part) for part in parts[::2]]
    return re.sub("\0(\\d+)\0", lambda mark: formulas[int(mark[1])], "".join(parts))


class WeekExporter(HTMLExporter):
    """nbconvert's page of a notebook that needs no script."""

    def __init__(self, **options):
        super().__init__(raw_template=TEMPLATE, **options)

    @jinja2.pass_context
    def markdown2html(self, context, source):
        return with_mathml(super().markdown2html(context, source))


def frame(html, title):
    """A page inside another one, which stays one file."""
    return f'<iframe class="nn-living" title="{escape(title)}" srcdoc="{escape(html)}"></iframe>'


def enlivened(page, notebook, living):
    """A notebook's page with the experiments of ``living``, name -> HTML, in place of their still pictures."""
    names = {}
    for cell in notebook.cells:
        opened = cell.cell_type == "code" and OPENED.search(cell.source)
        for output in cell.get("outputs", ()) if opened and opened[1] in living else ():
            if png := output.get("data", {}).get("image/png"):
                names["".join(png.split())] = opened[1]

    def alive(image):
        name = names.get("".join(image[1].split()))
        return frame(living[name], name.replace("_", " ")) if name else image[0]

    return IMAGE.sub(alive, page)
