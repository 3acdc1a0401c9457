{% macro generate_schema_name(custom_schema_name, node) -%}
    {#- A build on Postgres writes into schemas beside the live ones (partner_score/engines/postgres.py). -#}
    {{ custom_schema_name or target.schema }}{{ env_var('SCHEMA_SUFFIX', '') }}
{%- endmacro %}
