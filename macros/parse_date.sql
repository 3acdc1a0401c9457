{% macro parse_date(column) -%}
    {#- Strict on purpose: an engine's own cast takes '2024-05-01x' and 'epoch' for dates. -#}
    {%- set text = "trim(cast(" ~ column ~ " as " ~ dbt.type_string() ~ "))" -%}
    {%- set time = "\\d{1,2}:\\d{2}(:\\d{2}(\\.\\d+)?)?" -%}
    case
        when regexp_matches({{ text }}, '^\d{4}-\d{1,2}-\d{1,2}([ T]{{ time }}Z?)?$')
            then {{ try_cast("regexp_replace(" ~ text ~ ", '[ T].*$', '')", "date") }}
        when regexp_matches({{ text }}, '^\d{1,2}/\d{1,2}/\d{4}( {{ time }}( ?[AaPp][Mm])?)?$')
            then {{ try_cast("regexp_replace(" ~ text ~ ", '^(\\d+)/(\\d+)/(\\d{4}).*$', '\\3-\\1-\\2')", "date") }}
    end
{%- endmacro %}
