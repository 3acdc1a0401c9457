{% test holds_in_every_row(model, condition, columns) %}

select {{ columns | join(', ') }}
from {{ model }}
where not coalesce({{ condition }}, false)

{% endtest %}
