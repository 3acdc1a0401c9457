{% macro create_raw_sources() %}
    {% do adapter.dispatch('create_raw_sources')() %}
{% endmacro %}


{# Other engines have real tables in schema raw. #}
{% macro default__create_raw_sources() %}
{% endmacro %}


{% macro duckdb__create_raw_sources() %}
    {% if execute %}
        {% set source_tables = graph.sources.values() | selectattr('source_name', 'equalto', 'partner_center') | list %}
        {% set answers = [] %}
        {% for source_table in source_tables %}
            {% do answers.append(ask_for_raw_view(source_table)) %}
        {% endfor %}
        {# Every dataset is looked at before anything changes, so that one run shows all that is wrong. #}
        {% set errors = answers | selectattr('error', 'defined') | map(attribute='error') | unique | list %}
        {% if errors %}
            {% do exceptions.raise_compiler_error(errors | join('\n')) %}
        {% endif %}
        {% for source_table in source_tables %}
            {% do replace_raw_view(source_table, answers[loop.index0].sql) %}
        {% endfor %}
        {# Other commands than these must leave the tables that keep exports as they are. #}
        {% set raw_exports = load_relation(
            api.Relation.create(database=target.database, schema='raw', identifier='exports')
        ) %}
        {% if raw_exports is none or flags.WHICH in ['build', 'run'] %}
            {% do replace_raw_exports(source_tables, raw_exports) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{% macro ask_for_raw_view(source_table) %}
    {% set columns = {} %}
    {% for column in source_table.columns.values() if column.name != 'export_date' %}
        {% do columns.update({column.name: column.config.meta.get('required', false)}) %}
    {% endfor %}
    {% set arguments = [exports_folder(), source_table.name, tojson(columns)] %}
    {% set answer = run_query(
        "select partner_center_raw_view('" ~ arguments | map('replace', "'", "''") | join("', '") ~ "', "
        ~ source_table.config.meta.get('optional', false) ~ ")"
    ) %}
    {{ return(fromjson(answer.columns[0].values()[0])) }}
{% endmacro %}


{% macro replace_raw_view(source_table, sql) %}
    {% set relation = api.Relation.create(
        database=source_table.database, schema=source_table.schema, identifier=source_table.identifier
    ) %}
    {% do adapter.create_schema(relation) %}
    {# "create or replace view" does not replace a table, which another engine or an older version may have left. #}
    {% set existing = load_relation(relation) %}
    {% if existing is not none and not existing.is_view %}
        {% do adapter.drop_relation(existing) %}
    {% endif %}
    {# Without the database in its name the view still works when the file is renamed. #}
    {% do run_query('create or replace view ' ~ relation.include(database=false) ~ ' as\n' ~ sql) %}
{% endmacro %}


{% macro exports_folder() %}
    {{ return(env_var('PARTNER_CENTER_EXPORTS', '') or env_var('PARTNER_SCORE_HOME', '.') ~ '/sample/exports') }}
{% endmacro %}


{# The exports at hand, with fingerprints: what the tables that keep an export compare themselves with. #}
{% macro replace_raw_exports(source_tables, raw_exports) %}
    {% set datasets = tojson(source_tables | map(attribute='name') | list) %}
    {% set arguments = [exports_folder(), datasets, invocation_args_dict.get('project_dir', '.')] %}
    {% set exports = run_query(
        "select partner_center_exports('" ~ arguments | map('replace', "'", "''") | join("', '") ~ "')"
    ).columns[0].values()[0] %}
    {% set columns = {
        'dataset': 'VARCHAR', 'export_date': 'DATE', 'file_count': 'INTEGER', 'byte_count': 'BIGINT',
        'content_fingerprint': 'VARCHAR', 'logic_fingerprint': 'VARCHAR',
    } %}
    {% do run_query(
        "create or replace temp table exports_at_hand as select unnest(from_json('" ~ exports | replace("'", "''")
        ~ "', '" ~ tojson([columns]) ~ "'), recursive := true)"
    ) %}
    {% set has_new_logic = raw_exports is none or run_query(
        'select 1 from exports_at_hand where logic_fingerprint not in (select logic_fingerprint from '
        ~ raw_exports ~ ')'
    ).rows %}
    {% for node in graph.nodes.values() if has_new_logic and node.config.materialized == 'incremental' %}
        {% do adapter.drop_relation(api.Relation.create(
            database=node.database, schema=node.schema, identifier=node.alias, type='table'
        )) %}
    {% endfor %}
    {% do run_query('create or replace table raw.exports as select * from exports_at_hand') %}
{% endmacro %}
