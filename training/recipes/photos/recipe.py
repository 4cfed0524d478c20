"""How the photo bundle is made: a coarse look first, then a closer one."""

from dataclasses import dataclass, replace

from training.fit.fine_tune import FineTuneConfig


@dataclass(frozen=True, slots=True)
class PhotoRecipe:
    """Two trainings, the second of which goes on where the first ended, on larger pictures.

    Most of what is to be learnt is learnt from small pictures, in half the time
    (https://arxiv.org/abs/2104.00298).
    """

    coarse: FineTuneConfig
    close: FineTuneConfig

    def __post_init__(self) -> None:
        # What is frozen is read once for all splits, so it must be the same in all of them.
        first, then = self.coarse.frozen_blocks, self.close.frozen_blocks
        if self.coarse.lite != self.close.lite or not 0 < then <= first:
            raise ValueError(
                "both trainings are of one network, and the second freezes no block that the first "
                f"trained; got {self.coarse.lite}, {first} blocks, then {self.close.lite}, {then}"
            )


_COARSE = FineTuneConfig(
    lite="efficientnet-lite2",
    height=224,
    width=168,  # most phones' photos are three to four: nothing is padded, nothing is cut
    frozen_blocks=7,
    epochs=12,
    learning_rate=2.5e-4,
    balance=0.3,
    mixup=0.2,
    views=8,
    articles=6000,
    studio_share=0.125,
)

# What was tried is told in docs/training.md.
PHOTO_RECIPE = PhotoRecipe(
    coarse=_COARSE,
    close=replace(
        _COARSE,
        height=256,
        width=192,
        enlarge=1.125,
        head_epochs=0,
        epochs=4,
        learning_rate=1e-4,
        views=4,
        articles=3000,
        seed=1,
    ),
)

# How far the logits make up for rare categories once the network is trained. On the first fold half
# named 71.5 % of the categories right on average in place of 70.3 %, and 83.4 % of the photos in
# place of 83.9 %.
PRIOR = 0.5
