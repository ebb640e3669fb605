"""A fast engine for training on processors with AVX-512: PyTorch's matrix products, our own kernels between them."""
