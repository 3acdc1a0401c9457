{% macro fingerprint(text) -%}
    left(md5({{ text }}), 12)
{%- endmacro %}
