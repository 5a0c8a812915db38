"""Which file declares each name of a layer type, so that only that file is imported.

Written by `pytest tests/layers/test_index.py --update-goldens` from the declarations.
"""

from __future__ import annotations

from typing import Final

FAMILIES: Final = {
    "absolute": """
        abs absolute
    """,
    "activation": """
        activation Activation
    """,
    "activity_regularization": """
        activity_regularization ActivityRegularization
    """,
    "adaptive_pooling": """
        adaptive_avgpool adaptive_avg_pool AdaptiveAvgPool1d AdaptiveAvgPool2d
        AdaptiveAvgPool3d AdaptiveAveragePooling1D AdaptiveAveragePooling2D
        AdaptiveAveragePooling3D adaptive_maxpool adaptive_max_pool AdaptiveMaxPool1d
        AdaptiveMaxPool2d AdaptiveMaxPool3d AdaptiveMaxPooling1D AdaptiveMaxPooling2D
        AdaptiveMaxPooling3D global_avgpool global_avg_pool global_average_pooling gap
        GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalAvgPool1D
        GlobalAvgPool2D GlobalAvgPool3D global_maxpool global_max_pool global_max_pooling
        GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D GlobalMaxPool1D
        GlobalMaxPool2D GlobalMaxPool3D
    """,
    "attention": """
        attention multihead_attention self_attention MultiheadAttention multi_head_attention
        MultiHeadAttention
    """,
    "bilinear": """
        bilinear Bilinear
    """,
    "conv_lstm": """
        conv_lstm convlstm ConvLSTM1D ConvLSTM2D ConvLSTM3D
    """,
    "convolution": """
        conv convolution conv1d conv2d conv3d Conv1d Conv2d Conv3d Conv1D Conv2D Conv3D
        Convolution1D Convolution2D Convolution3D depthwise_conv depthwise dwconv
        DepthwiseConv1D DepthwiseConv2D separable_conv separable sepconv SeparableConv1D
        SeparableConv2D SeparableConvolution1D SeparableConvolution2D
    """,
    "custom": """
        custom
    """,
    "dense": """
        dense linear fc fully_connected Linear Dense
    """,
    "dot_product_attention": """
        dot_product_attention scaled_dot_product_attention sdpa Attention additive_attention
        AdditiveAttention
    """,
    "dropout": """
        dropout Dropout Dropout1d Dropout2d Dropout3d AlphaDropout FeatureAlphaDropout
        SpatialDropout1D SpatialDropout2D SpatialDropout3D GaussianDropout stochastic_depth
        drop_path StochasticDepth DropPath
    """,
    "einsum_dense": """
        einsum_dense EinsumDense
    """,
    "embedding": """
        embedding Embedding
    """,
    "glu": """
        glu GLU
    """,
    "identity": """
        identity linear_activation Identity
    """,
    "input_normalization": """
        normalization input_normalization Normalization rescaling Rescaling
    """,
    "layer_normalization": """
        layernorm layer_norm LayerNorm LayerNorm2d LayerNormalization rmsnorm rms_norm
        RMSNorm RMSNormalization
    """,
    "layer_scale": """
        layer_scale LayerScale
    """,
    "local_response_norm": """
        local_response_norm lrn LocalResponseNorm
    """,
    "matmul": """
        matmul bmm matrix_multiply dot Dot
    """,
    "merging": """
        add sum iadd Add subtract Subtract multiply mul gate Multiply average Average
        maximum Maximum minimum Minimum concat concatenate cat Concatenate
    """,
    "noise": """
        gaussian_noise GaussianNoise
    """,
    "normalization": """
        batchnorm batch_norm batch_normalization bn BatchNorm1d BatchNorm2d BatchNorm3d
        SyncBatchNorm BatchNormalization groupnorm group_norm GroupNorm GroupNormalization
        instancenorm instance_norm InstanceNorm1d InstanceNorm2d InstanceNorm3d
    """,
    "padding": """
        pad padding zero_pad ZeroPad1d ZeroPad2d ZeroPad3d ConstantPad1d ConstantPad2d
        ConstantPad3d ReflectionPad1d ReflectionPad2d ReflectionPad3d ReplicationPad1d
        ReplicationPad2d ReplicationPad3d CircularPad1d CircularPad2d CircularPad3d
        ZeroPadding1D ZeroPadding2D ZeroPadding3D crop cropping Cropping1D Cropping2D
        Cropping3D
    """,
    "parameter": """
        parameter
    """,
    "pooling": """
        maxpool max_pool max_pooling MaxPool1d MaxPool2d MaxPool3d MaxPooling1D MaxPooling2D
        MaxPooling3D MaxPool1D MaxPool2D MaxPool3D avgpool avg_pool average_pool
        average_pooling AvgPool1d AvgPool2d AvgPool3d AveragePooling1D AveragePooling2D
        AveragePooling3D AvgPool1D AvgPool2D AvgPool3D lppool lp_pool LPPool1d LPPool2d
        LPPool3d
    """,
    "prelu": """
        prelu PReLU
    """,
    "rectifier": """
        relu ReLU relu6 ReLU6 leaky_relu LeakyReLU rrelu RReLU elu ELU selu SELU celu CELU
        gelu GELU silu swish SiLU mish Mish threshold Threshold
    """,
    "recurrent": """
        rnn simple_rnn RNN SimpleRNN lstm LSTM gru GRU
    """,
    "reduction": """
        mean reduce_mean reduce_sum max reduce_max amax min reduce_min amin
    """,
    "reshaping": """
        flatten Flatten reshape Reshape unflatten Unflatten permute transpose Permute
        repeat_vector RepeatVector
    """,
    "resizing": """
        resizing resize Resizing
    """,
    "rolling": """
        roll
    """,
    "shuffling": """
        pixel_shuffle depth_to_space PixelShuffle pixel_unshuffle space_to_depth
        PixelUnshuffle channel_shuffle ChannelShuffle
    """,
    "sigmoid": """
        sigmoid Sigmoid log_sigmoid LogSigmoid hardsigmoid hard_sigmoid Hardsigmoid
        hardswish hard_swish hard_silu Hardswish tanh Tanh hardtanh Hardtanh tanhshrink
        Tanhshrink softplus Softplus softsign Softsign softshrink Softshrink hardshrink
        Hardshrink
    """,
    "softmax": """
        softmax Softmax Softmax2d softmin Softmin log_softmax LogSoftmax
    """,
    "splitting": """
        split chunk slice
    """,
    "squeeze_excite": """
        squeeze_excite se squeeze_excitation SqueezeExcitation
    """,
    "token_embedding": """
        class_token position_embedding
    """,
    "transformer": """
        transformer_encoder_layer TransformerEncoderLayer transformer_decoder_layer
        TransformerDecoderLayer
    """,
    "transposed_convolution": """
        conv_transpose transposed_conv deconv upconv ConvTranspose1d ConvTranspose2d
        ConvTranspose3d Conv1DTranspose Conv2DTranspose Conv3DTranspose
        Convolution1DTranspose Convolution2DTranspose Convolution3DTranspose
    """,
    "unfolding": """
        unfold im2col Unfold fold col2im Fold
    """,
    "unit_normalization": """
        unit_norm unit_normalization UnitNormalization
    """,
    "upsampling": """
        upsample upsampling interpolate Upsample UpsamplingNearest2d UpsamplingBilinear2d
        UpSampling1D UpSampling2D UpSampling3D
    """,
    "window_attention": """
        window_attention shifted_window_attention
    """,
    "wrapping": """
        time_distributed timedistributed TimeDistributed bidirectional Bidirectional
    """,
}
