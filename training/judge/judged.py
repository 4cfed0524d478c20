"""What a rejection says of photos that no fit has seen, before anything is counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from embeddings.model.rejection import Rejection
from training.judge.judgement import RejectionJudgement, judge_rejection
from training.judge.rejection import Scores


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """The probability of being a garment, for photos that no fit has seen."""

    garments: Scores  # (n,)
    others: Mapping[str, Scores]  # by kind
    fitted_on: Sequence[str]  # the kinds that the rule was fitted on

    def by(self, rule: Rejection) -> RejectionJudgement:
        """Count what the rule's threshold keeps and turns away."""
        least, kinds = rule.garment_threshold, tuple(self.fitted_on)
        return judge_rejection(self.garments, self.others, least, kinds)
