"""The drawn pictures of the samples, made by seeded code so that they are ours to give away."""
