"""Does the score agree with the points that the partner noted from Partner Center (audit.score_variance)?"""

from __future__ import annotations

from dataclasses import dataclass

from partner_score.warehouse.shown_rules import Row

TOTAL = "total"
EQUAL = "equal"


@dataclass
class Agreement:
    """The points noted for a month beside ours.

    Attributes:
        rows: of audit.score_variance, the metrics in the order of the page, then the total.
        names: per metric its name for people.
    """

    rows: list[Row]
    names: dict[str, str]

    @property
    def metrics(self) -> list[Row]:
        """The rows of metrics."""
        return [row for row in self.rows if row["metric"] != TOTAL]

    @property
    def agreeing(self) -> list[Row]:
        """The metrics of which both have the same points."""
        return [row for row in self.metrics if row["explanation"] == EQUAL]

    @property
    def is_equal(self) -> bool:
        """Whether nothing that was noted differs."""
        return all(row["explanation"] == EQUAL for row in self.rows)

    def name(self, row: Row) -> str:
        """Name of the metric of a row."""
        return self.names.get(row["metric"], "Total")


def agreements(variances: list[Row], metrics: list[Row]) -> list[Agreement]:
    """Shape what a page says of Microsoft's points.

    Arguments:
        variances: rows of audit.score_variance of one partner.
        metrics: rows of dim_metric, in the order of the page.

    Returns:
        One agreement per month, the newest first; none when no points were noted.
    """
    names = {row["metric"]: row["metric_name"] for row in metrics}
    order = [*names, TOTAL]
    months = sorted({row["as_of_month"] for row in variances}, reverse=True)
    ordered = sorted(variances, key=lambda row: order.index(row["metric"]))
    return [Agreement([row for row in ordered if row["as_of_month"] == month], names) for month in months]
