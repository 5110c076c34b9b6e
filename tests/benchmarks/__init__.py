"""Speed and memory, shown as ratios side by side in one run. `make benchmark` runs them all."""
