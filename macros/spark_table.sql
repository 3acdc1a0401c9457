{# dbt-spark drops the good table before it writes the new one, and has none when the contract or the query is refused. #}
{% materialization table, adapter='spark' %}
    {{ return(replace_spark_table()) }}
{% endmaterialization %}


{% macro replace_spark_table() %}
    {% set old_relation = load_cached_relation(this) %}
    {% set target_relation = this.incorporate(type='table') %}
    {% set new_relation = target_relation.incorporate(path={'identifier': this.identifier ~ '__new'}) %}
    {{ run_hooks(pre_hooks) }}
    {% do adapter.drop_relation(new_relation) %}
    {% call statement('main') %}
        {{ create_table_as(False, new_relation, compiled_code) }}
    {% endcall %}
    {% if old_relation is not none %}
        {% do adapter.drop_relation(old_relation) %}
    {% endif %}
    {% do adapter.rename_relation(new_relation, target_relation) %}
    {% do persist_docs(target_relation, model) %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target_relation]}) }}
{% endmacro %}
