"""Arguments of the frameworks that change no figure."""

from __future__ import annotations

#: Arguments of the frameworks that change no shape, parameter or MAC; every layer accepts them.
INERT_ARGUMENTS = frozenset((
    "activity_regularizer", "alpha_constraint", "alpha_initializer", "alpha_regularizer",
    "autocast", "beta_constraint", "beta_initializer", "beta_regularizer",
    "bias_constraint", "bias_initializer", "bias_regularizer", "depthwise_constraint",
    "depthwise_initializer", "depthwise_regularizer", "device", "dtype", "embeddings_constraint",
    "embeddings_initializer", "embeddings_regularizer", "eps", "epsilon", "gamma_constraint",
    "gamma_initializer", "gamma_regularizer", "implementation", "inplace", "kernel_constraint",
    "kernel_initializer", "lora_alpha", "momentum", "moving_mean_initializer",
    "moving_variance_initializer", "pointwise_constraint", "pointwise_initializer",
    "pointwise_regularizer", "process_group", "recurrent_constraint", "recurrent_initializer",
    "recurrent_regularizer", "seed", "synchronized", "zero_output_for_mask",
))  # fmt: skip


#: Arguments that would change the weights in a way not known here: only null is accepted.
NULL_ARGUMENTS = frozenset(
    ("_weight", "lora_rank", "output_shape", "quantization_config", "weights")
)
