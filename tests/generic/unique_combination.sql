{% test unique_combination(model, columns, in_last_of=none) %}

select {{ columns | join(', ') }}
from {{ model }}
{% if in_last_of is not none -%}
    where as_of_month = {{ last_month_of(in_last_of) }}
{% endif -%}
group by {{ columns | join(', ') }}
having count(*) > 1

{% endtest %}
