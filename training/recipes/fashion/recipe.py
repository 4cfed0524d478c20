"""How the shipped bundle is made: a larger teacher, then three students that differ by seed."""

from dataclasses import dataclass, replace

from training.config import FitConfig


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is fitted, in this order; the students learn from the teachers and differ by seed."""

    teachers: tuple[FitConfig, ...]
    students: tuple[FitConfig, ...]


TEACHER = FitConfig(
    network="teacher",
    epochs=32,
    seed=101,
    lowest_rate=0.02,
    weight_decay=0.05,
    conv_dropout=0.1,
    flatten_dropout=0.1,
    dense_dropout=0.3,
    shift=2,
    erase=0.5,
    averaged_epochs=6,
    precision="mixed_bfloat16",
)

# Settings were chosen on 5,000 held-out pictures, which the teacher has never seen. The students
# then learn from 4,000 of these too; the rest stay held out, to calibrate on.
STUDENT = FitConfig(
    network="classic",
    epochs=90,
    held_out_per_label=100,
    lowest_rate=0.02,
    weight_decay=0.02,
    dense_dropout=0.1,
    mixup=1.0,
    view_epochs=12,
    distil_weight=1.0,
    distil_temperature=2.0,
    cosine_weight=0.3,
    averaged_epochs=10,
    precision="mixed_bfloat16",
)


# The first ships: fixed before any was fitted, never the best one.
SHIPPED = Recipe((TEACHER,), tuple(replace(STUDENT, seed=seed) for seed in (0, 1, 2)))
