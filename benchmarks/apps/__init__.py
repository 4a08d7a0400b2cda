"""What the benchmarks serve in processes of their own."""
