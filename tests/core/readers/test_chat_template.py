"""What a template of a language model may do, and what it may not."""

from __future__ import annotations

import pytest

from core.errors import BadFile, TooLarge, UserError
from core.readers.chat_template import render

MESSAGES = [{"role": "system", "content": " be good "}, {"role": "user", "content": "hi"}]
GROW = "{% set ns = namespace(s='aaaaaaaaaa', l=[1], n=3) %}{% for i in range(60) %}{% set ns.GROWS %}{% endfor %}{{ ns.SHOWN }}"


def growing(grows, shown="s|length"):
    return GROW.replace("GROWS", grows).replace("SHOWN", shown)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            "{% for m in messages %}\n  <|{{ m.role }}|>{{ m['content'] | trim }}\n{% endfor %}\n{% if add_generation_prompt %}A:{% endif %}",
            "  <|system|>be good\n  <|user|>hi\nA:",
        ),
        ("{% for m in messages %}{{ loop.index ~ m.role[:1] + '.' }}{% break %}{% endfor %}", "1s."),
        ("{% macro f(a, b='x') %}[{{ a }}{{ b }}]{% endmacro %}{{ f(1) }}", "[1x]"),
        ("{% set ns = namespace(n=0) %}{% for m in messages %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}", "2"),
        ("{{ messages[1] | tojson }}", '{"role": "user", "content": "hi"}'),
        ("{{ {'a': 'ä<'} | tojson(indent=2) }}", '{\n  "a": "ä<"\n}'),
        ("{{ messages | map(attribute='role') | join(', ') | upper }}", "SYSTEM, USER"),
        ("{{ messages | selectattr('role', 'equalto', 'user') | list | length }}", "1"),
        ("{{ 'a-b'.split('-')[-1].replace('b', 'c').strip() ~ ', '.join(['x', 'y']) }}", "cx, y"),
        ("{{ messages[0].get('x') is none }}{{ x is defined }}{{ 7 % 2 }}{{ '=' * 3 }}", "TrueFalse1==="),
        ("{% filter upper %}a{% endfilter %}{{ 'a\nb' | indent(2) }}{{ '<' | safe }}", "Aa\n  b<"),
        ("{{ strftime_now('%d %b %Y') | length }}", "11"),
        ("{{ '\\ud800' }}", "�"),
    ],
)
def test_what_chat_templates_use_works(template, expected):
    assert render(template, MESSAGES, {"add_generation_prompt": True}) == expected


def test_a_template_may_refuse_the_messages_in_its_own_words():
    with pytest.raises(BadFile) as caught:
        render("{{ raise_exception('must take turns') }}", MESSAGES)
    assert "must take turns" in caught.value.detail


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ namespace.__init__ }}",
        "{{ range.__globals__ }}",
        "{{ raise_exception.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ self._TemplateReference__context }}",
        "{{ messages | map(attribute='__class__') | list }}",
        "{% for m in messages %}{{ loop._iterable }}{% endfor %}",
        "{% macro f() %}{% endmacro %}{{ f._func.__globals__ }}",
        "{{ '{0.__class__}'.format(1) }}",
        "{{ ('{0.__class__}' | safe).format_map({}) }}",
        "{{ '%s' % 1 }}",
        "{{ messages.append(1) }}",
        "{{ dict.mro() }}",
        "{{ (1).to_bytes(9, 'big') }}",
        "{{ 'a'.encode('idna') }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
    ],
)
def test_ways_out_of_the_sandbox_are_closed(template):
    with pytest.raises(BadFile):
        render(template, MESSAGES)


@pytest.mark.parametrize(
    "template",
    [
        "{{ 'x' * 10000000000 }}",
        "{{ [1] * 10000000000 }}",
        "{{ 2 ** 999999999 }}",
        "{{ '%9999999999d' % 1 }}",
        "{{ '{:>9999999999}'.format(1) }}",
        "{{ 'a' | center(10000000000) }}",
        "{{ 'a'.center(10000000000) }}",
        "{{ 'a'.zfill(10000000000) }}",
        "{{ 'a'.expandtabs(10000000000) }}",
        "{{ strftime_now('%9999999999d') }}",
        "{{ range(10000000000) | list }}",
        "{% for i in range(10000) %}{% for j in range(10000) %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}",
        growing("s = ns.s + ns.s"),
        growing("s = ns.s ~ ns.s"),
        growing("s = ns.s | replace('a', 'aaaa')"),
        growing("s = ns.s.replace('a', 'aaaa')"),
        growing("s = ns.s.join(ns.s)"),
        growing("s = ns.s | join(ns.s)"),
        growing("s %}{{ ns.s }}{{ ns.s }}{% endset"),
        growing("n = ns.n * ns.n"),
        *(
            growing("l = [ns.l, ns.l]", shown)
            for shown in ("l", "l | string", "l | tojson", "l ~ 1", "l | trim", "l | join")
        ),
    ],
)
def test_what_would_fill_the_memory_is_refused_before_it_is_made(template):
    with pytest.raises(UserError):
        render(template, MESSAGES)


def test_an_endless_output_is_stopped_while_it_is_made(monkeypatch):
    monkeypatch.setattr("core.settings.MAX_TEMPLATE_OUTPUT_CHARACTERS", 100)
    with pytest.raises(TooLarge):
        render("{% for i in range(60) %}xx{% endfor %}{{ raise_exception('came too far') }}", [])


def test_an_indent_has_a_limit():
    assert len(render("{{ 'a\nb' | indent(99999999) }}{{ [1] | tojson(indent=99999999) }}", [])) < 100


@pytest.mark.parametrize(
    "template",
    [
        "{{",
        "{{ 1/0 }}",
        "{{ nope.x }}",
        "{{ 'a' | nope }}",
        "{% nope %}",
        "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "{{ " + "-" * 50_000 + "1 }}",
        "{% if 1 %}" * 3000,
        "{% for a in messages %}" * 30 + "{% endfor %}" * 30,
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% for m in messages recursive %}{{ loop(messages) }}{% endfor %}",
        "{{ " + "9" * 50_000 + " }}",
        "{{ 1e999 | int }}",
    ],
)
def test_what_is_wrong_with_a_template_is_put_into_words(template):
    with pytest.raises(BadFile, match="can't be used"):
        render(template, MESSAGES)


def test_a_long_template_is_refused_before_it_is_read():
    with pytest.raises(TooLarge):
        render("x" * 100_001, [])


def test_long_messages_are_refused():
    with pytest.raises(TooLarge):
        render("{{ messages }}", [{"role": "user", "content": "x" * 1_000_001}])
