{# Of its own dbt-spark writes an empty cell as the text None, stops at an apostrophe, and passes on varchar without a length. #}
{% macro spark__create_csv_table(model, agate_table) %}
    {% call statement('_') %}
        create table {{ this }} (
            {%- for column in agate_table.column_names %}
                {{ column }} {{ spark_seed_type(model, agate_table, loop.index0) }}{{ ',' if not loop.last }}
            {%- endfor %}
        )
        {{ file_format_clause() }}
    {% endcall %}
{% endmacro %}


{% macro spark__load_csv_rows(model, agate_table) %}
    {% for rows in agate_table.rows | batch(get_batch_size()) %}
        {% call statement('load_' ~ loop.index) %}
            insert into {{ this }} values
            {%- for row in rows %}
                ({%- for value in row -%}
                    cast({{ "null" if value is none else "'" ~ value | string | replace('\\', '\\\\') | replace("'", "\\'") ~ "'" }}
                    as {{ spark_seed_type(model, agate_table, loop.index0) }}){{ ', ' if not loop.last }}
                {%- endfor -%}){{ ',' if not loop.last }}
            {%- endfor %}
        {% endcall %}
    {% endfor %}
{% endmacro %}


{% macro spark_seed_type(model, agate_table, position) -%}
    {%- set inferred_type = adapter.convert_type(agate_table, position) -%}
    {{ model.config.column_types.get(agate_table.column_names[position], inferred_type) | replace('varchar', 'string') }}
{%- endmacro %}
