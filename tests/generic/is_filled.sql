{#- One test for all columns of a table: dbt's own not_null is a query per column, and a query costs more than it looks at. -#}
{% test is_filled(model, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where {{ columns | join(' is null or ') }} is null

{% endtest %}
