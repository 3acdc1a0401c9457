{% macro recommendation_sentence() -%}
    {%- set customer = 'coalesce(customer_name, subject_id)' -%}
    {%- set certification = 'coalesce(certification_title, detail)' -%}
    {%- set metric_name = 'lower(coalesce(metric_name, metric))' -%}
    {#- as the pages show a pseudonym: its beginning tells the people of a partner apart -#}
    {%- set individual = "case when subject_id = 'any individual' then subject_id "
        ~ "else 'individual ' || substring(subject_id, 1, 8) end" -%}
    case kind
        when 'near_threshold' then
            'Bring ' || {{ customer }} || ' to the threshold of ' || {{ metric_name }} || ': ' || {{ what_it_takes() }}
            || ' more' || coalesce(' of ' || detail, '') || '.'
        when 'about_to_drop' then
            'Keep ' || {{ customer }} || ': it drops below the threshold of ' || {{ metric_name }} || ' in '
            || {{ day_in_words('deadline_month', 'month') }} || ' unless ' || {{ what_it_takes() }} || ' more comes by then.'
        when 'certification_expiring' then
            'Renew ' || {{ certification }} || ' of ' || {{ individual }} || ' before '
            || {{ day_in_words('deadline_date', 'day') }} || '.'
        when 'missing_one_step' then
            'Have ' || {{ individual }} || ' pass ' || {{ certification }} || '.'
        when 'association_missing' then
            'Link the usage of ' || {{ customer }} || ' to an eligible association: ' || {{ what_it_takes() }}
            || ' of the trailing twelve months without one.'
    end
{%- endmacro %}


{% macro what_it_takes() -%}
    {#- Money is rounded up to the cent and seats to the whole one, so that what is asked for is enough. -#}
    {%- set hundredths = 10 ** 2 -%}
    case
        when missing_unit = 'USD' then
            {{ grouped_number('ceil(missing_value * ' ~ hundredths ~ ') / ' ~ hundredths, 2) }} || ' USD'
        when missing_active_value is null then {{ counted_seats('missing_value', '') }}
        when missing_value = 0 then {{ counted_seats('missing_active_value', 'active ') }}
        when missing_active_value = 0 then {{ counted_seats('missing_value', 'paid ') }}
        else
            {{ counted_seats('missing_value', 'paid ') }} || ' and '
            || {{ counted_seats('missing_active_value', 'active ') }}
    end
{%- endmacro %}


{% macro counted_seats(number, kind) -%}
    {{ grouped_number('ceil(' ~ number ~ ')', 0) }} || ' {{ kind }}'
    || case when ceil({{ number }}) = 1 then 'seat' else 'seats' end
{%- endmacro %}


{% macro grouped_number(expression, decimals) -%}
    {{ return(adapter.dispatch('grouped_number')(expression, decimals)) }}
{%- endmacro %}


{% macro duckdb__grouped_number(expression, decimals) -%}
    format('{:,.{{ decimals }}f}', cast({{ expression }} as double))
{%- endmacro %}


{% macro postgres__grouped_number(expression, decimals) -%}
    to_char({{ expression }}, 'FM999,999,999,999,999,990{{ "." ~ "0" * decimals if decimals else "" }}')
{%- endmacro %}


{% macro spark__grouped_number(expression, decimals) -%}
    format_number({{ expression }}, {{ decimals }})
{%- endmacro %}


{% macro day_in_words(date_expression, precision) -%}
    {{ return(adapter.dispatch('day_in_words')(date_expression, precision)) }}
{%- endmacro %}


{% macro duckdb__day_in_words(date_expression, precision) -%}
    strftime({{ date_expression }}, '{{ "%B %Y" if precision == "month" else "%-d %B %Y" }}')
{%- endmacro %}


{% macro postgres__day_in_words(date_expression, precision) -%}
    to_char({{ date_expression }}, '{{ "FMMonth YYYY" if precision == "month" else "FMDD FMMonth YYYY" }}')
{%- endmacro %}


{% macro spark__day_in_words(date_expression, precision) -%}
    date_format({{ date_expression }}, '{{ "MMMM yyyy" if precision == "month" else "d MMMM yyyy" }}')
{%- endmacro %}
