"""Makes language.golden.json: what jinja2 3.1, set up as transformers sets it up, renders for each template of templates.txt.

    pip install jinja2==3.1.6 && python make_golden.py
"""
import json
from pathlib import Path

import jinja2
import jinja2.ext
from jinja2.sandbox import ImmutableSandboxedEnvironment


def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def raise_exception(message):
    raise jinja2.exceptions.TemplateError(message)


variables = {
    "name": "Ann", "n": 7, "f": 2.5, "t": True, "none_value": None, "items": [3, 1, 2], "words": ["b", "A", "c"], "empty": [],
    "user": {"name": "李雷", "age": 30, "tags": ["x", "y"]}, "s": "  two words\n", "emoji": "a😀b",
    "msgs": [{"role": "system", "content": " s "}, {"role": "user", "content": "Hello 😀"}, {"role": "assistant", "content": "Hi"}],
    "d": {"b": 1, "a": [1, 2.0, None, True], "é": "<&>'\"\n\u0001\u2028/"},
}
environment = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])
environment.filters["tojson"] = tojson
environment.globals["raise_exception"] = raise_exception

here = Path(__file__).parent
cases = []
for template in (here / "templates.txt").read_text(encoding="utf-8").rstrip("\n").split("\n====\n"):
    try:
        cases.append({"template": template, "rendered": environment.from_string(template).render(**variables)})
    except Exception as error:
        cases.append({"template": template, "error": type(error).__name__})
text = json.dumps({"variables": variables, "cases": cases}, ensure_ascii=False, indent=1)
(here / "language.golden.json").write_text(text + "\n", encoding="utf-8")
