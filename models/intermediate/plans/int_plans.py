"""The fewest recommended actions that earn or keep the designation, or what is missing with all of them.

partner_score/simulator/plan.py finds them. The engines share no SQL for such a search, and Postgres and Spark run no
Python in dbt's process: dbt_project.yml switches this model off there.
"""

import partner_score.simulator.plans


def model(dbt, session):
    # the parents by name, which dbt reads here; the simulator reads them by name, too
    dbt.ref("int_customers")
    dbt.ref("int_designations_lost_or_won")
    dbt.ref("int_keeping_actions")
    dbt.ref("int_rulebook_names")
    dbt.ref("int_rulesets")
    dbt.ref("int_scenarios")
    dbt.ref("int_scored_designations")
    dbt.ref("int_scored_months")
    dbt.ref("int_scored_tracks")
    dbt.ref("int_step_certifications")
    dbt.ref("int_tenant_comparisons")
    dbt.ref("int_tenant_measures")
    dbt.ref("int_tenant_standings")
    dbt.ref("int_track_criteria")
    dbt.ref("ruleset_metrics")
    dbt.ref("rulesets")
    dbt.ref("skilling_step_certifications")
    dbt.ref("skilling_steps")
    return partner_score.simulator.plans.find(session)
