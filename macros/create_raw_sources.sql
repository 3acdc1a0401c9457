{% macro create_raw_sources() %}
    {% do adapter.dispatch('create_raw_sources')() %}
{% endmacro %}


{# Other engines have real tables in schema raw. #}
{% macro default__create_raw_sources() %}
{% endmacro %}


{% macro duckdb__create_raw_sources() %}
    {% if execute %}
        {% set raw_exports = load_relation(
            api.Relation.create(database=target.database, schema='raw', identifier='exports')
        ) %}
        {% set source = ask_for_source_folder(raw_exports) %}
        {% set source_tables = graph.sources.values() | selectattr('source_name', 'equalto', 'partner_center') | list %}
        {% set taken_in = ask_plugin(
            'partner_center_intake', [source.folder, invocation_args_dict.get('project_dir', '.')]
        ) %}
        {% if taken_in.error is defined %}
            {% do exceptions.raise_compiler_error(taken_in.error) %}
        {% endif %}
        {% for source_table in source_tables %}
            {% do replace_raw_view(source_table, taken_in.views[source_table.name]) %}
        {% endfor %}
        {% for said in taken_in.said %}
            {% do log(said, info=True) %}
        {% endfor %}
        {# Other commands than these must leave what the warehouse says of its exports as it is. #}
        {% if raw_exports is none or flags.WHICH in ['build', 'run'] %}
            {% do replace_raw_exports(taken_in, source) %}
        {% endif %}
    {% endif %}
{% endmacro %}


{# A function of the plugin answers in JSON, as arguments and answer have to fit into SQL. #}
{% macro ask_plugin(function, arguments) %}
    {% set quoted = arguments | map('replace', "'", "''") | join("', '") %}
    {{ return(fromjson(run_query('select ' ~ function ~ "('" ~ quoted ~ "')").columns[0].values()[0])) }}
{% endmacro %}


{# The folder to read: what the warehouse remembers is asked, so that no other folder takes its place unasked. #}
{% macro ask_for_source_folder(raw_exports) %}
    {% set source_folder = load_relation(
        api.Relation.create(database=target.database, schema='raw', identifier='source_folder')
    ) %}
    {% set remembered = [] if raw_exports is none else [none] %}
    {% if source_folder is not none %}
        {% set row = run_query('select folder, is_sample from ' ~ source_folder).rows[0] %}
        {% set remembered = [{'folder': row[0], 'is_sample': row[1]}] %}
    {% endif %}
    {% set answer = ask_plugin('partner_center_source_folder', [tojson(remembered)]) %}
    {% if answer.error is defined %}
        {% do exceptions.raise_compiler_error(answer.error) %}
    {% endif %}
    {{ return(answer) }}
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


{# The exports at hand, with fingerprints by which a changed one is noticed, their files, the folder they are from, and
   the scenarios to score beside them. #}
{% macro replace_raw_exports(taken_in, source) %}
    {% do replace_raw_table('exports', taken_in.exports, {
        'dataset': 'VARCHAR', 'export_date': 'DATE', 'file_count': 'INTEGER', 'byte_count': 'BIGINT',
        'content_fingerprint': 'VARCHAR', 'logic_fingerprint': 'VARCHAR',
    }) %}
    {% do replace_raw_table('intake', taken_in.intake, taken_in.intake_columns) %}
    {% do replace_raw_table('scenarios', taken_in.scenarios, taken_in.scenario_columns) %}
    {% do run_query(
        "create or replace table raw.source_folder as select '" ~ source.folder | replace("'", "''")
        ~ "' as folder, " ~ source.is_sample ~ " as is_sample"
    ) %}
{% endmacro %}


{% macro replace_raw_table(name, rows, columns) %}
    {% do run_query(
        "create or replace table raw." ~ name ~ " as select unnest(from_json('" ~ tojson(rows) | replace("'", "''")
        ~ "', '" ~ tojson([columns]) ~ "'), recursive := true)"
    ) %}
{% endmacro %}
