{% macro refuse_unknown_variables(known) -%}
    {#- dbt takes any name, and a misspelled one would change nothing without a word. An analysis that is compiled or shown
        has variables of its own. -#}
    {%- set unknown = (invocation_args_dict.vars or {}).keys() | reject('in', known) | sort -%}
    {%- if unknown and flags.WHICH in ['build', 'run', 'seed', 'test', 'retry'] -%}
        {%- do exceptions.raise_compiler_error(
            'There is no variable ' ~ unknown | join(', ') ~ '. There are: ' ~ known | sort | join(', ') ~ '.'
        ) -%}
    {%- endif -%}
{%- endmacro %}
