{% macro check_variables(known) -%}
    {#- dbt takes any name, and a misspelled one would change nothing without a word. An analysis that is compiled or shown
        has variables of its own. -#}
    {%- set unknown = (invocation_args_dict.vars or {}).keys() | reject('in', known) | sort -%}
    {%- if unknown and flags.WHICH in ['build', 'run', 'seed', 'test', 'retry'] -%}
        {%- do exceptions.raise_compiler_error(
            'There is no variable ' ~ unknown | join(', ') ~ '. There are: ' ~ known | sort | join(', ') ~ '.'
        ) -%}
    {%- endif -%}
    {%- for name in ['last_scored_month', 'usage_history_starts_on'] if var(name) -%}
        {%- if not modules.re.fullmatch('\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])', var(name) | string) -%}
            {%- do exceptions.raise_compiler_error(
                'Variable ' ~ name ~ ' is ' ~ var(name) ~ ', which is no day. Write it like 2024-05-01.'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
