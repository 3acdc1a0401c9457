{% macro index_filters() %}
    {{ return(adapter.dispatch('index_filters')()) }}
{% endmacro %}


{# DuckDB and Spark skip what a filter rules out by the statistics of their blocks and files. #}
{% macro default__index_filters() %}
{% endmacro %}


{% macro postgres__index_filters() %}
    {% if model.config.materialized != 'view' %}
        {% set columns = adapter.get_columns_in_relation(this) | map(attribute='name') | list if execute else [] %}
        {% for keys in var('indexed_filters') %}
            {% set found = keys | select('in', columns) | list %}
            {% if found %}
                create index on {{ this }} ({{ found | join(', ') }});
            {% endif %}
        {% endfor %}
    {% endif %}
{% endmacro %}
