"""Reading data, training, exporting and evaluating models.

Needs the `training` extra; nothing at run time imports it.
"""
