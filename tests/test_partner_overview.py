"""`marts.partner_overview` says what the facts say, for every partner."""

import pytest

HEADLINE = """
    from marts.fct_designation as designation
    inner join marts.dim_month using (as_of_month)
    inner join marts.dim_ruleset using (ruleset_id)
    inner join marts.dim_partner using (pga_mpn_id)
    where is_last_scored_month and is_headline
"""


def test_it_has_every_partner_once(sample):
    partners = sample.rows("select pga_mpn_id from marts.dim_partner order by all")
    assert sample.rows("select pga_mpn_id from marts.partner_overview order by all") == partners


def test_its_score_is_that_of_the_headline(sample):
    columns = (
        "pga_mpn_id, partner_name, country, as_of_month, ruleset_id, ruleset_name, is_in_force, total_points,"
        " net_customer_adds_points, intermediate_certifications_points, deployments_points, usage_growth_points,"
        " designation_status, missing_reports"
    )
    scores = sample.rows(
        f"select {columns}, total_points - minimum_total_points, total_points - total_points_previous_month"
        f" {HEADLINE} order by all"
    )
    assert (
        sample.rows(f"select {columns}, points_above_threshold, points_change from marts.partner_overview order by all")
        == scores
    )
    assert {above < 0 for *_, above, _ in scores} == {True, False}


def test_its_outlook_is_that_of_the_next_month(sample):
    columns = "total_points_next_month, designation_lost_month, designation_won_month"
    found = sample.rows(f"select pga_mpn_id, {columns} from marts.partner_overview order by all")
    assert found == sample.rows(
        """
        select pga_mpn_id, outlook.total_points, outlook.designation_lost_month, outlook.designation_won_month
        from marts.fct_designation_outlook as outlook inner join marts.partner_overview using (pga_mpn_id, ruleset_id)
        where outlook_month = date '2024-07-01' order by all
        """
    )
    assert any(lost for _, _, lost, _ in found)


def test_its_recommendation_is_one_that_counts_and_nothing_decides_more(sample):
    top = sample.rows("select pga_mpn_id, ruleset_id, top_recommendation from marts.partner_overview order by all")
    assert sum(sentence is not None for *_, sentence in top) >= 3
    for pga_mpn_id, ruleset_id, sentence in top:
        rows = sample.rows(
            f"""
            select sentence, reaches_designation or loses_designation, loses_designation, deadline_month, points_rank
            from marts.fct_recommendation
            where pga_mpn_id = '{pga_mpn_id}' and ruleset_id = '{ruleset_id}'
                and (points_gain > 0 or (points_at_risk > 0 and deadline_month is not null))
            """
        )
        chosen = [row for row in rows if row[0] == sentence]
        assert bool(rows) == bool(chosen), pga_mpn_id
        if rows:
            _, decides, loses, deadline, rank = chosen[0]
            assert decides or not any(row[1] for row in rows)
            if loses:
                assert deadline == min(row[3] for row in rows if row[2])
            elif not decides:
                assert rank == min(row[4] for row in rows)


@pytest.mark.parametrize(
    ("dataset", "table"),
    [
        ("azure_usage", "int_azure_usage_by_export"),
        ("cpor_m365_usage", "int_m365_seats_by_export"),
        ("training_completions", "int_training_completions"),
    ],
)
def test_its_days_are_those_of_the_newest_exports(sample, dataset, table):
    found = sample.rows(f"select pga_mpn_id, {dataset}_export_date from marts.partner_overview order by all")
    assert found == sample.rows(
        f"""
        select pga_mpn_id, max(export_date) filter (where reject_reason is null)
        from marts.dim_partner left join intermediate.{table} using (pga_mpn_id) group by all order by all
        """
    )


def test_its_rows_set_aside_are_those_that_name_the_partner(sample):
    """With those that name no known partner, they are all of the reports'."""
    of_partners, of_nobody, of_reports = (
        sample.rows(sql)[0][0]
        for sql in (
            "select sum(rows_set_aside) from marts.partner_overview",
            "select count(*) from audit.rejected_rows where reject_reason = 'unknown_partner'",
            "select count(*) from audit.rejected_rows"
            " where dataset in ('azure_usage', 'cpor_m365_usage', 'training_completions')",
        )
    )
    assert of_partners > 0
    assert of_nobody > 0
    assert of_partners + of_nobody == of_reports
