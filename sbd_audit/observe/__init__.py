"""Observing: plan what to do, act as test accounts within the fence, write down what happened."""
