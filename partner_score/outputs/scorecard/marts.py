"""Reads what the scorecard shows from a warehouse: marts, rulebook and audit.

The simulator reads its state through the same connection, from intermediate tables.

The schema that names people is read only when names are asked for.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from partner_score.warehouse import data_notes
from partner_score.warehouse.shown_rules import Row

DESIGNATIONS = """
    select designation.*, ruleset.version, ruleset.ruleset_name
    from marts.fct_designation as designation
    inner join marts.dim_ruleset as ruleset using (ruleset_id)
"""

# What a page shows of one partner. Money, points and seats come as exact decimals.
OF_PARTNER = {
    "designations": f"{DESIGNATIONS} where pga_mpn_id = $pga_mpn_id order by ruleset_id, as_of_month",
    "scores": """
        from marts.fct_metric_score where pga_mpn_id = $pga_mpn_id
        order by ruleset_id, metric, as_of_month
    """,
    "tracks": """
        from marts.fct_metric_track where pga_mpn_id = $pga_mpn_id and as_of_month = $as_of_month
        order by ruleset_id, metric, track
    """,
    "outlook": """
        from marts.fct_designation_outlook where pga_mpn_id = $pga_mpn_id
        order by ruleset_id, outlook_month
    """,
    "comparisons": """
        from marts.fct_ruleset_comparison where pga_mpn_id = $pga_mpn_id and as_of_month = $as_of_month
        order by ruleset_id, metric
    """,
    "individuals": """
        from marts.fct_certified_individual where pga_mpn_id = $pga_mpn_id and as_of_month = $as_of_month
        order by ruleset_id, is_counted desc, next_expiration_date nulls last, individual_id
    """,
    "recommendations": """
        select
            recommendation.*, customer.customer_name,
            row_number() over (
                partition by recommendation.ruleset_id
                order by
                    recommendation.points_rank, recommendation.kind, recommendation.metric,
                    recommendation.subject_id, recommendation.detail
            ) as number
        from marts.fct_recommendation as recommendation
        left join marts.dim_customer as customer
            on recommendation.pga_mpn_id = customer.pga_mpn_id
            and recommendation.subject_id = customer.customer_tenant_id
        where recommendation.pga_mpn_id = $pga_mpn_id
        order by recommendation.ruleset_id, number
    """,
    "bridge": """
        select bridge.*, customer.customer_name
        from marts.fct_outlook_bridge as bridge
        left join marts.dim_customer as customer
            on bridge.pga_mpn_id = customer.pga_mpn_id and bridge.subject_id = customer.customer_tenant_id
        where bridge.pga_mpn_id = $pga_mpn_id
        order by bridge.ruleset_id, bridge.outlook_month, bridge.cause_number
    """,
    "plan": """
        select plan.*, customer.customer_name
        from marts.fct_plan as plan
        left join marts.dim_customer as customer
            on plan.pga_mpn_id = customer.pga_mpn_id and plan.subject_id = customer.customer_tenant_id
        where plan.pga_mpn_id = $pga_mpn_id
        order by plan.ruleset_id, plan.step
    """,
    "customers": "select customer_tenant_id from marts.dim_customer where pga_mpn_id = $pga_mpn_id limit 1",
    "contributions": """
        select contribution.*, customer.customer_name
        from marts.fct_customer_contribution as contribution
        inner join marts.dim_customer as customer using (pga_mpn_id, customer_tenant_id)
        where contribution.pga_mpn_id = $pga_mpn_id and contribution.as_of_month = $as_of_month
        order by
            contribution.ruleset_id, contribution.metric, contribution.track, abs(contribution.contribution) desc,
            customer.customer_name, contribution.customer_tenant_id
    """,
    "variances": "from audit.score_variance where pga_mpn_id = $pga_mpn_id order by as_of_month, metric",
    # A trailing year ends with the last scored month.
    "eligible_revenue": """
        select
            ruleset_id, sum(eligible_acr_usd) as eligible_acr_usd, sum(unknown_offer_acr_usd) as unknown_offer_acr_usd
        from audit.eligibility_waterfall
        where
            pga_mpn_id = $pga_mpn_id and usage_month <= $as_of_month
            and usage_month > cast($as_of_month as date) - interval 12 month
        group by ruleset_id
    """,
}

# What is the same for all partners.
OF_ALL = {
    # of the last scored month
    "designations": f"""
        {DESIGNATIONS} inner join marts.dim_month using (as_of_month) where is_last_scored_month
        order by pga_mpn_id, ruleset_id
    """,
    "rulesets": "from marts.dim_ruleset where is_scored order by effective_from, path",
    # in the order of the wide fact's columns
    "metrics": """
        select metric.*
        from marts.dim_metric as metric
        left join information_schema.columns as wide_column
            on wide_column.table_schema = 'marts' and wide_column.table_name = 'fct_designation'
            and wide_column.column_name = metric.metric || '_points'
        order by wide_column.ordinal_position nulls last, metric.metric
    """,
    "track_names": "from rulebook.tracks order by track",
    "ruleset_metrics": "from rulebook.ruleset_metrics order by ruleset_id, metric",
    "criteria": "from rulebook.ruleset_tracks order by ruleset_id, metric, track",
    "associations": "from rulebook.eligible_associations order by ruleset_id, track, association",
    "steps": "from rulebook.skilling_steps order by ruleset_id, step",
    "certifications": "from rulebook.certifications order by certification_id",
    "step_certifications": """
        select step_certification.*, certification.title
        from rulebook.skilling_step_certifications as step_certification
        inner join rulebook.certifications as certification using (certification_id)
        order by ruleset_id, step, certification_id
    """,
    "datasets": """
        select
            dataset, max(export_date) as newest_export_date, count(*) as export_count,
            sum(rows_in) as rows_in, sum(rows_rejected) as rows_rejected
        from audit.row_reconciliation group by dataset order by dataset
    """,
    "rejections": """
        select dataset, reject_reason, count(*) as row_count
        from audit.rejected_rows group by dataset, reject_reason order by dataset, reject_reason
    """,
    "missing_months": "from audit.missing_months where is_scored order by dataset, usage_month",
}

# How each partner stands by the rules that are shown; what partner_overview has, by any rules.
OVERVIEW = "from marts.partner_overview"
OVERVIEW_BY_RULES = """
    with next_actions as (
        from marts.fct_recommendation where action_rank = 1
    ),
    outlook as (
        select distinct pga_mpn_id, ruleset_id, designation_lost_month, designation_won_month
        from marts.fct_designation_outlook
    )
    select
        designation.*,
        ruleset.ruleset_name,
        designation.total_points - ruleset.minimum_total_points as points_above_threshold,
        designation.total_points - designation.total_points_previous_month as points_change,
        outlook.designation_lost_month,
        outlook.designation_won_month,
        next_actions.sentence as top_recommendation
    from marts.fct_designation as designation
    inner join marts.dim_month using (as_of_month)
    inner join marts.dim_ruleset as ruleset using (ruleset_id)
    left join outlook using (pga_mpn_id, ruleset_id)
    left join next_actions using (pga_mpn_id, ruleset_id)
    where
        is_last_scored_month
        and (designation.ruleset_id = $asked or (ruleset.version = $asked and designation.is_best_path))
"""
# The totals of a year and the month before it, for a small line.
HISTORY = """
    select pga_mpn_id, ruleset_id, list(total_points order by as_of_month) as totals
    from marts.fct_designation
    where as_of_month > cast($as_of_month as date) - interval 13 month
    group by pga_mpn_id, ruleset_id
"""
PARTNERS = "from marts.dim_partner order by lower(partner_name), pga_mpn_id"
NAMES = "select pga_mpn_id, individual_id, first_name, last_name from restricted.individuals"
LAST_MONTH = "from marts.dim_month where is_last_scored_month"


class Marts:
    """A warehouse file, opened read-only.

    Arguments:
        has_names: whether to read the names of people.

    Attributes:
        built_on: day on which the warehouse was written.
        names: rows of restricted.individuals by PGA and pseudonym; none unless they were asked for.
        last_month: row of dim_month of the last scored month.
        partners: rows of dim_partner by name.
        shared: per name in OF_ALL its rows.
        is_sample: whether the partners are invented.
        warnings: what makes the figures less than they seem, a sentence or two each.
        running_month: a sentence about the month that was still running; None without one.

    Raises:
        duckdb.Error: the file is missing or no built warehouse.
        LookupError: no month is scored.
    """

    def __init__(self, warehouse: Path, has_names: bool = False) -> None:
        self._connection = duckdb.connect(str(warehouse), read_only=True)
        self.built_on = date.fromtimestamp(Path(warehouse).stat().st_mtime)
        self.has_names = has_names
        self.names = {(row["pga_mpn_id"], row["individual_id"]): row for row in self._rows(NAMES)} if has_names else {}
        months = self._rows(LAST_MONTH)
        if not months:
            raise LookupError("No month is scored: no month is over in every usage report.")
        self.last_month = months[0]
        self.partners = self._rows(PARTNERS)
        self.shared = {name: self._rows(sql) for name, sql in OF_ALL.items()}
        self.is_sample = data_notes.is_sample(self.tuples)
        self.warnings = data_notes.warnings(self.tuples)
        self.running_month = data_notes.running_month(self.tuples)

    def of_partner(self, pga_mpn_id: str) -> dict[str, list[Row]]:
        """Return per name in OF_PARTNER the rows of one partner."""
        values = {"pga_mpn_id": pga_mpn_id, "as_of_month": self.last_month["as_of_month"]}
        return {
            name: self._rows(sql, {key: value for key, value in values.items() if f"${key}" in sql})
            for name, sql in OF_PARTNER.items()
        }

    def overview(self, asked: str | None) -> dict[str, Row]:
        """Return how each partner stands in the last month, by PGA.

        Arguments:
            asked: rule set or version, each partner on its better path; None for the rules in force.
        """
        rows = self._rows(OVERVIEW) if asked is None else self._rows(OVERVIEW_BY_RULES, {"asked": asked})
        return {row["pga_mpn_id"]: row for row in rows}

    def history(self) -> dict[tuple[str, str], list[Decimal]]:
        """Return the totals of the last thirteen months by PGA and rule set, in the order of the months."""
        rows = self._rows(HISTORY, {"as_of_month": self.last_month["as_of_month"]})
        return {(row["pga_mpn_id"], row["ruleset_id"]): row["totals"] for row in rows}

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def tuples(self, sql: str, values: dict[str, Any] | None = None) -> list[tuple]:
        """Return the rows of a query."""
        return self._connection.execute(sql, values).fetchall()

    def _rows(self, sql: str, values: dict[str, Any] | None = None) -> list[Row]:
        answer = self._connection.execute(sql, values)
        names = [column[0] for column in answer.description]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
