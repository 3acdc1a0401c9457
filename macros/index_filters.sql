{% macro index_filters() %}
    {{ return(adapter.dispatch('index_filters')()) }}
{% endmacro %}


{# DuckDB and Spark skip what a filter rules out by the statistics of their blocks and files. #}
{% macro default__index_filters() %}
{% endmacro %}


{% macro postgres__index_filters() %}
    {% if model.config.materialized != 'view' and execute %}
        {% set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list %}
        {% set filters = [] %}
        {% for keys in var('indexed_filters') %}
            {% do filters.append(keys | select('in', columns) | join(', ')) %}
        {% endfor %}
        {% for filter in filters | select | unique %}
            create index on {{ this }} ({{ filter }});
        {% endfor %}
    {% endif %}
{% endmacro %}
