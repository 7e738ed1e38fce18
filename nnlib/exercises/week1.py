"""Week 1: one neuron, and the forward pass."""
