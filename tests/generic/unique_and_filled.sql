{#- One test for a key: dbt's own unique and not_null are a query each. A missing key is a row of the answer, too. -#}
{% test unique_and_filled(model, column_name) %}

select {{ column_name }}
from {{ model }}
group by {{ column_name }}
having count(*) > 1 or {{ column_name }} is null

{% endtest %}
