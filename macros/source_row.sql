{% macro source_row(cte) -%}
    {#- DuckDB lets a relation's name stand for its whole row: nothing is copied or written as text
        before a rejected row asks for it. -#}
    {{ cte }}
{%- endmacro %}
