"""Teaches a shop's categories to a network of one undivided embedding, by training half of it."""

import keras

from training.fit.history import write_history
from training.onnx.served import reader_of_network
from training.others.sets import Others, drawn_others
from training.recipes.shop.judging import Seen, judge
from training.recipes.shop.sides import first_epoch, held_out_loss, with_mean_directions
from training.recipes.shop.training import ShopData, train
from training.recipes.shop.ways import Learned, Lesson


def learn_tuned(lesson: Lesson) -> Learned:
    """Begin with mean directions, and train the later blocks unless it is to be quick."""
    start, shop, framed, config = lesson.start, lesson.sides, lesson.framed, lesson.config
    model, told = with_mean_directions(lesson.network, shop, lesson.read.embeddings)
    before = seen = shop.seen(told)
    notes: tuple[str, ...] = ()
    if config.quick:
        notes = ("Nothing was trained: each category is the mean direction of its photos.",)
        write_history([first_epoch(before)], lesson.folder)
    else:
        data = ShopData(
            framed.roomy,
            shop.rows,
            shop.of_rows,
            framed.exact[shop.held],
            shop.of_held,
            len(shop.labels),
        )
        train(
            model,
            data,
            config,
            lesson.folder,
            first_epoch(before),
            lesson.bars("training"),
        )
        model, seen, renewed = _best_head(model, lesson)
        if renewed:
            notes = ("After training each category is the mean direction of its photos.",)
    lesson.bars("judging")(0, 1, "reading what is no garment")
    judgement = judge(
        seen,
        before,
        reader_of_network(model, start, shop.labels),
        (framed.exact[shop.held], framed.roomy[shop.held]),
        _others(lesson),
        len(shop.labels),
        config.seed,
    )
    lesson.bars("judging")(1, 1, "done")
    return Learned(model, judgement, notes)


def _others(lesson: Lesson) -> Others:
    # Where the embedding moves, its rule for what is no garment is fitted anew.
    return drawn_others(lesson.start.input, lesson.others_per_kind)


def _best_head(model: keras.Model, lesson: Lesson) -> tuple[keras.Model, Seen, bool]:
    """Choose between the trained directions of the categories and the means of their photos.

    Photos that were trained on lie nearer to their direction than others will; the mean, which
    nothing was fitted to, is often the better guess. The held-out photos decide.
    """
    shop = lesson.sides
    told = reader_of_network(model, lesson.start, shop.labels)(lesson.framed.exact)
    trained = shop.seen(told)
    other, other_told = with_mean_directions(model, shop, told.embeddings)
    renewed = shop.seen(other_told)
    if held_out_loss(renewed) < held_out_loss(trained):
        return other, renewed, True
    return model, trained, False
